#include "apps/uzelctl/database_reading.hpp"

#include "storage/copy.hpp"
#include "storage/schema.hpp"
#include "storage/store_report.hpp"

namespace uzel::ctl {
namespace {

constexpr seconds patience{3600};

exit_code code_of(errc code) {
  switch (code) {
  case errc::store_damaged:
    return exit_code::damaged;
  case errc::conflict:
  case errc::in_use:
  case errc::unsupported:
  case errc::invalid_input:
    return exit_code::refused;
  default:
    return exit_code::unavailable;
  }
}

} // namespace

failure failure_of(const storage::store_error& why) {
  return {code_of(why.code), why.sentence};
}

failure failure_of(const storage::database_error& why) {
  return failure_of(storage::to_store_error(why));
}

outcome<std::unique_ptr<storage::connection>> open_database(const std::string& url,
                                                            storage::access_mode mode) {
  auto db = storage::connect({url, patience, mode});
  if (!db)
    return failure_of(db.error());
  return std::move(*db);
}

outcome<backup_manifest> describe_database(storage::connection& db) {
  const auto missing = storage::missing_migrations(db, storage::all_migrations());
  if (!missing)
    return failure_of(missing.error()); // of another program, or a newer one
  const auto report = storage::read_report(db, 0);
  if (!report)
    return failure_of(report.error());
  auto sums = storage::sum_store(db);
  if (!sums)
    return failure_of(sums.error());
  backup_manifest out;
  out.store = storage::to_string(report->identity);
  out.applied = report->applied.value;
  out.highest = report->highest.value;
  out.schema = report->schema;
  out.tables = std::move(*sums);
  return out;
}

outcome<backup_manifest> describe_database(const std::string& url) {
  const auto db = open_database(url, storage::access_mode::read_only);
  if (!db)
    return db.error();
  storage::transaction snapshot{**db};
  if (const auto begun = snapshot.begin_read(); !begun)
    return failure_of(begun.error());
  return describe_database(**db);
}

} // namespace uzel::ctl
