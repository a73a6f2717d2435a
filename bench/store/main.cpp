// Fills a store with years of history and measures it by the product's own code:
//   uzel-store-bench fill|lookup|interims|drop URL COUNT
// «fill» adds the next part of COUNT rows; bench/store/history repeats it.
#include "domain/entities/live.hpp"
#include "storage/month.hpp"
#include "storage/partitions.hpp"
#include "storage/store.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace uzel;
using steady = std::chrono::steady_clock;

// New stores are divided by months from now on, so the years of these rows are those to come.
constexpr int years_in_months = 36;
constexpr std::int64_t uses_each = 40;           // of an address
constexpr std::int64_t rows_at_once = 1'700'000; // on a server
constexpr std::int64_t first_address = 0x0A000000;
constexpr std::int64_t account_of_address = 7;
constexpr std::uint64_t first_open_session = 1;

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

template <class Result>
auto must(Result r) {
  if (!r)
    give_up(r.error().sentence);
  if constexpr (requires { std::move(*r); })
    return std::move(*r);
}

instant wall_clock() {
  return instant{
    std::chrono::duration_cast<duration>(std::chrono::system_clock::now().time_since_epoch())
      .count()};
}

double seconds_since(steady::time_point begun) {
  return std::chrono::duration<double>(steady::now() - begun).count();
}

config::store_settings settings_of(const std::string& url) {
  config::store_settings out;
  out.url = url;
  out.history_months = 0;
  out.statement_deadline = std::chrono::milliseconds{600'000};
  return out;
}

struct years {
  instant begin = storage::month_of(wall_clock());
  instant end = storage::month_of(wall_clock(), years_in_months);
  std::int64_t period = (end - begin).count() / uses_each;
};

// Use k of address a begins within period k and takes three quarters of one; ids rise with time.
std::string fill_history(std::int64_t rows, std::int64_t from, std::int64_t to) {
  const years when;
  const auto addresses = std::to_string(rows / uses_each);
  const auto begun = std::to_string(when.begin.us) + " + (i / " + addresses + ") * " +
                     std::to_string(when.period) + " + (i % " + addresses + ") * (" +
                     std::to_string(when.period / 4) + " / " + addresses + ")";
  return "WITH RECURSIVE n(i) AS (SELECT " + std::to_string(from) +
         " UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(to - 1) +
         ") INSERT INTO address_history (id, routing_domain_id, address, account_id, mac, "
         "device_id, port_id, nas_id, session_id, binding_id, begun, ended, record) SELECT i + 1, "
         "1, " +
         std::to_string(first_address) + " + (i % " + addresses + ") * 7919 % " + addresses +
         ", (i % " + addresses + ") * 7919 % " + addresses + " + " +
         std::to_string(account_of_address) + ", i, 3, 4, 5, i + 1, i + 1, " + begun + ", " +
         begun + " + " + std::to_string(when.period * 3 / 4) + ", i + 1 FROM n";
}

// SQLite sorts an index faster than it grows one at random places.
std::vector<std::string> take_indexes(storage::connection& db) {
  std::vector<std::string> out;
  std::string gone;
  const storage::statement list{"indexes",
                                "SELECT name, sql FROM sqlite_master WHERE type = 'index' "
                                "AND tbl_name = 'address_history' AND sql <> ''"};
  must(db.execute(list, {}, [&](const auto& r) {
    gone += "DROP INDEX " + std::string{r.text(0)} + "; ";
    out.emplace_back(r.text(1));
  }));
  must(db.script(gone));
  return out;
}

void fill(const std::string& url, std::int64_t rows) {
  const auto settings = settings_of(url);
  const auto store = must(storage::store::open(settings));
  const auto keeper = must(store->open_keeper());
  for (int month = 0; month <= years_in_months; month += 12)
    must(keeper->look(storage::month_of(wall_clock(), month)));
  const auto db =
    must(storage::connect({url, std::chrono::hours{1}, storage::access_mode::read_write}));
  std::int64_t from = 0;
  const storage::statement count{"count", "SELECT COUNT(*) FROM address_history"};
  must(db->execute(count, {}, [&](const auto& r) { from = r.integer(0); }));
  const auto to = db->is_server() ? std::min(rows, from + rows_at_once) : rows;
  const auto begun = steady::now();
  const auto indexes = db->is_server() ? std::vector<std::string>{} : take_indexes(*db);
  if (from < to)
    must(db->script(fill_history(rows, from, to)));
  for (const auto& one : indexes)
    must(db->script(one));
  const auto took = seconds_since(begun);
  if (db->is_server())
    must(db->script("ANALYZE address_history"));
  std::printf("{\"rows\": %lld, \"seconds\": %.1f}\n", static_cast<long long>(to), took);
}

void lookup(const std::string& url, std::int64_t questions) {
  const auto store = must(storage::store::open(settings_of(url)));
  const auto reader = must(store->open_reader());
  std::int64_t addresses = 0;
  const storage::statement count{"count",
                                 "SELECT COUNT(DISTINCT address) FROM address_history WHERE "
                                 "id > (SELECT MAX(id) FROM address_history) - 1000000"};
  must(reader->database().execute(count, {}, [&](const auto& r) { addresses = r.integer(0); }));
  const years when;
  std::mt19937_64 random{20261121};
  std::vector<double> times;
  std::int64_t found = 0;
  std::int64_t wrong = 0;
  for (std::int64_t i = 0; i < questions; ++i) {
    const auto number = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(addresses));
    const ipv4 address{static_cast<std::uint32_t>(first_address + number)};
    const auto span = static_cast<std::uint64_t>((when.end - when.begin).count());
    const instant at{when.begin.us + static_cast<std::int64_t>(random() % span)};
    const auto begun = steady::now();
    const auto holder = reader->find_holder(routing_domain_id{1}, address, at);
    times.push_back(seconds_since(begun) * 1000);
    if (!holder && holder.error().code != errc::not_found)
      give_up(holder.error().sentence);
    if (!holder)
      continue;
    ++found;
    const auto& e = entity_of<address_use>();
    const auto value = [&](const char* field) { return (*holder)[e.index_of(field)].number; };
    if (value("account_id") != number + account_of_address)
      ++wrong;
  }
  std::sort(times.begin(), times.end());
  const auto at = [&](double part) {
    return times[static_cast<std::size_t>(part * static_cast<double>(times.size() - 1))];
  };
  std::printf("{\"questions\": %lld, \"found\": %lld, \"wrong\": %lld, "
              "\"p50_ms\": %.3f, \"p99_ms\": %.3f, \"max_ms\": %.3f}\n",
              static_cast<long long>(questions), static_cast<long long>(found),
              static_cast<long long>(wrong), at(0.5), at(0.99), times.back());
}

// Records of so many sessions, made when the projector asks for them.
class interim_reports {
 public:
  explicit interim_reports(std::int64_t sessions)
    : sessions_{static_cast<std::uint64_t>(sessions)} {}
  std::uint64_t sessions() const { return sessions_; }

  storage::projector::reread source() const {
    return [this](journal_number after, journal_number up_to,
                  const std::function<result<>(const storage::record_view&)>& sink)
             -> storage::store_result<> {
      for (auto n = after.value + 1; n <= up_to.value; ++n) {
        const auto s = stay(n);
        std::vector<std::uint8_t> bytes;
        const storage::record what{storage::session_changed{s}};
        storage::encode(what, bytes);
        const storage::record_view view{
          s.number, s.last_seen, static_cast<std::uint16_t>(storage::kind_of(what)), true, bytes};
        if (const auto taken = sink(view); !taken)
          return storage::store_error{errc::io_failed, "the projector took no record"};
      }
      return {};
    };
  }

 private:
  // Record n is a report of session n, counted around; the first round are Starts. NASes report
  // in another order than sessions began.
  session stay(std::uint64_t n) const {
    const auto round = (n - 1) / sessions_;
    const auto place = (n - 1) % sessions_;
    const auto which = round == 0 ? place : place * 7919 % sessions_;
    session s;
    s.number = journal_number{n};
    s.id = session_id{first_open_session + which};
    s.account = account_id{which + 1};
    s.nas = nas_id{1 + which % 50};
    s.acct_session_id = "81500" + std::to_string(which);
    s.user_name = "subscriber" + std::to_string(which);
    s.place.mac = mac_address{which + 1};
    s.place.nas_port = "eth 1/1/" + std::to_string(which % 48);
    s.binding = binding_id{which + 1};
    s.address = ipv4{static_cast<std::uint32_t>(first_address + static_cast<std::int64_t>(which))};
    s.started = begin_;
    s.last_seen = begin_ + seconds{300 * static_cast<std::int64_t>(round)};
    s.used.in_octets = s.reported.in_octets = round * 1'000'000 + n;
    s.used.out_octets = s.reported.out_octets = round * 9'000'000 + n;
    return s;
  }

  std::uint64_t sessions_;
  instant begin_ = wall_clock();
};

void interims(const std::string& url, std::int64_t sessions) {
  auto settings = settings_of(url);
  settings.statement_deadline = std::chrono::milliseconds{5000};
  const auto store = must(storage::store::open(settings));
  must(must(store->open_keeper())->look(wall_clock()));
  if (store->applied().value != 0)
    give_up("the store has records already: fill another one");
  const interim_reports reports{sessions};
  const auto projector = must(store->open_projector({}));
  double took[2] = {};
  const auto rounds = std::size(took);
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto begun = steady::now();
    const journal_number last{(round + 1) * reports.sessions()};
    if (round == 0)
      projector->start(reports.source(), last);
    else
      projector->on_synced({}, last);
    if (!projector->wait_applied(last, std::chrono::hours{1}))
      give_up("the projector stopped");
    took[round] = seconds_since(begun);
  }
  projector->stop();
  const auto rate = [&](double t) { return static_cast<double>(sessions) / t; };
  std::printf("{\"sessions\": %lld, \"starts_per_second\": %.0f, \"interims_per_second\": %.0f}\n",
              static_cast<long long>(sessions), rate(took[0]), rate(took[1]));
}

// The oldest of the months, which everybody has left by then.
void drop(const std::string& url, std::int64_t months) {
  auto settings = settings_of(url);
  settings.history_months = 1;
  const auto store = must(storage::store::open(settings));
  const auto db =
    must(storage::connect({url, std::chrono::hours{1}, storage::access_mode::read_write}));
  const auto keeper = must(store->open_keeper());
  for (std::int64_t i = 0; i < months; ++i) {
    const auto limit = storage::month_of(wall_clock(), static_cast<int>(i) + 2);
    const auto before = keeper->counters();
    const auto begun = steady::now();
    if (db->is_server())
      must(storage::drop_partition(*db, storage::growing_tables[0], limit));
    else
      must(keeper->look(storage::month_of(limit, 1)));
    const auto took = seconds_since(begun);
    std::printf(
      "{\"month\": %lld, \"ms\": %.1f, \"one_by_one\": %llu}\n", static_cast<long long>(i + 1),
      took * 1000,
      static_cast<unsigned long long>(keeper->counters().rows_removed - before.rows_removed));
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4)
    give_up("uzel-store-bench fill|lookup|interims|drop URL COUNT");
  const std::string what = argv[1];
  const auto count = std::atoll(argv[3]);
  if (count < 1)
    give_up("COUNT must be a number above 0");
  if (what == "fill")
    fill(argv[2], count);
  else if (what == "lookup")
    lookup(argv[2], count);
  else if (what == "interims")
    interims(argv[2], count);
  else if (what == "drop")
    drop(argv[2], count);
  else
    give_up("there is no " + what);
}
