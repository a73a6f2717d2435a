#include "storage/journal_log.hpp"

namespace uzel::storage {

result<journal_number> journal_log::append(instant now, std::span<const record> group) {
  // Reused by every append of this thread: in steady state nothing is allocated.
  thread_local std::vector<std::uint8_t> bytes;
  thread_local std::vector<std::size_t> ends;
  thread_local std::vector<encoded_record> encoded;
  bytes.clear();
  ends.clear();
  encoded.clear();
  for (const auto& what : group) {
    encode(what, bytes);
    ends.push_back(bytes.size());
  }
  std::size_t begin = 0;
  for (std::size_t i = 0; i < group.size(); ++i) {
    encoded.push_back({static_cast<std::uint16_t>(kind_of(group[i])),
                       std::span{bytes}.subspan(begin, ends[i] - begin)});
    begin = ends[i];
  }
  return under_.append(now, encoded);
}

} // namespace uzel::storage
