#include "protocols/radius/notation_value.hpp"
#include "protocols/radius/value_text.hpp"

#include <algorithm>
#include <charconv>

namespace uzel::radius {
namespace {

// A name as written: what it means and the tag behind its colon.
struct target {
  const attribute_definition* known = nullptr;
  std::uint32_t vendor = 0; // of Attr-26.V.N
  std::uint32_t type = 0;
  std::optional<std::uint8_t> tag;
};

std::optional<std::uint32_t> whole_number(std::string_view text) {
  std::uint32_t n = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, n);
  return !text.empty() && read.ec == std::errc{} && read.ptr == end ? std::optional{n}
                                                                    : std::nullopt;
}

// Attr-N, Attr-26.V.N and Vendor-V-Attr-N.
std::optional<target> unnamed(std::string_view name) {
  target t;
  const std::string low = folded(name);
  std::string_view rest = low;
  if (rest.starts_with("attr-26.")) {
    rest.remove_prefix(8);
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto vendor = whole_number(rest.substr(0, dot));
    const auto type = dot < rest.size() ? whole_number(rest.substr(dot + 1)) : std::nullopt;
    if (!vendor || *vendor == 0 || !type)
      return std::nullopt;
    t.vendor = *vendor;
    t.type = *type;
    return t;
  }
  if (rest.starts_with("vendor-")) {
    rest.remove_prefix(7);
    const auto cut = rest.find("-attr-");
    if (cut == std::string_view::npos)
      return std::nullopt;
    return unnamed("attr-26." + std::string{rest.substr(0, cut)} + "." +
                   std::string{rest.substr(cut + 6)});
  }
  const auto type = rest.starts_with("attr-") ? whole_number(rest.substr(5)) : std::nullopt;
  if (!type || *type > 255)
    return std::nullopt;
  t.type = *type;
  return t;
}

std::optional<target> resolve(std::string_view name, const dictionary& words) {
  target t;
  t.known = words.find(name);
  if (t.known)
    return t;
  if (auto raw = unnamed(name))
    return raw;
  const auto colon = name.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  t.known = words.find(name.substr(0, colon));
  const auto tag = whole_number(name.substr(colon + 1));
  if (!t.known || !tag || *tag > 255)
    return std::nullopt;
  t.tag = static_cast<std::uint8_t>(*tag);
  return t;
}

// Walks the text once; every step says false after a fault.
class encoder {
 public:
  encoder(std::string_view text, const dictionary& words, const hiding& hide, packet_writer& out)
    : text_{text}
    , words_{words}
    , hide_{hide}
    , out_{out} {}

  std::optional<notation_fault> run() {
    while (skip_separators())
      if (!read_pair())
        return fault_;
    return std::nullopt;
  }

 private:
  static bool blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
  bool more() const { return at_ < text_.size(); }

  bool skip_separators() {
    for (; more(); ++at_) {
      const char c = text_[at_];
      if (c == '#')
        at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
      else if (!blank(c) && c != '\n' && c != ',')
        return true;
    }
    return false;
  }

  bool fail(std::size_t offset, std::string reason) {
    fault_ = {offset, std::move(reason)};
    return false;
  }

  bool read_pair() {
    const std::size_t name_at = at_;
    at_ = std::min(text_.find_first_of(" \t\r\n=,\"'#", at_), text_.size());
    std::string_view name = text_.substr(name_at, at_ - name_at);
    if (!name.empty() && more() && text_[at_] == '=' && (name.back() == '+' || name.back() == ':'))
      name.remove_suffix(1);
    if (!skip_operator())
      return fail(at_, "expected: Name = value");
    const auto to = resolve(name, words_);
    if (!to)
      return fail(name_at, "unknown attribute \"" + std::string{name} + "\"");
    const std::size_t value_at = at_;
    notation_word word;
    return read_word(word) && write(*to, word, name_at, value_at);
  }

  bool skip_operator() {
    while (more() && blank(text_[at_]))
      ++at_;
    if (more() && (text_[at_] == ':' || text_[at_] == '+'))
      ++at_;
    if (!more() || text_[at_] != '=')
      return false;
    ++at_;
    if (more() && text_[at_] == '=')
      ++at_;
    while (more() && blank(text_[at_]))
      ++at_;
    return true;
  }

  bool read_word(notation_word& word) {
    if (more() && text_[at_] == '"')
      return read_double_quoted(word);
    if (more() && text_[at_] == '\'') {
      const auto end = text_.find('\'', at_ + 1);
      if (end == std::string_view::npos)
        return fail(at_, "the quote is not closed");
      word = {std::string{text_.substr(at_ + 1, end - at_ - 1)}, true};
      at_ = end + 1;
      return true;
    }
    const auto end = std::min(text_.find_first_of(" \t\r\n,#", at_), text_.size());
    word.text = text_.substr(at_, end - at_);
    at_ = end;
    return !word.text.empty() || fail(at_, "expected a value");
  }

  bool read_double_quoted(notation_word& word) {
    const std::size_t open = at_++;
    word.quoted = true;
    for (; more(); ++at_) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c != '\\')
        word.text += c;
      else if (!read_escape(word.text))
        return fail(at_, "unknown escape");
    }
    return fail(open, "the quote is not closed");
  }

  // Leaves at_ on the escape's last character.
  bool read_escape(std::string& into) {
    static constexpr std::string_view letters = "nrt\"\\'";
    static constexpr std::string_view meanings = "\n\r\t\"\\'";
    const std::string_view rest = text_.substr(at_ + 1);
    if (rest.empty())
      return false;
    if (const auto i = letters.find(rest[0]); i != std::string_view::npos) {
      into += meanings[i];
      ++at_;
      return true;
    }
    const bool hex = rest[0] == 'x';
    const std::string_view digits = hex ? rest.substr(1, 2) : rest.substr(0, 3);
    unsigned n = 0;
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, n, hex ? 16 : 8);
    if (digits.size() != (hex ? 2u : 3u) || read.ec != std::errc{} || read.ptr != end || n > 255)
      return false;
    into += static_cast<char>(n);
    at_ += 3;
    return true;
  }

  bool write(const target& to, const notation_word& word, std::size_t name_at,
             std::size_t value_at) {
    std::vector<std::uint8_t> bytes;
    if (to.known) {
      encoded_value value = encode_value(words_, *to.known, to.tag, word, hide_);
      if (!value.problem.empty())
        return fail(value_at, std::move(value.problem));
      hide_.salt = static_cast<std::uint16_t>(hide_.salt + 1);
      bytes = std::move(value.bytes);
    } else {
      auto raw = word.quoted ? std::nullopt : hex_value(word.text);
      if (!raw)
        return fail(value_at, "an attribute without a name takes 0x… only");
      bytes = std::move(*raw);
    }
    if (to.known && to.known->oid.size() > 1)
      return fail(name_at, to.known->name + " stands inside a tlv: give the outer one as 0x…");
    if (const char* problem = misfit(to, bytes))
      return fail(value_at, problem);
    put(to, bytes);
    return out_.fault() == errc::ok || fail(value_at, make_error_code(out_.fault()).message());
  }

  vendor_format format_of(std::uint32_t vendor) const {
    const auto* v = words_.find_vendor(vendor);
    return v ? v->format : vendor_format{};
  }

  const char* misfit(const target& to, octets value) const {
    const std::uint32_t vendor = to.known ? to.known->vendor : to.vendor;
    if (vendor == 0)
      return nullptr;
    const unsigned bits = 8u * format_of(vendor).type_size;
    if (!to.known && bits < 32 && to.type >> bits != 0)
      return "the vendor's attribute numbers are smaller";
    return value.empty() ? "a vendor attribute without a value is never sent" : nullptr;
  }

  void put(const target& to, octets value) {
    const std::uint32_t vendor = to.known ? to.known->vendor : to.vendor;
    const std::uint32_t type = to.known ? to.known->oid[0] : to.type;
    if (vendor != 0) {
      return out_.add_vendor(vendor, type, value, format_of(vendor));
    }
    if (to.known && type == attr::message_authenticator && value.size() == 1 && value[0] == 0)
      return out_.reserve_message_authenticator();
    const std::size_t part = to.known && to.known->concat ? max_value_size : value.size();
    do {
      const octets piece = value.first(std::min(part, value.size()));
      out_.add_verbatim(static_cast<std::uint8_t>(type), piece);
      value = value.subspan(piece.size());
    } while (!value.empty());
  }

  std::string_view text_;
  const dictionary& words_;
  hiding hide_;
  packet_writer& out_;
  std::size_t at_ = 0;
  notation_fault fault_;
};

} // namespace

std::optional<notation_fault> encode_attributes(std::string_view text, const dictionary& words,
                                                const hiding& hide, packet_writer& out) {
  return encoder{text, words, hide, out}.run();
}

} // namespace uzel::radius
