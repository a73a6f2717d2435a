#include "apps/uzelctl/import_json_text.hpp"

#include "apps/uzelctl/words.hpp"

#include <algorithm>
#include <optional>

namespace uzel::ctl {
namespace {

constexpr unsigned deepest = 64;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Walks the grammar once; what is no JSON becomes blanks in the copy.
class plain_maker {
 public:
  explicit plain_maker(std::string_view text) : out_{text} {}

  boost::system::result<std::string, text_fault> make() {
    if (skip() && value(0) && skip() && at_ != out_.size())
      fail(tr("something stands behind the end of the document"));
    if (fault_)
      return *fault_;
    return std::move(out_);
  }

 private:
  // False, and the first place where it went wrong is kept.
  bool fail(std::string reason) {
    if (fault_)
      return false;
    const auto before = std::string_view{out_}.substr(0, at_);
    const auto line = std::count(before.begin(), before.end(), '\n');
    const auto start = before.rfind('\n');
    const auto column = start == std::string_view::npos ? at_ : at_ - start - 1;
    fault_ = text_fault{static_cast<std::uint32_t>(line) + 1,
                        static_cast<std::uint32_t>(column) + 1, std::move(reason)};
    return false;
  }
  bool cut_short() { return fail(tr("the text ends too early")); }
  bool ends() const { return at_ >= out_.size(); }
  bool starts(std::string_view what) const {
    return std::string_view{out_}.substr(at_).starts_with(what);
  }

  void blank(std::size_t to) {
    for (; at_ < to; ++at_)
      if (!is_space(out_[at_]))
        out_[at_] = ' ';
  }

  // Spaces and comments; false when a comment does not end.
  bool skip() {
    for (;;) {
      while (!ends() && is_space(out_[at_]))
        ++at_;
      if (starts("/*")) {
        const auto end = out_.find("*/", at_ + 2);
        if (end == std::string::npos)
          return fail(tr("a comment does not end"));
        blank(end + 2);
      } else if (starts("//") || starts("#")) {
        blank(std::min(out_.find('\n', at_), out_.size()));
      } else {
        return !starts("<?") || fail(tr("includes are not followed: give the whole text"));
      }
    }
  }

  bool value(unsigned depth) {
    if (ends())
      return cut_short();
    if (depth == deepest)
      return fail(tr("it is nested too deeply"));
    switch (out_[at_]) {
    case '{':
      return members(depth, '}');
    case '[':
      return members(depth, ']');
    case '"':
      return text();
    default:
      return word();
    }
  }

  // An object or a list.
  bool members(unsigned depth, char end) {
    ++at_;
    std::optional<std::size_t> comma;
    for (bool first = true;; first = false) {
      if (!skip())
        return false;
      if (ends())
        return cut_short();
      if (out_[at_] == end) {
        if (comma)
          out_[*comma] = ' ';
        ++at_;
        return true;
      }
      if (!first && !comma)
        return fail(end == '}' ? tr("a comma or } is missing") : tr("a comma or ] is missing"));
      if ((end == '}' && !name()) || !value(depth + 1) || !skip())
        return false;
      comma = std::nullopt;
      if (!ends() && out_[at_] == ',')
        comma = at_++;
    }
  }

  // "name":
  bool name() {
    if (out_[at_] != '"')
      return fail(tr("a name in quotes must stand here"));
    if (!text() || !skip())
      return false;
    if (ends())
      return cut_short();
    if (out_[at_] != ':')
      return fail(tr("a colon must stand here"));
    ++at_;
    return skip();
  }

  bool text() {
    for (++at_; !ends(); ++at_) {
      const char c = out_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20)
        return fail(tr("a text must end on its line"));
      if (c == '\\')
        ++at_;
    }
    at_ = out_.size();
    return cut_short();
  }

  // true, false, null or a number; whether the number is one is seen later.
  bool word() {
    const auto rest = std::string_view{out_}.substr(at_);
    for (const std::string_view known : {"true", "false", "null"}) {
      if (!rest.starts_with(known))
        continue;
      at_ += known.size();
      return true;
    }
    const auto size = std::min(rest.find_first_not_of("+-.0123456789eE"), rest.size());
    if (size == 0)
      return fail(tr("a value must stand here"));
    if (!is_number(rest.substr(0, size)))
      return size == rest.size() ? (at_ = out_.size(), cut_short()) : fail(tr("this is no number"));
    at_ += size;
    return true;
  }
  static bool is_number(std::string_view text) {
    const auto read = parse_json(text);
    return read && read->kind == json::type::number;
  }

  std::string out_;
  std::size_t at_ = 0;
  std::optional<text_fault> fault_;
};

} // namespace

boost::system::result<std::string, text_fault> plain_json(std::string_view text) {
  return plain_maker{text}.make();
}

boost::system::result<json, text_fault> parse_commented_json(std::string_view text) {
  const auto plain = plain_json(text);
  if (!plain)
    return plain.error();
  auto read = parse_json(*plain);
  if (!read)
    return text_fault{1, 1, tr("this is no JSON: a text in it is broken")};
  return std::move(*read);
}

} // namespace uzel::ctl
