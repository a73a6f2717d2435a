#include "apps/uzelctl/backup_manifest.hpp"

#include "apps/uzelctl/words.hpp"
#include "domain/entities/codec.hpp"
#include "storage/journal/files.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <system_error>
#include <unistd.h>

namespace uzel::ctl {
namespace {

// Digests are as wide as a number gets, wider than many readers of JSON keep.
std::string hex(std::uint64_t n) {
  char out[17];
  std::snprintf(out, sizeof out, "%016llx", static_cast<unsigned long long>(n));
  return out;
}

template <class Number>
bool read_number(const json& from, std::string_view name, Number& out, int base = 10) {
  const auto text = from.text_of(name);
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out, base);
  return failed == std::errc{} && end == text.data() + text.size();
}

bool read_tables(const json& from, std::vector<storage::table_sum>& out) {
  const auto* tables = from.find("tables");
  if (!tables || !tables->is_array())
    return false;
  for (const auto& one : tables->items) {
    auto& sum = out.emplace_back();
    sum.table = one.text_of("table");
    if (sum.table.empty() || !read_number(one, "rows", sum.rows) ||
        !read_number(one, "digest", sum.digest, 16))
      return false;
  }
  return true;
}

failure cannot_write(const std::filesystem::path& file) {
  return {exit_code::unavailable,
          say("cannot write {}: {}", file.string(), std::generic_category().message(errno))};
}

} // namespace

json to_json(const std::vector<storage::table_sum>& sums) {
  auto out = json::array();
  for (const auto& sum : sums) {
    auto one = json::object();
    one.set("table", json::of(std::string_view{sum.table}))
      .set("rows", json::of(sum.rows))
      .set("digest", json::of(std::string_view{hex(sum.digest)}));
    out.items.push_back(std::move(one));
  }
  return out;
}

json to_json(const backup_manifest& what) {
  auto out = json::object();
  out.set("kind", json::of(std::string_view{what.kind}))
    .set("store", json::of(std::string_view{what.store}))
    .set("applied", json::of(what.applied))
    .set("applied_highest", json::of(what.highest))
    .set("schema", json::of(std::uint64_t{what.schema}))
    .set("namespace", json::of(std::string_view{what.namespace_name}))
    .set("taken", json::of(std::string_view{render_instant(what.taken)}))
    .set("tables", to_json(what.tables));
  return out;
}

outcome<> sync_file(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const bool done = fd >= 0 && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0)
    ::close(fd);
  errno = why;
  if (!done)
    return cannot_write(file);
  if (const auto folder = storage::sync_directory(file.parent_path()); !folder)
    return failure{exit_code::unavailable, folder.error().sentence};
  return {};
}

outcome<> write_manifest(const std::filesystem::path& folder, const backup_manifest& what) {
  const auto file = folder / manifest_name;
  std::ofstream out{file, std::ios::binary};
  out << to_text(to_json(what), true) << '\n';
  out.close();
  if (!out)
    return cannot_write(file);
  return sync_file(file);
}

outcome<backup_manifest> read_manifest(const std::filesystem::path& folder) {
  const auto file = folder / manifest_name;
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return failure{exit_code::not_found,
                   say("{} is no finished backup: it has no {}", folder.string(), manifest_name)};
  const std::string text{std::istreambuf_iterator<char>{in}, {}};
  const auto read = parse_json(text);
  backup_manifest out;
  const bool sound = read && read_number(*read, "applied", out.applied) &&
                     read_number(*read, "applied_highest", out.highest) &&
                     read_number(*read, "schema", out.schema) && read_tables(*read, out.tables);
  if (!sound)
    return failure{exit_code::damaged, say("{} cannot be read", file.string())};
  out.kind = read->text_of("kind");
  out.store = read->text_of("store");
  out.namespace_name = read->text_of("namespace");
  if (const auto taken = parse_instant(read->text_of("taken")))
    out.taken = *taken;
  return out;
}

std::vector<std::string> differences(const backup_manifest& wanted,
                                     const std::vector<storage::table_sum>& found) {
  std::vector<std::string> out;
  const auto find = [](const auto& sums, const std::string& table) {
    return std::find_if(sums.begin(), sums.end(), [&](const auto& s) { return s.table == table; });
  };
  for (const auto& sum : wanted.tables) {
    const auto at = find(found, sum.table);
    if (at == found.end())
      out.push_back(say("the table {} is not there", sum.table));
    else if (at->rows != sum.rows)
      out.push_back(
        say("the table {} has {} rows, the backup had {}", sum.table, at->rows, sum.rows));
    else if (at->digest != sum.digest)
      out.push_back(say("the table {} has other values than when the backup was made", sum.table));
  }
  for (const auto& sum : found)
    if (find(wanted.tables, sum.table) == wanted.tables.end())
      out.push_back(say("the table {} was not in the backup", sum.table));
  return out;
}

} // namespace uzel::ctl
