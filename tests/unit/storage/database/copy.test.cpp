#include "storage/copy.hpp"

#include "storage/schema.hpp"
#include "tests/unit/storage/database/random_live.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

#include <set>

using namespace uzel;
using namespace uzel::storage;

namespace {

constexpr int rows_of_each = 20;

// Each table that a migration makes, found without the code under test.
std::set<std::string> tables_in_migrations() {
  std::set<std::string> out{"schema_migrations"};
  constexpr std::string_view make = "CREATE TABLE ";
  for (const auto& m : all_migrations())
    for (auto at = m.sql.find(make); at != std::string_view::npos; at = m.sql.find(make, at + 1)) {
      const auto name = m.sql.substr(at + make.size());
      out.emplace(name.substr(0, name.find_first_of(" (")));
    }
  return out;
}

struct copy_fixture : test::store_fixture {
  // A file, whatever the fixture's own kind is.
  std::string file_url(const std::string& name) {
    return "sqlite:" + (directory.path() / (name + ".db")).string();
  }
  static std::int64_t number_at(const std::string& url, const std::string& sql) {
    const auto db = connect({url, seconds{30}, access_mode::read_only}).value();
    std::int64_t out = -1;
    const auto done =
      db->execute(statement{"look", sql}, {}, [&](const row_view& r) { out = r.integer(0); });
    BOOST_TEST(done.has_value());
    return out;
  }
  static std::string without_references() {
    return test::on_postgresql() ? "SET session_replication_role = replica"
                                 : "PRAGMA foreign_keys = OFF";
  }
  // Rows in every table, whose numbers refer to rows that are there.
  void fill() {
    const auto db = connection();
    BOOST_REQUIRE(db->script(without_references()).has_value());
    const auto tables = schema_tables();
    for (const auto& table : tables.value())
      for (int i = 1; i <= rows_of_each; ++i) {
        std::string values;
        for (const auto& column : table.columns)
          values += (values.empty() ? "" : ", ") +
                    (column.is_text ? "'Имя \\n " + std::to_string(i) + "'" : std::to_string(i));
        const auto sql =
          "INSERT INTO " + table.name + " VALUES (" + values + ")" + " ON CONFLICT DO NOTHING";
        if (table.name != "schema_migrations" && table.name != "store_identity")
          BOOST_REQUIRE(db->script(sql).has_value());
      }
    // Rows refer to later ones and to nothing, and numbers may be as large as they get.
    const auto last = std::to_string(rows_of_each + 1);
    BOOST_REQUIRE(db->script("UPDATE devices SET uplink_device_id = " + last +
                             " - id; "
                             "UPDATE devices SET mac = NULL WHERE id % 2 = 0; "
                             "UPDATE sessions SET in_octets = 9223372036854775807 WHERE id = 3; "
                             "UPDATE sessions SET out_octets = -9223372036854775807 WHERE id = 4; "
                             "UPDATE accounts SET number = '' WHERE id = 5")
                    .has_value());
  }
  static void require_same(const std::string& left, const std::string& right) {
    const auto found = compare_stores(left, right, 10);
    BOOST_REQUIRE_MESSAGE(found.has_value(), found.error().sentence);
    BOOST_TEST(found->size() == schema_tables().value().size());
    for (const auto& table : *found) {
      BOOST_TEST((table.left == table.right), table.left.table);
      for (const auto& difference : table.differences)
        BOOST_ERROR(difference);
    }
  }
  static std::vector<table_sum> require_copied(const std::string& from, const std::string& to) {
    copy_request how;
    how.from = from;
    how.to = to;
    how.rows_per_batch = 7;
    auto done = copy_store(how);
    BOOST_REQUIRE_MESSAGE(done.has_value(), done.error().sentence);
    return *done;
  }
  static store_error refusal(const std::string& from, const std::string& to) {
    copy_request how;
    how.from = from;
    how.to = to;
    const auto done = copy_store(how);
    BOOST_REQUIRE(done.has_error());
    return done.error();
  }
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(copies, copy_fixture)

BOOST_AUTO_TEST_CASE(every_table_of_the_schema_arrives_with_all_its_rows) {
  fill();
  const auto to = file_url("copy");
  const auto sums = require_copied(settings.url, to);
  const auto expected = tables_in_migrations();
  BOOST_TEST(expected.size() > 20u);
  BOOST_TEST(sums.size() == expected.size());
  for (const auto& name : expected)
    BOOST_TEST_CONTEXT(name) {
      const auto count = "SELECT COUNT(*) FROM " + name;
      BOOST_TEST(number_in(count) > 0);
      BOOST_TEST(number_at(to, count) == number_in(count));
      const auto sum =
        std::find_if(sums.begin(), sums.end(), [&](const table_sum& s) { return s.table == name; });
      BOOST_REQUIRE((sum != sums.end()));
      BOOST_TEST(static_cast<std::int64_t>(sum->rows) == number_in(count));
    }
  BOOST_TEST(number_at(to, "SELECT COUNT(*) FROM devices WHERE mac IS NULL") == rows_of_each / 2);
  BOOST_TEST(number_at(to, "SELECT uplink_device_id FROM devices WHERE id = 1") == rows_of_each);
  BOOST_TEST(number_at(to, "SELECT in_octets FROM sessions WHERE id = 3") ==
             std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(number_at(to, "SELECT COUNT(*) FROM accounts WHERE number = 'Имя \\n 7'") == 1);
}

// What a copy carries over beside rows: nothing, because ids come from a table.
BOOST_AUTO_TEST_CASE(the_schema_has_no_sequences_and_no_texts_that_may_be_null,
                     *boost::unit_test::precondition(test::only_on_postgresql)) {
  BOOST_TEST(number_in("SELECT COUNT(*) FROM information_schema.sequences "
                       "WHERE sequence_schema = current_schema()") == 0);
  BOOST_TEST(number_in("SELECT COUNT(*) FROM information_schema.columns WHERE "
                       "table_schema = current_schema() AND data_type = 'text' AND "
                       "is_nullable = 'YES'") == 0);
}

BOOST_AUTO_TEST_CASE(a_store_comes_back_as_it_was_from_the_other_kind) {
  fill();
  const auto there = file_url("there");
  const auto back = fresh_url();
  const auto first = require_copied(settings.url, there);
  const auto second = require_copied(there, back);
  BOOST_TEST((first == second));
  require_same(settings.url, there);
  require_same(settings.url, back);
}

BOOST_AUTO_TEST_CASE(references_are_watched_again_after_a_copy) {
  fill();
  const auto to = fresh_url();
  require_copied(settings.url, to);
  const auto db = connect({to, seconds{5}, access_mode::read_write}).value();
  const auto gone = db->execute(statement{"drop", "DELETE FROM clients WHERE id = 1"});
  BOOST_REQUIRE(gone.has_error());
  BOOST_TEST((gone.error().code == errc::in_use));
}

BOOST_AUTO_TEST_CASE(a_reference_to_nothing_is_not_copied) {
  fill();
  {
    const auto db = connection();
    BOOST_REQUIRE(db->script(without_references()).has_value());
    BOOST_REQUIRE(db->script("DELETE FROM clients WHERE id = 20").has_value());
  }
  const auto to = fresh_url();
  BOOST_TEST((refusal(settings.url, to).code == errc::in_use));
  BOOST_TEST(number_at(to, "SELECT COUNT(*) FROM accounts") == 0);
}

BOOST_AUTO_TEST_CASE(a_target_with_anything_in_it_is_left_alone) {
  test::store_fixture other;
  other.run("INSERT INTO outbox VALUES (1, 'k', 'client', 1, 1, 0)");
  const auto refused = refusal(settings.url, other.settings.url);
  BOOST_TEST((refused.code == errc::conflict));
  BOOST_TEST(has(refused.sentence, "not empty"), refused.sentence);
  BOOST_TEST((other.opened->report(0).value().identity == other.opened->identity()));
  BOOST_TEST((refusal(settings.url, settings.url).code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_migrated_database_that_nobody_used_is_a_target) {
  const auto to = fresh_url();
  {
    const auto db = connect({to, seconds{5}, access_mode::read_write}).value();
    BOOST_TEST(migrate(*db, all_migrations(), instant{7}).value().size() ==
               all_migrations().size());
    BOOST_TEST(migrate(*db, all_migrations(), instant{7}).value().empty());
  }
  require_copied(settings.url, to);
  require_same(settings.url, to);
}

BOOST_AUTO_TEST_CASE(versions_must_fit) {
  const auto old = fresh_url();
  {
    const auto db = connect({old, seconds{5}, access_mode::read_write}).value();
    BOOST_REQUIRE(migrate(*db, all_migrations().first(3), instant{1}).has_value());
  }
  const auto refused = refusal(old, fresh_url());
  BOOST_TEST((refused.code == errc::unsupported));
  BOOST_TEST(has(refused.sentence, "store migrate"), refused.sentence);
  const auto onto_old = refusal(settings.url, old);
  BOOST_TEST((onto_old.code == errc::conflict));
  const auto left_alone = connect({old, seconds{5}, access_mode::read_only}).value();
  BOOST_TEST(schema_number(*left_alone).value() == 3u);
  const auto newer = fresh_url();
  {
    const auto db = connect({newer, seconds{5}, access_mode::read_write}).value();
    BOOST_REQUIRE(migrate(*db, all_migrations(), instant{1}).has_value());
    BOOST_REQUIRE(
      db->script("INSERT INTO schema_migrations VALUES (9999, 'later', 1, 1)").has_value());
  }
  BOOST_TEST((refusal(settings.url, newer).code == errc::unsupported));
  BOOST_TEST((refusal(newer, fresh_url()).code == errc::unsupported));
}

BOOST_AUTO_TEST_CASE(a_source_that_moves_is_told_and_nothing_is_left_in_the_target) {
  fill();
  copy_request how;
  how.from = settings.url;
  how.to = file_url("moving");
  bool moved = false;
  how.progress = [&](const std::string& table, std::uint64_t) {
    if (table == "accounts" && !moved)
      run("UPDATE lanes SET applied = applied + 1 WHERE lane = 2");
    moved = moved || table == "accounts";
  };
  const auto refused = copy_store(how);
  BOOST_REQUIRE(refused.has_error());
  BOOST_TEST((refused.error().code == errc::in_use));
  BOOST_TEST(has(refused.error().sentence, "lanes lane=2: applied"), refused.error().sentence);
  BOOST_TEST(number_at(how.to, "SELECT COUNT(*) FROM accounts") == 0);

  moved = false;
  how.source_may_move = true;
  BOOST_TEST(copy_store(how).has_value());
  BOOST_TEST(number_at(how.to, "SELECT COUNT(*) FROM accounts") == rows_of_each);
}

BOOST_AUTO_TEST_CASE(one_changed_value_is_named_with_table_key_and_column) {
  fill();
  const auto to = fresh_url();
  require_copied(settings.url, to);
  const std::pair<const char*, const char*> changes[] = {
    {"UPDATE sessions SET in_octets = in_octets - 1 WHERE id = 3",
     "sessions id=3: in_octets is 9223372036854775807 and 9223372036854775806"},
    {"UPDATE bindings SET nas_port = 'x' WHERE routing_domain_id = 6",
     "bindings routing_domain_id=6, address=6: nas_port is \"Имя \\n 6\" and \"x\""},
    {"UPDATE devices SET mac = 0 WHERE id = 2", "devices id=2: mac is null and 0"},
    {"UPDATE clients SET secret = 'ff' WHERE id = 9",
     "clients id=9: secret is another text and another text"},
    {"DELETE FROM highest_ids WHERE entity = 'routing_domain'",
     "highest_ids entity=routing_domain is only in the first one"},
    {"INSERT INTO lanes VALUES (77, 1, 1)", "lanes lane=77 is only in the second one"},
  };
  for (const auto& [change, told] : changes)
    BOOST_TEST_CONTEXT(change) {
      run_on(to, change);
      const auto found = compare_stores(settings.url, to, 100);
      BOOST_REQUIRE(found.has_value());
      std::vector<std::string> lines;
      for (const auto& table : *found) {
        BOOST_TEST((table.left.digest != table.right.digest) == !table.differences.empty());
        lines.insert(lines.end(), table.differences.begin(), table.differences.end());
      }
      BOOST_TEST((std::count(lines.begin(), lines.end(), told) == 1));
    }
}

BOOST_AUTO_TEST_CASE(a_value_of_another_type_is_named_not_guessed) {
  fill();
  const auto file = file_url("odd");
  require_copied(settings.url, file);
  run_on(file, "UPDATE accounts SET status = 'many' WHERE id = 5");
  const auto refused = refusal(file, fresh_url());
  BOOST_TEST((refused.code == errc::store_damaged));
  BOOST_TEST(refused.sentence == "accounts id=5: status holds what is no integer");
  run_on(file, "UPDATE accounts SET status = 1; "
               "UPDATE sessions SET user_name = CAST(x'41C328' AS TEXT) WHERE id = 6");
  BOOST_TEST(refusal(file, fresh_url()).sentence ==
             "sessions id=6: user_name holds what is no UTF-8 text");
}

BOOST_AUTO_TEST_CASE(the_copy_goes_on_with_the_journal_of_its_source) {
  test::live_stream stream{20260521};
  test::memory_journal journal;
  for (int i = 0; i < 400; ++i)
    journal.add(stream.next());
  project(journal);
  const auto identity = opened->identity();
  const auto to = fresh_url();
  opened.reset();
  require_copied(settings.url, to);
  for (int i = 0; i < 300; ++i)
    journal.add(stream.next());
  reopen();
  project(journal);
  const auto wanted = boot();
  settings.url = to;
  reopen();
  BOOST_TEST((opened->identity() == identity));
  BOOST_TEST(opened->applied().value == 400u);
  project(journal);
  test::check_same(boot(), wanted);
}

BOOST_AUTO_TEST_SUITE_END()
