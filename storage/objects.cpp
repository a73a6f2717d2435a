#include "storage/objects.hpp"

namespace uzel::storage {

row read_row(const entity& e, const row_view& from) {
  row out;
  out.reserve(e.fields.size());
  for (std::size_t i = 0; i < e.fields.size(); ++i) {
    const auto& f = e.fields[i];
    value stored;
    if (is_text(f))
      stored = value{std::string{from.text(i)}};
    else
      stored = value{from.integer(i)};
    out.push_back(from_stored(f, stored));
  }
  return out;
}

result<std::vector<value>> stored_row(const entity& e, const row& outside) {
  std::vector<value> out;
  out.reserve(e.fields.size());
  for (std::size_t i = 0; i < e.fields.size() && i < outside.size(); ++i) {
    auto stored = to_stored(e, e.fields[i], outside[i]);
    if (!stored)
      return errc::invalid_input;
    out.push_back(std::move(*stored));
  }
  return out;
}

} // namespace uzel::storage
