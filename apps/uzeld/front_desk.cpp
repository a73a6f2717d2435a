#include "apps/uzeld/front_desk.hpp"

#include "apps/uzeld/explain.hpp"
#include "apps/uzeld/first_run.hpp"
#include "apps/uzeld/metrics.hpp"
#include "config/log.hpp"
#include "net/http/front.hpp"
#include "net/http/http_server.hpp"
#include "net/http/password.hpp"
#include "net/http/readiness.hpp"
#include "net/live/live_readers.hpp"
#include "net/live/live_view.hpp"
#include "net/rest/api.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace uzel {
namespace {

rest::progress progress_of(storage::sync_signal& signal) {
  return {[&signal] { return signal.synced(); },
          [&signal](journal_number number, std::function<void()> then) {
            signal.when(number, std::move(then));
          }};
}

} // namespace

struct daemon::front_desk::parts {
  parts(const config::settings& s, const daemon_options& o, const process_keys& k)
    : settings{s}
    , options{o}
    , keys{k}
    , readers{s.http.live_buffer} {
    ready.wait_for("daemon", "starting");
  }

  rest::rest_neighbours neighbours() const;
  bool tell_admin(const first_admin& admin) const;

  const config::settings& settings;
  const daemon_options& options;
  const process_keys& keys;
  front_neighbours near;
  http::readiness ready;
  http::metrics_page metrics;
  live::live_readers readers;
  std::unique_ptr<rest::api> api;
  std::unique_ptr<http::http_server> server;
};

daemon::front_desk::front_desk(const config::settings& settings, const daemon_options& options,
                               const process_keys& keys)
  : parts_{new parts{settings, options, keys}} {}
daemon::front_desk::~front_desk() = default;

bool daemon::front_desk::open() {
  auto opened = http::http_server::open(parts_->settings.http);
  if (!opened.server) {
    log::http.error("http-not-opened", "{}", opened.problem);
    return false;
  }
  parts_->server = std::move(opened.server);
  parts_->server->start(http::starting_site(parts_->ready, parts_->metrics));
  return true;
}

void daemon::front_desk::wait_for(const std::string& part, const std::string& why) {
  parts_->ready.wait_for(part, why);
}

void daemon::front_desk::waits_no_more(const std::string& part) {
  parts_->ready.clear(part);
}

// Prints the first login and keeps it in a file that only we can read; people change the password
// and delete the file.
bool daemon::front_desk::parts::tell_admin(const first_admin& admin) const {
  if (admin.password.empty())
    return true;
  const auto line = "login: " + admin.login + "  password: " + admin.password;
  const auto database = settings.store.sqlite_path();
  const std::filesystem::path ours{database.empty() ? settings.store.journal_directory : database};
  const auto file = ours.parent_path() / "admin-login";
  std::ofstream out{file};
  std::filesystem::permissions(file, std::filesystem::perms::owner_read |
                                       std::filesystem::perms::owner_write);
  out << line << '\n';
  out.close();
  std::cout << "first start: " << line << std::endl;
  return static_cast<bool>(out);
}

bool daemon::front_desk::prepare_store(opened_store& store, instant now) {
  const auto failed = [](const std::string& why) {
    log::main.error("first-run-failed", "{}", why);
    return false;
  };
  const auto hash = [](std::string_view password) {
    const auto hashed = http::hash_password(password);
    return hashed ? *hashed : std::string{};
  };
  const auto admin = ensure_admin(*store.database, hash, now);
  if (!admin)
    return failed(admin.error().sentence);
  if (!parts_->tell_admin(*admin))
    return failed("the administrator's first login cannot be written down");
  if (parts_->options.demo)
    if (const auto seeded = seed_demo_desk(*store.database, parts_->keys, now); !seeded)
      return failed(seeded.error().sentence);
  if (admin->password.empty())
    return true;
  // What was just written is part of the picture that actors start from.
  auto image = store.database->load_boot();
  if (!image)
    return failed(image.error().sentence);
  store.image.desk = image->desk;
  return true;
}

live_gate& daemon::front_desk::live() {
  return parts_->readers;
}

rest::rest_neighbours daemon::front_desk::parts::neighbours() const {
  rest::rest_neighbours out;
  auto* wires = near.wires;
  out.system = near.actors;
  out.directory = wires->directory;
  out.space = [wires](routing_domain_id domain) { return wires->spaces.of(domain); };
  out.nases = wires->nases;
  out.storage = wires->storage;
  out.clock = wires->clock;
  out.events = wires->events;
  out.time = wires->time;
  out.desk = near.picture;
  out.seal_secret = [k = &keys](std::string_view entity, std::string_view field,
                                std::string_view plain) { return k->seal(entity, field, plain); };
  out.explain = [t = near.traces](const rest::trace_query& asked) { return explain(*t, asked); };
  out.synced = progress_of(*near.durable);
  out.applied = progress_of(*near.applied);
  return out;
}

void daemon::front_desk::connect(front_neighbours neighbours) {
  parts_->near = neighbours;
  parts_->server->add_metrics(parts_->metrics);
  add_radius_metrics(parts_->metrics, neighbours.radius->counters(),
                     neighbours.dynauth->counters());
  if (neighbours.dhcp)
    add_dhcp_metrics(parts_->metrics, neighbours.dhcp->counters());
  add_store_metrics(parts_->metrics, *neighbours.store->journal, *neighbours.projector,
                    *neighbours.behind, *neighbours.time);
  add_history_metrics(parts_->metrics, *neighbours.keeper);
  add_live_metrics(parts_->metrics, *neighbours.invariants, neighbours.radius->counters(),
                   neighbours.dhcp ? &neighbours.dhcp->counters() : nullptr, *neighbours.time,
                   *neighbours.backlog, *neighbours.traces);
}

bool daemon::front_desk::start_serving() {
  auto& near = parts_->near;
  auto built = rest::api::build(parts_->neighbours(), parts_->settings.http,
                                rest::token_key{std::string{parts_->keys.token_key()}});
  if (!built.made) {
    log::http.error("api-not-built", "{}", built.problem);
    return false;
  }
  parts_->api = std::move(built.made);
  parts_->server->start(
    live::site_of(*parts_->api, parts_->readers, parts_->ready, parts_->metrics));
  if (parts_->options.demo && near.wires->next_account->load() == 1) {
    const auto problem = seed_demo_accounts(*near.actors, *near.wires, near.wires->time->now());
    if (!problem.empty()) {
      log::main.error("demo-failed", "{}", problem);
      return false;
    }
  }
  parts_->ready.clear("daemon");
  log::main.info("ready", "RADIUS on {} and {}, DHCP {}, HTTP on {}", near.radius->auth_port(),
                 near.radius->acct_port(),
                 near.dhcp ? "on " + std::to_string(near.dhcp->port()) : "off",
                 parts_->server->port());
  return true;
}

void daemon::front_desk::stop() {
  parts_->ready.wait_for("daemon", "stopping");
  if (parts_->server)
    parts_->server->stop(seconds{2});
}

} // namespace uzel
