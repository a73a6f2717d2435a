// Where there is no server there is nothing to test on it.
#include "tests/unit/storage/database/which_store.hpp"

#include <cstdio>

namespace {

constexpr int skipped = 77; // what the build takes for «not run»

struct server_or_skip {
  server_or_skip() {
    if (!uzel::test::on_postgresql() || uzel::test::postgresql_cluster::is_installed())
      return;
    std::puts("skipped: the programs of a PostgreSQL server are not installed (postgresql-15)");
    std::fflush(stdout);
    std::_Exit(skipped);
  }
};

} // namespace

BOOST_TEST_GLOBAL_FIXTURE(server_or_skip);
