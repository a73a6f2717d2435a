#include "apps/uzelctl/csv_rows.hpp"

#include "apps/uzelctl/words.hpp"

#include <csv.h>

namespace uzel::ctl {
namespace {

// What the callbacks fill.
struct collector {
  const std::function<void(csv_row&)>& take;
  csv_row row;
  std::uint32_t line = 1; // being fed

  static void cell(void* text, std::size_t size, void* self) {
    auto& me = *static_cast<collector*>(self);
    me.row.cells.emplace_back(static_cast<const char*>(text), text ? size : 0);
  }
  static void end(int, void* self) {
    auto& me = *static_cast<collector*>(self);
    const bool empty = me.row.cells.size() == 1 && me.row.cells.front().empty();
    if (!empty && !me.row.cells.empty())
      me.take(me.row);
    me.row.cells.clear();
    me.row.line = 0;
  }
};

class parser {
 public:
  explicit parser(char delimiter) {
    csv_init(&csv_, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_delim(&csv_, static_cast<unsigned char>(delimiter));
  }
  parser(const parser&) = delete;
  parser& operator=(const parser&) = delete;
  ~parser() { csv_free(&csv_); }

  bool feed(std::string_view text, collector& into) {
    return csv_parse(&csv_, text.data(), text.size(), collector::cell, collector::end, &into) ==
           text.size();
  }
  bool finish(collector& into) {
    return csv_fini(&csv_, collector::cell, collector::end, &into) == 0;
  }

 private:
  csv_parser csv_{};
};

// One line with its end: \n, \r\n or \r.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find_first_of("\r\n");
  auto size = end == std::string_view::npos ? text.size() : end + 1;
  if (end != std::string_view::npos && text[end] == '\r' && size < text.size() &&
      text[size] == '\n')
    ++size;
  const auto line = text.substr(0, size);
  text.remove_prefix(size);
  return line;
}

} // namespace

csv_stop for_each_csv_row(std::string_view text, char delimiter,
                          const std::function<void(csv_row&)>& take) {
  collector into{take, {}, 1};
  parser csv{delimiter};
  // Line by line, so that rows know where they stand even when cells hold line ends.
  for (; !text.empty(); ++into.line) {
    const auto line = take_line(text);
    // An empty line between rows is nobody's; inside a quoted cell it is a part of it.
    if (into.row.line == 0 && line.find_first_not_of(" \t\r\n") != std::string_view::npos)
      into.row.line = into.line;
    if (!csv.feed(line, into))
      return {into.line, tr("a quote stands where none may stand: quote the whole cell and double "
                            "the quotes inside")};
  }
  const auto begun = into.row.line;
  if (!csv.finish(into))
    return {begun, tr("a quoted cell does not end")};
  return {};
}

} // namespace uzel::ctl
