// A throw-away store on either database, and a journal in memory for its projector.
#pragma once

#include "storage/projection.hpp"
#include "storage/store.hpp"
#include "tests/unit/storage/database/which_store.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace uzel::test {

// A directory that goes away with the test.
class temporary_directory {
 public:
  temporary_directory() {
    // In memory where there is such a file system: these tests commit thousands of times.
    std::error_code ignored;
    const std::filesystem::path shared_memory{"/dev/shm"};
    const auto root = std::filesystem::is_directory(shared_memory, ignored)
                        ? shared_memory
                        : std::filesystem::temp_directory_path();
    std::string name = (root / "uzel-db-XXXXXX").string();
    if (mkdtemp(name.data()))
      path_ = name;
  }
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Records with their bytes, as the journal would show them.
class memory_journal {
 public:
  void add(const storage::numbered_record& r) {
    auto& kept = records_.emplace_back();
    kept.number = r.number;
    kept.time = r.time;
    kept.kind = static_cast<std::uint16_t>(storage::kind_of(r.what));
    storage::encode(r.what, kept.payload);
  }
  void add_bytes(journal_number number, std::uint16_t kind, std::vector<std::uint8_t> payload) {
    records_.push_back({std::move(payload), number, instant::from_unix(1), kind});
  }
  journal_number last() const {
    return records_.empty() ? journal_number{} : records_.back().number;
  }
  // Numbers count from 1.
  storage::record_view view(std::size_t i) const {
    const auto& r = records_[i];
    return {r.number, r.time, r.kind, true, r.payload};
  }
  std::size_t size() const { return records_.size(); }
  storage::projector::reread source() const {
    return [this](journal_number after, journal_number up_to,
                  const std::function<result<>(const storage::record_view&)>& sink)
             -> storage::store_result<> {
      for (auto n = after.value; n < up_to.value; ++n)
        if (const auto done = sink(view(n)); !done)
          return storage::store_error{errc::io_failed, "sink"};
      return {};
    };
  }

 private:
  struct kept_record {
    std::vector<std::uint8_t> payload;
    journal_number number;
    instant time;
    std::uint16_t kind = 0;
  };
  std::vector<kept_record> records_;
};

struct store_fixture {
  store_fixture() {
    settings.url = fresh_url();
    reopen();
  }
  ~store_fixture() {
    opened.reset();
    for (const auto& name : schemas)
      run_on(postgresql_cluster::instance().url(), "DROP SCHEMA IF EXISTS " + name + " CASCADE");
  }
  // Of an empty database: a file, or a schema.
  std::string fresh_url() {
    static int made = 0;
    const auto name = "store" + std::to_string(++made);
    if (!on_postgresql())
      return "sqlite:" + (directory.path() / (name + ".db")).string();
    const auto server = postgresql_cluster::instance().url();
    run_on(server, "CREATE SCHEMA " + name);
    schemas.push_back(name);
    return server + "&options=-csearch_path%3D" + name;
  }
  void reopen() {
    opened.reset();
    auto made = storage::store::open(settings);
    if (!made)
      BOOST_FAIL(made.error().sentence);
    opened = std::move(*made);
  }
  std::unique_ptr<storage::desk> desk() { return std::move(opened->open_desk().value()); }
  std::unique_ptr<storage::reader> reader() { return std::move(opened->open_reader().value()); }
  // A connection of one's own, for looking and for breaking things.
  std::unique_ptr<storage::connection> connection() {
    return std::move(
      storage::connect({settings.url, seconds{5}, storage::access_mode::read_write}).value());
  }
  std::int64_t number_in(const std::string& sql) {
    std::int64_t out = -1;
    const auto db = connection();
    const auto done = db->execute(storage::statement{"look", sql}, {},
                                  [&](const storage::row_view& r) { out = r.integer(0); });
    if (!done)
      BOOST_FAIL(done.error().sentence);
    return out;
  }
  void run(const std::string& sql) { run_on(settings.url, sql); }
  static void run_on(const std::string& url, const std::string& sql) {
    const auto db = storage::connect({url, seconds{30}, storage::access_mode::read_write});
    if (!db)
      BOOST_FAIL(db.error().sentence);
    if (const auto done = (*db)->script(sql); !done)
      BOOST_FAIL(done.error().sentence);
  }
  // Applies everything that the journal has.
  void project(const memory_journal& journal, storage::projector_events events = {}) {
    auto p = opened->open_projector(std::move(events)).value();
    p->start(journal.source(), journal.last());
    BOOST_TEST(p->wait_applied(journal.last(), seconds{60}));
    p->stop();
  }
  boot_image boot() {
    auto image = opened->load_boot();
    if (!image)
      BOOST_FAIL(image.error().sentence);
    return std::move(*image);
  }

  temporary_directory directory;
  std::vector<std::string> schemas;
  config::store_settings settings;
  std::unique_ptr<storage::store> opened;
};

// Two images say the same, whatever the order of their lists.
inline void check_same(boot_image a, boot_image b) {
  const auto tidy = [](boot_image& x) {
    std::sort(x.accounts.begin(), x.accounts.end(),
              [](const auto& l, const auto& r) { return (l.id) < (r.id); });
    std::sort(x.bindings.begin(), x.bindings.end(), [](const auto& l, const auto& r) {
      return std::tie(l.domain, l.address) < std::tie(r.domain, r.address);
    });
    std::sort(x.sessions.begin(), x.sessions.end(),
              [](const auto& l, const auto& r) { return (l.id) < (r.id); });
    std::sort(x.nases.begin(), x.nases.end(),
              [](const auto& l, const auto& r) { return (l.id) < (r.id); });
  };
  tidy(a);
  tidy(b);
  const auto same_rows = [](const auto& left, const auto& right, auto key) {
    BOOST_REQUIRE(left.size() == right.size());
    for (std::size_t i = 0; i < left.size(); ++i)
      BOOST_TEST((left[i] == right[i]), "row " << key(left[i]));
  };
  same_rows(a.accounts, b.accounts, [](const auto& x) { return x.id.value; });
  same_rows(a.bindings, b.bindings, [](const auto& x) { return x.address.value; });
  same_rows(a.sessions, b.sessions, [](const auto& x) { return x.id.value; });
  BOOST_CHECK(a.nases == b.nases);
  BOOST_TEST(a.last.value == b.last.value);
  BOOST_TEST(a.last_time.us == b.last_time.us);
  BOOST_TEST(a.next_account == b.next_account);
  BOOST_TEST(a.next_binding == b.next_binding);
  BOOST_TEST(a.next_session == b.next_session);
}

} // namespace uzel::test
