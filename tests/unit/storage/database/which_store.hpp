// The cases of this folder run on SQLite, and with UZEL_TEST_STORE=postgresql on a server of their
// own. What only one of them can show says so with a precondition.
#pragma once

#include "tests/support/postgresql/cluster.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string_view>

namespace uzel::test {

inline bool on_postgresql() {
  const char* wanted = std::getenv("UZEL_TEST_STORE");
  return wanted && std::string_view{wanted} == "postgresql";
}

inline boost::test_tools::assertion_result only_on_postgresql(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result out{on_postgresql()};
  out.message() << "is about PostgreSQL";
  return out;
}

// SQL that looks into the catalogue, which no standard describes.
struct catalogue_sql {
  // Name, type and NOT NULL of every column in order.
  static std::string columns(std::string_view table) {
    const std::string name{table};
    if (!on_postgresql())
      return "SELECT name, type, \"notnull\" FROM pragma_table_info('" + name + "')";
    return "SELECT column_name, UPPER(data_type), CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END "
           "FROM information_schema.columns WHERE table_schema = current_schema() AND "
           "table_name = '" +
           name + "' ORDER BY ordinal_position";
  }
  // How many unique keys a column is in.
  static std::string unique_keys(std::string_view table, std::string_view column) {
    const std::string name{table};
    const std::string field{column};
    if (!on_postgresql())
      return "SELECT COUNT(*) FROM pragma_index_list('" + name +
             "') l JOIN pragma_index_info(l.name) i WHERE l.\"unique\" = 1 AND i.name = '" + field +
             "'";
    return "SELECT COUNT(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid "
           "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey) "
           "WHERE i.indisunique AND c.relnamespace = current_schema()::regnamespace AND "
           "c.relname = '" +
           name + "' AND a.attname = '" + field + "'";
  }
  static std::string tables_named(std::string_view table) {
    const std::string name{table};
    if (!on_postgresql())
      return "SELECT COUNT(*) FROM sqlite_master WHERE name = '" + name + "'";
    return "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() "
           "AND table_name = '" +
           name + "'";
  }
  // Session 13 is refused from its second epoch on.
  static std::string refuse_thirteen() {
    if (!on_postgresql())
      return "CREATE TRIGGER no_thirteen BEFORE INSERT ON sessions WHEN NEW.id = 13 AND "
             "NEW.epoch >= 1 BEGIN SELECT RAISE(ABORT, 'thirteen is refused'); END";
    return "CREATE FUNCTION refuse_thirteen() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
           "IF NEW.id = 13 AND NEW.epoch >= 1 THEN RAISE EXCEPTION 'thirteen is refused'; END IF; "
           "RETURN NEW; END $$; CREATE TRIGGER no_thirteen BEFORE INSERT ON sessions "
           "FOR EACH ROW EXECUTE FUNCTION refuse_thirteen()";
  }
};

} // namespace uzel::test
