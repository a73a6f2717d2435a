#include "storage/postgresql/arguments.hpp"

#include <charconv>

namespace uzel::storage::postgresql {
namespace {

// Numbers of the types in every PostgreSQL: pg_type.dat.
constexpr std::uint32_t oid_of_int8 = 20;
constexpr std::uint32_t oid_of_text = 25;

void put(std::string& out, std::uint64_t n, std::size_t bytes) {
  for (std::size_t i = bytes; i-- > 0;)
    out += static_cast<char>(static_cast<unsigned char>(n >> (8 * i)));
}

// The binary form of a one-dimensional array (array_recv): dimensions, whether it has NULLs, the
// elements' type, length and lower bound, and each element after its length.
std::string array_of(std::span<const parameter> cells, std::size_t column, std::size_t columns) {
  bool texts = false;
  bool nulls = false;
  for (std::size_t i = column; i < cells.size(); i += columns) {
    texts = texts || cells[i].kind == parameter::kind_type::text;
    nulls = nulls || cells[i].kind == parameter::kind_type::null;
  }
  const auto rows = cells.size() / columns;
  std::string out;
  out.reserve(20 + rows * 12);
  put(out, 1, 4);
  put(out, nulls ? 1 : 0, 4);
  put(out, texts ? oid_of_text : oid_of_int8, 4);
  put(out, rows, 4);
  put(out, 1, 4);
  for (std::size_t i = column; i < cells.size(); i += columns) {
    const auto& cell = cells[i];
    if (cell.kind == parameter::kind_type::null) {
      put(out, 0xFFFFFFFF, 4);
    } else if (cell.kind == parameter::kind_type::text) {
      put(out, cell.text.size(), 4);
      out += cell.text;
    } else {
      put(out, 8, 4);
      put(out, static_cast<std::uint64_t>(cell.number), 8);
    }
  }
  return out;
}

} // namespace

void arguments::clear() {
  values_.clear();
  lengths_.clear();
  formats_.clear();
}

void arguments::add(const char* bytes, std::size_t length, bool binary) {
  values_.push_back(bytes);
  lengths_.push_back(static_cast<int>(length));
  formats_.push_back(binary ? 1 : 0);
}

void arguments::of(std::span<const parameter> with) {
  clear();
  digits_.resize(with.size());
  for (std::size_t i = 0; i < with.size(); ++i) {
    const auto& p = with[i];
    if (p.kind == parameter::kind_type::null) {
      add(nullptr, 0, false);
    } else if (p.kind == parameter::kind_type::text) {
      add(p.text.empty() ? "" : p.text.data(), p.text.size(), true);
    } else {
      auto& text = digits_[i];
      const auto end = std::to_chars(text.data(), text.data() + text.size() - 1, p.number).ptr;
      *end = '\0';
      add(text.data(), static_cast<std::size_t>(end - text.data()), false);
    }
  }
}

void arguments::of_columns(std::span<const parameter> cells, std::size_t columns) {
  clear();
  arrays_.clear();
  arrays_.reserve(columns);
  for (std::size_t column = 0; column < columns; ++column) {
    const auto& bytes = arrays_.emplace_back(array_of(cells, column, columns));
    add(bytes.data(), bytes.size(), true);
  }
}

} // namespace uzel::storage::postgresql
