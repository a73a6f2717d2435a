#include "apps/uzeld/daemon.hpp"

#include "actors/directory.hpp"
#include "actors/nas_redo.hpp"
#include "actors/nas_router.hpp"
#include "actors/subscriber.hpp"
#include "actors/turn_policy.hpp"
#include "apps/uzeld/first_run.hpp"
#include "apps/uzeld/front_desk.hpp"
#include "config/log.hpp"
#include "protocols/proof/legacy_provider.hpp"

#include <caf/all.hpp>

#include <cstdlib>
#include <fmt/format.h>
#include <map>

namespace uzel {
namespace {

// Live state that cannot be trusted any more is rebuilt by the next start: leave at once, answer
// nothing.
[[noreturn]] void leave(std::string_view id, const std::string& why) {
  log::main.error("fatal", "{}: {}", id, why);
  log::flush();
  std::_Exit(3);
}

} // namespace

// Lets answers go when what they rest on is durable.
class daemon::gate_opener final : public storage::batch_observer {
 public:
  explicit gate_opener(daemon& of) : of_{of} {}
  void on_synced(std::span<const storage::record_view>, journal_number synced) override {
    of_.release_answers(synced);
  }

 private:
  daemon& of_;
};

daemon::daemon(config::settings settings, daemon_options options)
  : settings_{std::move(settings)}
  , options_{std::move(options)}
  , behind_{settings_.store.behind_alarm} {}
daemon::~daemon() = default;

bool daemon::start(const std::function<bool(duration pause)>& wait) {
  if (!open_keys() || !open_front() || !open_database(wait) || !open_network())
    return false;
  spawn_actors();
  serve();
  return front_->start_serving();
}

bool daemon::open_keys() {
  if (!proof::load_primitives().aes_256_gcm || !radius::digests_available()) {
    log::main.error("crypto-missing", "the crypto library offers no MD5, SHA-1 or AES-GCM");
    return false;
  }
  if (!proof::ms_chap_available())
    log::radius.warn("ms-chap-off", "MS-CHAP logins will be refused: {}",
                     proof::ms_chap_off_reason());
  std::string why;
  auto keys = process_keys::load(settings_.secrets, why);
  if (!keys) {
    log::main.error("key-unreadable", "{}", why);
    return false;
  }
  keys_ = std::move(*keys);
  return true;
}

// First of all: people see from the beginning what the daemon waits for.
bool daemon::open_front() {
  front_ = std::make_unique<front_desk>(settings_, options_, keys_);
  return front_->open();
}

bool daemon::open_database(const std::function<bool(duration pause)>& wait) {
  const auto waits = [&](const std::string& why, duration pause) {
    front_->wait_for("database", why);
    return wait(pause);
  };
  auto opened = await_store(
    settings_.store, [](const storage::store_error& e) { leave("journal", e.sentence); }, waits);
  if (!opened) {
    log::store.error("store-not-opened", "{}", opened.error().sentence);
    return false;
  }
  front_->waits_no_more("database");
  store_ = std::move(*opened);
  const auto& image = store_->image;
  time_.emplace(machine_clock::real(), std::max(image.last_time, store_->journal->last_time()));
  if (!front_->prepare_store(*store_, time_->now()))
    return false;
  picture_.emplace(image.desk);
  signal_.emplace(store_->journal->synced());
  committed_.emplace(store_->database->applied());
  log_.emplace(*store_->journal);
  traces_.emplace(settings_.actors);
  next_account_ = image.next_account;
  next_binding_ = image.next_binding;
  next_session_ = image.next_session;
  return true;
}

bool daemon::open_network() {
  std::string why;
  auto server = net::radius_server::open(settings_.radius, keys_.class_key(), why);
  if (!server) {
    log::radius.error("listen-failed", "{}", why);
    return false;
  }
  radius_ = std::move(*server);
  dynauth_ = std::make_unique<net::dynauth_client>(settings_.radius);
  return open_dhcp();
}

bool daemon::open_dhcp() {
  const auto& wanted = settings_.dhcp;
  if (!wanted.listen.empty() || !wanted.interfaces.empty()) {
    std::string why;
    if (auto server = net::dhcp_server::open(wanted, why)) {
      dhcp_ = std::move(*server);
    } else if (options_.demo) {
      log::dhcp.warn("dhcp-off", "the demo goes on without DHCP: {}", why);
    } else {
      log::dhcp.error("dhcp-not-opened", "{}", why);
      return false;
    }
  }
  answers_.emplace(radius_.get(), dhcp_.get());
  return true;
}

void daemon::release_answers(journal_number synced) {
  radius_->synced(synced);
  if (dhcp_)
    dhcp_->synced(synced);
}

void daemon::spawn_actors() {
  actor_config_ = std::make_unique<caf::actor_system_config>();
  use_turn_policy(*actor_config_, settings_.actors.workers, settings_.actors.pin_workers);
  actors_ = std::make_unique<caf::actor_system>(*actor_config_);
  wires_.log = &*log_;
  wires_.answers = &*answers_;
  wires_.dynauth = dynauth_.get();
  wires_.time = &*time_;
  wires_.desk = &*picture_;
  wires_.traces = &*traces_;
  wires_.watchers = &backlog_.readers;
  wires_.master_key = &keys_.master();
  wires_.next_account = &next_account_;
  wires_.next_binding = &next_binding_;
  wires_.next_session = &next_session_;
  wires_.fatal = [](const std::string& why) { leave("actors", why); };
  wires_.settings = settings_.actors;
  const auto& image = store_->image;
  watch_.begin(image);
  events_settings told;
  told.watch = &watch_;
  told.epoch = store_->journal->identity().epoch;
  told.synced = store_->journal->synced();
  told.ring = settings_.http.events_ring;
  wires_.events = actors_->spawn(events, &wires_, &front_->live(), &backlog_, told);
  wires_.clock = actors_->spawn(live_clock, &wires_, &*time_, settings_.clock, image.last_time);
  wires_.nases = actors_->spawn(nas_router, &wires_, nases_at_start(image));
  spawn_spaces();
  const auto slices =
    slice_boot_image(image, settings_.actors.shards, time_->now(), settings_.actors.offer_time);
  const subscriber_spawner spawner = spawn_subscriber;
  // Every shard must be in the table before the first message reaches any of them; nothing is sent
  // before serve().
  for (std::uint32_t shard = 0; shard < settings_.actors.shards; ++shard)
    wires_.directory.push_back(actors_->spawn(directory, &wires_, shard, slices[shard], spawner));
  spawn_storage();
}

void daemon::spawn_spaces() {
  std::map<routing_domain_id, std::vector<binding>> kept;
  const auto desk = picture_->current();
  for (const auto& [id, domain] : *desk->domains)
    kept[routing_domain_id{id}];
  for (const auto& b : store_->image.bindings)
    kept[b.domain].push_back(b);
  for (const auto& [domain, bindings] : kept)
    wires_.spaces.add(domain, actors_->spawn(address_space, &wires_, domain, bindings));
}

void daemon::spawn_storage() {
  storage::projector_events told;
  const bool by_store = settings_.store.durability == config::durability::store;
  told.applied = [this, by_store](journal_number applied) {
    if (by_store)
      release_answers(applied);
    committed_->on_synced({}, applied);
  };
  told.away = [](bool away, const std::string& why) {
    if (away)
      log::store.error("answers-from-journal", "the database is away ({}); answers go on", why);
    else
      log::store.info("database-back", "the projection catches up");
  };
  told.parked = [](journal_number number, const std::string& key, const std::string& why) {
    log::store.error("record-parked", "record {} of {}: {}", number.value, key, why);
  };
  told.failed = [](const storage::store_error& e) { leave("projector", e.sentence); };
  auto projector = store_->database->open_projector(std::move(told));
  if (!projector)
    leave("projector", projector.error().sentence);
  projector_ = std::move(*projector);
  auto keeper = store_->database->open_keeper();
  if (!keeper)
    leave("history", keeper.error().sentence);
  keeper_ = std::move(*keeper);
  parts_.projector = projector_.get();
  parts_.signal = &*signal_;
  parts_.journal = store_->journal.get();
  parts_.picture = &*picture_;
  parts_.report = [this](std::uint32_t parked) {
    const std::lock_guard lock{store_->report};
    return store_->database->report(parked);
  };
  parts_.open_domain = [this](routing_domain_id domain) {
    if (!wires_.spaces.of(domain))
      wires_.spaces.add(domain,
                        actors_->spawn(address_space, &wires_, domain, std::vector<binding>{}));
  };
  storage_openers openers{[this] { return store_->database->open_desk(); },
                          [this] { return store_->database->open_reader(); }};
  wires_.storage = actors_->spawn(storage_front, &wires_, &parts_, openers, settings_.store);
}

void daemon::serve() {
  auto& journal = *store_->journal;
  gate_opener_ = std::make_unique<gate_opener>(*this);
  feed_ = std::make_unique<event_feed>(wires_.events, backlog_);
  if (settings_.store.durability == config::durability::journal)
    journal.subscribe(*gate_opener_);
  journal.subscribe(*signal_);
  journal.subscribe(*projector_);
  journal.subscribe(*feed_);
  release_answers(settings_.store.durability == config::durability::journal
                    ? journal.synced()
                    : store_->database->applied());
  journal.start();
  projector_->start([&journal](journal_number after, journal_number up_to,
                               const auto& sink) { return journal.read(after, up_to, sink); },
                    journal.synced());
  keeper_->start([this] { return time_->held() ? std::nullopt : std::optional{time_->now()}; });
  redo_effects();
  start_network();
  const bool by_journal = settings_.store.durability == config::durability::journal;
  front_->connect({&*actors_, &wires_, by_journal ? &*signal_ : &*committed_, &*committed_,
                   &*traces_, radius_.get(), dhcp_.get(), dynauth_.get(), store_.get(),
                   projector_.get(), &behind_, &*picture_, &*time_, &invariants_, &backlog_,
                   keeper_.get()});
  store_->image = {}; // the actors have it now
}

void daemon::start_network() {
  const auto open_secret = [this](const client& of) {
    return keys_.open("client", "secret", of.secret);
  };
  std::string why;
  const auto nases = wires_.nases;
  if (!dynauth_->start({&*picture_, &*time_, open_secret,
                        [nases](const dynauth_answered& a) { caf::anon_send(nases, a); }},
                       why))
    leave("dynauth", why);
  const auto events = wires_.events;
  auto* time = &*time_;
  const auto alarm = [events, time](std::string id, std::string subject, std::string text) {
    caf::anon_send(events,
                   alarm_raised{time->now(), std::move(id), std::move(subject), std::move(text)});
  };
  radius_->start({wires_.directory, [this](nas_id which) { return wires_.nas_at(which); },
                  &*picture_, &*time_, open_secret, alarm});
  if (dhcp_)
    dhcp_->start({wires_.directory,
                  [this](routing_domain_id domain) { return wires_.spaces.of(domain); }, &*picture_,
                  &*time_, alarm});
}

void daemon::redo_effects() {
  const auto redo = redo_after_boot(store_->image);
  for (const auto& m : redo.closings)
    caf::anon_send(wires_.shard_of(m.who), m);
  for (const auto& m : redo.releases)
    if (const auto space = wires_.spaces.of(m.domain))
      caf::anon_send(space, m);
  for (const auto& m : redo.withdrawn)
    if (const auto space = wires_.spaces.of(m.domain))
      caf::anon_send(space, m);
}

// By the clock and not by what is applied: a full journal gets no more records that could tell.
void daemon::tidy() {
  store_->journal->drop_before(projector_->applied(), time_->now() - settings_.store.journal_keep);
  look_after_projection();
}

void daemon::look_after_projection() {
  const auto behind = projector_->behind(time_->now());
  const auto news = behind_.look(behind);
  projector_->set_late(behind_.is_raised());
  if (news == storage::behind_alarm::news::ended)
    log::store.info("projection-caught-up", "the database has what the journal has");
  if (news != storage::behind_alarm::news::raised)
    return;
  const auto lacks = store_->journal->synced().value - projector_->applied().value;
  const auto sentence =
    fmt::format("the database lacks {} records, the oldest of {} s ago; the journal keeps them",
                lacks, behind / seconds{1});
  log::store.warn("projection-behind", "{}", sentence);
  caf::anon_send(wires_.events, alarm_raised{time_->now(), "projection-behind", "store", sentence});
}

void daemon::reload(const config::settings& wanted) {
  const auto what = config::compare(settings_, wanted);
  settings_ = config::reloaded(settings_, wanted);
  if (!log::configure(settings_.log))
    log::config.error("log-not-opened", "{} cannot be opened; the old destination stays",
                      settings_.log.file);
  for (const auto& name : what.applied)
    log::config.info("setting-applied", "{}", name);
  for (const auto& name : what.needs_restart)
    log::config.warn("setting-needs-restart", "{} takes effect at the next start", name);
}

void daemon::stop() {
  log::main.info("stopping", "finishing what is under way");
  if (front_)
    front_->stop();
  if (radius_)
    radius_->stop(seconds{2});
  if (dhcp_)
    dhcp_->stop(seconds{2});
  if (dynauth_)
    dynauth_->stop();
  if (store_ && store_->journal)
    store_->journal->stop();
  if (keeper_)
    keeper_->stop();
  if (projector_)
    projector_->stop();
  log::main.info("stopped", "everything acknowledged is in the store");
  log::flush();
}

} // namespace uzel
