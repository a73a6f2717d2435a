#include "apps/uzelctl/json.hpp"

#include <simdjson.h>

#include <array>
#include <charconv>

namespace uzel::ctl {
namespace {

json number_of(double d) {
  json out;
  out.kind = json::type::number;
  std::array<char, 32> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), d);
  out.text.assign(digits.data(), end.ptr);
  return out;
}

json from(const simdjson::dom::element& e);

json from_array(const simdjson::dom::array& array) {
  auto out = json::array();
  out.items.reserve(array.size());
  for (const auto item : array)
    out.items.push_back(from(item));
  return out;
}

json from_object(const simdjson::dom::object& object) {
  auto out = json::object();
  out.members.reserve(object.size());
  for (const auto member : object)
    out.members.emplace_back(std::string{member.key}, from(member.value));
  return out;
}

json from(const simdjson::dom::element& e) {
  using simdjson::dom::element_type;
  switch (e.type()) {
  case element_type::ARRAY:
    return from_array(e.get_array().value_unsafe());
  case element_type::OBJECT:
    return from_object(e.get_object().value_unsafe());
  case element_type::INT64:
    return json::of(std::int64_t{e.get_int64().value_unsafe()});
  case element_type::UINT64:
    return json::of(std::uint64_t{e.get_uint64().value_unsafe()});
  case element_type::DOUBLE:
    return number_of(e.get_double().value_unsafe());
  case element_type::STRING:
    return json::of(std::string_view{e.get_string().value_unsafe()});
  case element_type::BOOL:
    return json::of(bool{e.get_bool().value_unsafe()});
  case element_type::NULL_VALUE:
    break;
  }
  return {};
}

class writer {
 public:
  writer(std::string& out, bool indented) : out_{out}, indented_{indented} {}

  void write(const json& value) {
    switch (value.kind) {
    case json::type::null:
      out_ += "null";
      return;
    case json::type::boolean:
      out_ += value.truth ? "true" : "false";
      return;
    case json::type::number:
      out_ += value.text;
      return;
    case json::type::text:
      append_quoted(out_, value.text);
      return;
    case json::type::array:
      write_items(value);
      return;
    case json::type::object:
      write_members(value);
    }
  }

 private:
  void write_items(const json& value) {
    out_ += '[';
    ++depth_;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      separate(i == 0);
      write(value.items[i]);
    }
    close(']', value.items.empty());
  }
  void write_members(const json& value) {
    out_ += '{';
    ++depth_;
    for (std::size_t i = 0; i < value.members.size(); ++i) {
      separate(i == 0);
      append_quoted(out_, value.members[i].first);
      out_ += indented_ ? ": " : ":";
      write(value.members[i].second);
    }
    close('}', value.members.empty());
  }
  void separate(bool first) {
    if (!first)
      out_ += ',';
    if (indented_)
      out_.append(1, '\n').append(2 * depth_, ' ');
  }
  void close(char bracket, bool empty) {
    --depth_;
    if (indented_ && !empty)
      out_.append(1, '\n').append(2 * depth_, ' ');
    out_ += bracket;
  }

  std::string& out_;
  bool indented_;
  std::size_t depth_ = 0;
};

} // namespace

json json::of(std::string_view s) {
  json out;
  out.kind = type::text;
  out.text = s;
  return out;
}
json json::of(bool b) {
  json out;
  out.kind = type::boolean;
  out.truth = b;
  return out;
}
json json::of(std::uint64_t n) {
  json out;
  out.kind = type::number;
  out.text = std::to_string(n);
  return out;
}
json json::of(std::int64_t n) {
  json out;
  out.kind = type::number;
  out.text = std::to_string(n);
  return out;
}
json json::object() {
  json out;
  out.kind = type::object;
  return out;
}
json json::array() {
  json out;
  out.kind = type::array;
  return out;
}

const json* json::find(std::string_view name) const {
  for (const auto& [key, value] : members)
    if (key == name)
      return &value;
  return nullptr;
}

json& json::set(std::string_view name, json value) {
  members.emplace_back(std::string{name}, std::move(value));
  return *this;
}

std::string json::text_of(std::string_view name) const {
  const auto* member = find(name);
  return member ? member->text : std::string{};
}

result<json> parse_json(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  const simdjson::padded_string padded{text};
  if (parser.parse(padded).get(root) != simdjson::SUCCESS)
    return errc::invalid_input;
  return from(root);
}

std::string to_text(const json& value, bool indented) {
  std::string out;
  writer{out, indented}.write(value);
  return out;
}

void append_quoted(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      out.append(1, '\\').append(1, c);
    else if (c == '\n')
      out += "\\n";
    else if (byte < 0x20 || byte == 0x7F)
      out.append("\\u00").append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
    else
      out += c;
  }
  out += '"';
}

} // namespace uzel::ctl
