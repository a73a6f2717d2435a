#include "protocols/radius/dictionary_parser.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace uzel::radius {
namespace {

// An operator's tree has some hundred files; beyond this it is a loop that the stack of open files
// cannot see.
constexpr unsigned most_files = 2000;
constexpr std::size_t most_depth = 16;
constexpr std::size_t longest_name = 128;

std::vector<std::string_view> split(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view blank = " \t\r\f\v";
  line = line.substr(0, line.find('#'));
  while (true) {
    const auto from = line.find_first_not_of(blank);
    if (from == std::string_view::npos)
      return words;
    line.remove_prefix(from);
    const auto size = std::min(line.find_first_of(blank), line.size());
    words.push_back(line.substr(0, size));
    line.remove_prefix(size);
  }
}

// Decimal or 0x hexadecimal, the whole text.
std::optional<std::uint64_t> number_of(std::string_view text) {
  int base = 10;
  if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
    base = 16;
    text.remove_prefix(2);
  }
  std::uint64_t n = 0;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, n, base);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return n;
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\'' && c != ',' && c != '=' && c != '#';
  });
}

std::string quoted(std::string_view what, std::string_view word) {
  return std::string{what} + " \"" + std::string{word.substr(0, longest_name)} + "\"";
}

std::uint64_t largest_type(const vendor_format& f) {
  return (std::uint64_t{1} << (8 * f.type_size)) - 1;
}

bool read_format(std::string_view text, vendor_format& f) {
  if (text.size() != 3 || text[1] != ',')
    return false;
  const int type = text[0] - '0';
  const int length = text[2] - '0';
  if ((type != 1 && type != 2 && type != 4) || length < 0 || length > 2)
    return false;
  f = {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(length)};
  return true;
}

} // namespace

bool dictionary_parser::read_root(std::string_view name) {
  const auto source = loader_(name, {});
  if (source)
    return read_source(*source);
  fault_ = {std::string{name}, 0, "no such file"};
  return false;
}

bool dictionary_parser::read_source(const dictionary_source& source) {
  if (std::ranges::find(open_files_, source.path) != open_files_.end())
    return fail(quoted("the file includes itself:", source.path));
  if (open_files_.size() >= most_depth || ++files_read_ > most_files)
    return fail("too many included files");
  open_files_.push_back(source.path);
  const std::string outer_file = std::exchange(file_, source.path);
  const unsigned outer_line = std::exchange(line_, 0);
  std::string_view rest = source.text;
  while (!rest.empty()) {
    ++line_;
    const auto size = std::min(rest.find('\n'), rest.size());
    if (!read_line(split(rest.substr(0, size))))
      return false;
    rest.remove_prefix(std::min(size + 1, rest.size()));
  }
  if (!vendor_name_.empty() && open_files_.size() == 1)
    return fail(quoted("END-VENDOR is missing for", vendor_name_));
  file_ = outer_file;
  line_ = outer_line;
  open_files_.pop_back();
  return true;
}

bool dictionary_parser::read_line(const words& line) {
  if (line.empty())
    return true;
  const std::string keyword = folded(line[0]);
  if (keyword == "attribute")
    return add_attribute(line);
  if (keyword == "value")
    return add_value(line);
  if (keyword == "vendor")
    return add_vendor(line);
  if (keyword == "begin-vendor")
    return begin_vendor(line);
  if (keyword == "end-vendor")
    return end_vendor(line);
  if (keyword == "begin-tlv")
    return begin_tlv(line);
  if (keyword == "end-tlv")
    return end_tlv(line);
  if (keyword == "$include" || keyword == "$include-")
    return include(line, keyword.back() == '-');
  return fail(quoted("unknown keyword", line[0]));
}

bool dictionary_parser::include(const words& line, bool optional) {
  if (line.size() != 2)
    return fail("expected: $INCLUDE file");
  const auto source = loader_(line[1], file_);
  if (source)
    return read_source(*source);
  return optional || fail(quoted("no such file", line[1]));
}

bool dictionary_parser::add_vendor(const words& line) {
  vendor_definition v;
  if (line.size() < 3 || line.size() > 4 || !is_name(line[1]))
    return fail("expected: VENDOR name number [format=t,l]");
  const auto number = number_of(line[2]);
  if (!number || *number == 0 || *number > 0xffffffff)
    return fail(quoted("no vendor number:", line[2]));
  if (line.size() == 4 &&
      (!line[3].starts_with("format=") || !read_format(line[3].substr(7), v.format)))
    return fail(quoted("vendor format is not supported:", line[3]));
  v.name = line[1];
  v.number = static_cast<std::uint32_t>(*number);
  if (const auto* known = into_.find_vendor(v.name))
    return (known->number == v.number && known->format == v.format) ||
           fail(quoted("another vendor has the name", v.name));
  into_.vendor_by_name_.emplace(folded(v.name), into_.vendors_.size());
  into_.vendor_by_number_.try_emplace(v.number, into_.vendors_.size());
  into_.vendors_.push_back(std::move(v));
  return true;
}

bool dictionary_parser::begin_vendor(const words& line) {
  if (line.size() != 2)
    return fail("expected: BEGIN-VENDOR name");
  if (!vendor_name_.empty())
    return fail(quoted("END-VENDOR is missing for", vendor_name_));
  const auto* v = into_.find_vendor(line[1]);
  if (!v)
    return fail(quoted("unknown vendor", line[1]));
  vendor_name_ = v->name;
  vendor_ = v->number;
  return true;
}

bool dictionary_parser::end_vendor(const words& line) {
  if (line.size() != 2 || vendor_name_.empty() || folded(line[1]) != folded(vendor_name_))
    return fail("END-VENDOR does not match BEGIN-VENDOR");
  if (!tlv_.empty())
    return fail("END-TLV is missing");
  vendor_name_.clear();
  vendor_ = 0;
  return true;
}

bool dictionary_parser::begin_tlv(const words& line) {
  if (line.size() != 2)
    return fail("expected: BEGIN-TLV name");
  const auto* a = into_.find(line[1]);
  if (!a || a->type != value_type::tlv || a->vendor != vendor_)
    return fail(quoted("no tlv attribute of this vendor:", line[1]));
  tlv_.push_back(a->oid);
  return true;
}

bool dictionary_parser::end_tlv(const words& line) {
  const auto* a = line.size() == 2 ? into_.find(line[1]) : nullptr;
  if (!a || tlv_.empty() || a->oid != tlv_.back())
    return fail("END-TLV does not match BEGIN-TLV");
  tlv_.pop_back();
  return true;
}

bool dictionary_parser::add_attribute(const words& line) {
  attribute_definition a;
  if (line.size() < 4 || line.size() > 5)
    return fail("expected: ATTRIBUTE name number type [flags]");
  if (!is_name(line[1]))
    return fail(quoted("no attribute name:", line[1]));
  a.name = line[1];
  a.vendor = vendor_;
  if (!tlv_.empty())
    a.oid = tlv_.back();
  if (!read_number(line[2], a) || !read_type(line[3], a))
    return false;
  if (line.size() == 5 && !read_flags(line[4], a))
    return false;
  return store(std::move(a));
}

bool dictionary_parser::read_number(std::string_view text, attribute_definition& a) {
  const auto* v = into_.find_vendor(a.vendor);
  const std::uint64_t most = v ? largest_type(v->format) : 255;
  const std::string_view whole = text;
  while (true) {
    const auto dot = std::min(text.find('.'), text.size());
    const auto number = number_of(text.substr(0, dot));
    if (!number || *number > (a.oid.empty() ? most : 255) || a.oid.size() >= 4)
      return fail(quoted("no attribute number:", whole));
    a.oid.push_back(static_cast<std::uint32_t>(*number));
    if (dot == text.size())
      break;
    text.remove_prefix(dot + 1);
  }
  return true;
}

bool dictionary_parser::read_type(std::string_view text, attribute_definition& a) {
  const std::string name = folded(text);
  if (name.starts_with("octets[") && name.ends_with("]")) {
    const auto size = number_of(std::string_view{name}.substr(7, name.size() - 8));
    if (!size || *size == 0 || *size > max_value_size)
      return fail(quoted("no size of octets:", text));
    a.fixed_size = static_cast<std::uint16_t>(*size);
    return true;
  }
  const auto type = value_type_of(name);
  if (!type)
    return fail(quoted("unknown type", text));
  a.type = *type;
  return true;
}

bool dictionary_parser::read_flags(std::string_view text, attribute_definition& a) {
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    const auto flag = text.substr(0, comma);
    if (flag == "has_tag" || flag == "has_tag=1")
      a.has_tag = true;
    else if (flag == "encrypt=1" || flag == "encrypt=2" || flag == "encrypt=3")
      a.encrypt = static_cast<std::uint8_t>(flag.back() - '0');
    else if (flag == "array")
      a.array = true;
    else if (flag == "concat")
      a.concat = true;
    else if (flag == "secret")
      a.secret = true;
    else
      return fail(quoted("unknown flag", flag));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (a.has_tag && a.type != value_type::text && a.type != value_type::integer)
    return fail("has_tag suits string and integer only");
  return true;
}

bool dictionary_parser::store(attribute_definition a) {
  if (const auto* known = into_.find(a.name)) {
    const bool same = known->vendor == a.vendor && known->oid == a.oid && known->type == a.type &&
                      known->has_tag == a.has_tag && known->encrypt == a.encrypt;
    return same || fail(quoted("another attribute has the name", a.name));
  }
  if (a.oid.size() > 1) {
    std::vector<std::uint32_t> parent{a.oid.begin(), a.oid.end() - 1};
    const auto found = into_.attribute_by_number_.find({a.vendor, parent});
    if (found == into_.attribute_by_number_.end() ||
        into_.attributes_[found->second].type != value_type::tlv)
      return fail(quoted("no tlv attribute holds", a.name));
  }
  into_.attribute_by_name_.emplace(folded(a.name), into_.attributes_.size());
  into_.attribute_by_number_.try_emplace({a.vendor, a.oid}, into_.attributes_.size());
  into_.attributes_.push_back(std::move(a));
  return true;
}

bool dictionary_parser::add_value(const words& line) {
  if (line.size() != 4 || !is_name(line[2]))
    return fail("expected: VALUE attribute name number");
  const auto number = number_of(line[3]);
  if (!number)
    return fail(quoted("no value:", line[3]));
  values_.push_back({file_, line_, std::string{line[1]}, std::string{line[2]}, *number});
  return true;
}

bool dictionary_parser::settle_values() {
  for (const pending_value& v : values_) {
    const auto* a = into_.find(v.attribute);
    file_ = v.file;
    line_ = v.line;
    if (!a)
      return fail(quoted("unknown attribute", v.attribute));
    auto& names = into_.values_[folded(a->name)];
    const auto [at, fresh] = names.by_name.try_emplace(folded(v.name), v.number);
    if (!fresh && at->second != v.number)
      return fail(quoted("another value has the name", v.name));
    names.by_number.try_emplace(v.number, v.name);
  }
  return true;
}

bool dictionary_parser::fail(std::string reason) {
  fault_ = {file_, line_, std::move(reason)};
  return false;
}

boost::system::result<dictionary, dictionary_fault>
dictionary::load(const std::vector<std::string>& roots, const dictionary_loader& loader) {
  dictionary loaded;
  dictionary_parser parser{loaded, loader};
  for (const std::string& root : roots)
    if (!parser.read_root(root))
      return parser.fault();
  if (!parser.settle_values())
    return parser.fault();
  return loaded;
}

} // namespace uzel::radius
