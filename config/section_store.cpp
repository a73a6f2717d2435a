#include "config/rules.hpp"
#include "config/words.hpp"

namespace uzel::config {
namespace {

using namespace std::chrono_literals;

// Settings are shown to people; a server's password stands in a file.
bool holds_password(std::string_view url) {
  url.remove_prefix(url.find("://") + 3);
  const auto authority = url.substr(0, url.find_first_of("/?"));
  const auto at = authority.rfind('@');
  const auto options = url.find('?');
  return (at != std::string_view::npos && authority.substr(0, at).find(':') < at) ||
         (options != std::string_view::npos &&
          url.find("password=", options) != std::string_view::npos);
}

std::string why_no_store(const std::string& url) {
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    if (holds_password(url))
      return "holds a password: keep it in a file and name that with \"?passfile=PATH\"";
    return why_no_path(url);
  }
  if (!url.starts_with("sqlite:"))
    return in_quotes(url) +
           " names no known driver: use \"sqlite:PATH\" or \"postgresql://USER@HOST/DATABASE\"";
  if (url.size() == std::string_view{"sqlite:"}.size())
    return "names no file: use \"sqlite:PATH\"";
  return why_no_path(url);
}

constexpr checked<std::string> store_url{why_no_store,
                                         "sqlite:PATH or postgresql://USER@HOST/DATABASE"};

} // namespace

section store_section() {
  using s = store_settings;
  const declare in{"store", &settings::store};
  return {
    "store",
    "The journal, which every answer rests on, and the database, which remembers.",
    {
      in("url", &s::url, store_url, reload::restart, "Where the database is."),
      in("journal_directory", &s::journal_directory, path, reload::restart,
         "Folder of the journal; on a local disk that keeps what it has synced."),
      in("journal_segment_bytes", &s::journal_segment_bytes, range{64ull << 10, 4ull << 30},
         reload::restart, "A journal file that reached this size is followed by a new one."),
      in(
        "journal_max_bytes", &s::journal_max_bytes, range{1ull << 20, 1ull << 44}, reload::restart,
        "When the journal is this large, new writes are refused until the database has caught up."),
      in("journal_keep", &s::journal_keep, range{0s, 31536000s}, reload::restart,
         "How long journal files are kept after the database has all of them."),
      in("durability", &s::durability, anything{}, reload::restart,
         "What an answer waits for: the synced `journal`, or the commit of the `store` too."),
      in("projector_batch", &s::projector_batch, range{1u, 65536u}, reload::restart,
         "Journal records per database transaction; up to 8 times as many with PostgreSQL, 40 "
         "times while it is behind."),
      in("lanes", &s::lanes, range{1u, 64u}, reload::restart,
         "Independent sequences in which records are applied; those of one owner share a lane."),
      in("read_workers", &s::read_workers, range{1u, 64u}, reload::restart,
         "Threads that answer queries."),
      in("statement_deadline", &s::statement_deadline, range{100ms, 600000ms}, reload::restart,
         "A database statement that takes longer is broken off."),
      in("behind_alarm", &s::behind_alarm, range{1s, 86400s}, reload::restart,
         "An alarm is raised when the oldest record that the database lacks is older than this."),
      in("desk_queue", &s::desk_queue, range{1u, 1000000u}, reload::restart,
         "Edits that wait for the database; further ones are answered with 503."),
      in("parked_limit", &s::parked_limit, range{1u, 10000000u}, reload::restart,
         "Records that the database refused and that wait for a person; beyond it applying stops."),
      in("history_months", &s::history_months, range{0u, 1200u}, reload::restart,
         "Whole months that ended sessions and uses of addresses are kept; 0 = for ever."),
    }};
}

} // namespace uzel::config
