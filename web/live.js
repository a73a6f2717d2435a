"use strict";
// The live view: signs in, keeps sessions and bindings by the stamps of /api/v1/live, and resumes where it stopped.

const words = {
  en: {
    offline: "not connected", waiting: "connecting…", snapshot: "loading…", live: "live", leave: "Sign out",
    welcome: "Welcome", welcome_hint: "Sign in to watch the network.", login: "Login", password: "Password", enter: "Sign in",
    wrong: "The login or the password is wrong.", slow: "Too many attempts: wait a minute.", away: "The server does not answer.",
    denied: "You may not watch the live view.",
    sessions: "open sessions", bindings: "addresses held", logins: "logins seen", alarms: "alarms", filter: "Filter: login, address, MAC…",
    nothing: "Nothing here yet.", shown: (n, all) => `${n} of ${all}`, other: "Русский",
    user: "User", address: "Address", mac: "MAC", nas: "NAS", port: "Port", started: "Started", seen: "Last seen", down: "Down", up: "Up",
    account: "Account", state: "State", since: "Since", until: "Until", pool: "Pool", time: "Time", verdict: "Verdict", why: "Why",
    alarm: "Alarm", subject: "Subject", text: "What happened",
  },
  ru: {
    offline: "нет связи", waiting: "соединение…", snapshot: "загрузка…", live: "на связи", leave: "Выйти",
    welcome: "Добро пожаловать", welcome_hint: "Войдите, чтобы видеть сеть.", login: "Логин", password: "Пароль", enter: "Войти",
    wrong: "Неверный логин или пароль.", slow: "Слишком много попыток: подождите минуту.", away: "Сервер не отвечает.",
    denied: "У вас нет права на этот вид.",
    sessions: "открытых сессий", bindings: "адресов занято", logins: "входов увидено", alarms: "тревог", filter: "Фильтр: логин, адрес, MAC…",
    nothing: "Пока пусто.", shown: (n, all) => `${n} из ${all}`, other: "English",
    user: "Абонент", address: "Адрес", mac: "MAC", nas: "NAS", port: "Порт", started: "Начало", seen: "Замечен", down: "Принято", up: "Отдано",
    account: "Счёт", state: "Состояние", since: "С", until: "До", pool: "Пул", time: "Время", verdict: "Решение", why: "Почему",
    alarm: "Тревога", subject: "Кто", text: "Что случилось",
  },
};

const $ = (id) => document.getElementById(id);
const shownRows = 300, keptNews = 500;
let language = localStorage.getItem("language") || (navigator.language.startsWith("ru") ? "ru" : "en");
let token = sessionStorage.getItem("token") || "";
let socket = null, cursor = "", pause = 1000, tab = "sessions", state = "offline", whole = false, dirty = true;
const rows = { sessions: new Map(), bindings: new Map() };
const gone = new Map(); // stamps of what ended while the snapshot is still on its way
let logins = [], alarms = [], loginCount = 0, alarmCount = 0;
const say = (name) => words[language][name];

// Rendering values.

const clock = (text) => (text ? new Date(text).toLocaleString(language, { dateStyle: "short", timeStyle: "medium" }) : "");
function octets(n) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let i = 0;
  for (; n >= 1024 && i < units.length - 1; ++i) n /= 1024;
  return `${i ? n.toFixed(1) : n} ${units[i]}`;
}
const colour = { accept: "good", guest: "warn", reject: "bad", bound: "good", offered: "warn", held: "", quarantined: "bad" };
function tag(text) {
  const span = document.createElement("span");
  span.className = `tag ${colour[text] || ""}`;
  span.textContent = text;
  return span;
}

const columns = {
  sessions: [["user", (r) => r.user_name || r.account_id], ["address", (r) => r.address], ["mac", (r) => r.mac], ["nas", (r) => nasName(r.nas_id)],
    ["port", (r) => r.nas_port], ["started", (r) => clock(r.started)], ["seen", (r) => clock(r.last_seen)],
    ["down", (r) => octets(r.out_octets), "number"], ["up", (r) => octets(r.in_octets), "number"]],
  bindings: [["address", (r) => r.address], ["state", (r) => tag(r.state)], ["account", (r) => r.account_id], ["mac", (r) => r.mac],
    ["pool", (r) => r.pool_id], ["since", (r) => clock(r.since)], ["until", (r) => clock(r.until)], ["seen", (r) => clock(r.last_seen)]],
  logins: [["time", (r) => clock(r.time)], ["user", (r) => r.subject], ["verdict", (r) => tag(r.verdict || "")], ["why", (r) => r.why],
    ["address", (r) => r.address], ["nas", (r) => r.nas]],
  alarms: [["time", (r) => clock(r.time)], ["alarm", (r) => tag(r.id || "")], ["subject", (r) => r.subject], ["text", (r) => r.text, "wide"]],
};
for (const name of ["address-conflict", "pool-exhausted", "clock-held"]) colour[name] = "bad";

// NASes are named by the API, asked again when an unknown one appears, at most every five seconds.
const nases = new Map();
let nasesAsked = 0;
async function learnNases() {
  if (Date.now() - nasesAsked < 5000) return;
  nasesAsked = Date.now();
  const answer = await fetch("/api/v1/nases/live", { headers: { Authorization: `Bearer ${token}` } }).catch(() => null);
  if (!answer || !answer.ok) return; // no permission: the number stays
  for (const n of (await answer.json()).items) nases.set(n.id, n.name);
  dirty = true;
}
function nasName(id) {
  if (!nases.has(id)) learnNases();
  return nases.get(id) || id;
}

function current() {
  if (tab === "logins") return logins;
  if (tab === "alarms") return alarms;
  return [...rows[tab].values()].reverse();
}

function matches(row, wanted) {
  return Object.values(row).some((v) => v !== null && String(v).toLowerCase().includes(wanted));
}

function draw() {
  if (!dirty) return;
  dirty = false;
  $("count_sessions").textContent = rows.sessions.size;
  $("count_bindings").textContent = rows.bindings.size;
  $("count_logins").textContent = loginCount;
  $("count_alarms").textContent = alarmCount;
  document.querySelector('[data-tab="alarms"]').classList.toggle("alert", alarmCount > 0);
  const wanted = $("filter").value.trim().toLowerCase();
  const all = current();
  const found = wanted ? all.filter((r) => matches(r, wanted)) : all;
  const now = Date.now();
  $("rows").replaceChildren(...found.slice(0, shownRows).map((r) => {
    const line = document.createElement("tr");
    if (now - (r.arrived || 0) < 1500) { line.className = "fresh"; dirty = true; }
    for (const [, read, kind] of columns[tab]) {
      const cell = document.createElement("td");
      cell.className = kind || "";
      const value = read(r);
      cell.append(value === null || value === undefined ? "" : value);
      line.append(cell);
    }
    return line;
  }));
  $("empty").hidden = found.length !== 0;
  $("shown").textContent = say("shown")(Math.min(found.length, shownRows), all.length);
  $("cursor").textContent = cursor;
}

function choose(name) {
  tab = name;
  for (const each of document.querySelectorAll(".tile")) each.classList.toggle("chosen", each.dataset.tab === tab);
  $("head").replaceChildren(...columns[tab].map(([title]) => Object.assign(document.createElement("th"), { textContent: say(title) })));
  dirty = true;
  draw();
}

function speak() {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-text]")) each.textContent = say(each.dataset.text);
  for (const each of document.querySelectorAll("[data-hint]")) each.placeholder = say(each.dataset.hint);
  $("language").textContent = say("other");
  show(state);
  choose(tab);
}

function show(name) {
  state = name;
  $("state").className = `state ${name === "live" ? "live" : name === "offline" ? "" : "waiting"}`;
  $("state").querySelector("span").textContent = say(name);
}

// Keeping rows: the higher stamp wins, whichever of snapshot and change comes first.

function newer(a, b) {
  const [ae, an] = a.split(".").map(Number), [be, bn] = b.split(".").map(Number);
  return ae !== be ? ae > be : an > bn;
}

function keep(table, m, ended) {
  const name = `${table}${m.id}`, known = rows[table].get(m.id), ghost = gone.get(name);
  if ((known && !newer(m.number, known.number)) || (ghost && !newer(m.number, ghost))) return;
  rows[table].delete(m.id);
  if (!ended) {
    if (!m.snapshot) m.arrived = Date.now();
    rows[table].set(m.id, m);
  } else if (!whole) {
    gone.set(name, m.number);
  }
}

function take(m) {
  switch (m.type) {
    case "hello":
      whole = !m.snapshot;
      if (m.snapshot) { rows.sessions.clear(); rows.bindings.clear(); gone.clear(); cursor = ""; }
      take.start = m.synced;
      show(whole ? "live" : "snapshot");
      pause = 1000;
      break;
    case "snapshot_end":
      whole = true;
      gone.clear();
      cursor = take.start;
      show("live");
      break;
    case "session": keep("sessions", m, m.state === "closed"); break;
    case "binding": keep("bindings", m, m.state === "free"); break;
    case "login":
      ++loginCount;
      m.arrived = Date.now();
      logins.unshift(m);
      logins.length = Math.min(logins.length, keptNews);
      break;
    case "alarm":
      ++alarmCount;
      m.arrived = Date.now();
      alarms.unshift(m);
      alarms.length = Math.min(alarms.length, keptNews);
      break;
    case "missed": loginCount += m.count; break;
    case "dropped": cursor = m.cursor || ""; break;
  }
  if (m.number && !m.snapshot && whole) cursor = m.number;
  dirty = true;
}

// Connection.

function connect() {
  if (!token) return door();
  $("door").hidden = true;
  $("desk").hidden = $("leave").hidden = false;
  show("waiting");
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/v1/live`);
  socket.onopen = () => socket.send(JSON.stringify({ token, cursor }));
  socket.onmessage = (said) => take(JSON.parse(said.data));
  socket.onclose = (end) => {
    socket = null;
    show("offline");
    if (end.code === 4401) { token = ""; sessionStorage.removeItem("token"); return door(); }
    if (end.code === 4403) { $("problem").textContent = say("denied"); token = ""; return door(); }
    if (!whole) cursor = "";
    setTimeout(connect, pause);
    pause = Math.min(pause * 2, 15000);
  };
}

function door() {
  show("offline");
  $("door").hidden = false;
  $("desk").hidden = $("leave").hidden = true;
}

$("login").addEventListener("submit", async (sent) => {
  sent.preventDefault();
  $("problem").textContent = "";
  const form = new FormData(sent.target);
  try {
    const answer = await fetch("/api/v1/login", {
      method: "POST", headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ login: form.get("login"), password: form.get("password") }),
    });
    if (!answer.ok) { $("problem").textContent = say(answer.status === 429 ? "slow" : answer.status >= 500 ? "away" : "wrong"); return; }
    token = (await answer.json()).token;
    sessionStorage.setItem("token", token);
    sent.target.reset();
    connect();
  } catch { $("problem").textContent = say("away"); }
});
$("leave").addEventListener("click", () => {
  token = ""; cursor = "";
  sessionStorage.removeItem("token");
  if (socket) { socket.onclose = null; socket.close(); socket = null; }
  door();
});
$("language").addEventListener("click", () => {
  language = language === "en" ? "ru" : "en";
  localStorage.setItem("language", language);
  speak();
});
$("filter").addEventListener("input", () => { dirty = true; draw(); });
for (const each of document.querySelectorAll(".tile")) each.addEventListener("click", () => choose(each.dataset.tab));
setInterval(draw, 250);
speak();
connect();
