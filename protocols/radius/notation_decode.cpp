#include "protocols/radius/notation_value.hpp"
#include "protocols/radius/value_text.hpp"

#include <algorithm>

namespace uzel::radius {
namespace {

// The text right of the equals sign, quoted where the type wants it.
std::optional<notation_word> word_of(const dictionary& words, const attribute_definition& a,
                                     octets value) {
  if (a.encrypt != 0)
    return notation_word{hex_text(value), false};
  if (a.type == value_type::text)
    return notation_word{std::string{read_text(value)}, true};
  if (const auto number = value_to_number(a.type, value)) {
    const std::string_view name = words.name_of(a, *number);
    if (!name.empty())
      return notation_word{std::string{name}, false};
  }
  auto text = value_to_text(a.type, value);
  return text ? std::optional{notation_word{std::move(*text), false}} : std::nullopt;
}

// «Name = value», or nothing when that would not lead back to the same octets.
std::optional<std::string> named(const dictionary& words, const attribute_definition& a,
                                 octets value) {
  std::optional<std::uint8_t> tag;
  std::array<std::uint8_t, 4> number{};
  octets rest = value;
  if (a.has_tag && a.encrypt == 0 && !value.empty() && value[0] <= largest_tag) {
    tag = value[0];
    if (a.type == value_type::integer && value.size() == 4) {
      std::copy(value.begin() + 1, value.end(), number.begin() + 1);
      rest = number;
    } else {
      rest = value.subspan(1);
    }
  }
  const auto word = word_of(words, a, rest);
  if (!word)
    return std::nullopt;
  const encoded_value back = encode_value(words, a, tag, *word, {});
  if (!back.problem.empty() || !std::ranges::equal(back.bytes, value))
    return std::nullopt;
  std::string out = a.name;
  if (tag)
    out += ":" + std::to_string(*tag);
  return out + " = " + (word->quoted ? quoted_text(word->text) : word->text);
}

void put_vendor_attribute(std::string& out, std::string_view indent, const dictionary& words,
                          const vendor_attribute& v) {
  const auto* a = words.find(v.vendor, v.type);
  const auto text = a ? named(words, *a, v.value) : std::nullopt;
  out += indent;
  out += text ? *text
              : "Attr-26." + std::to_string(v.vendor) + "." + std::to_string(v.type) + " = " +
                  hex_text(v.value);
  out += '\n';
}

// Several vendor attributes in one Vendor-Specific become several lines; one that does not follow
// its vendor's format, or holds an empty value, is shown as a whole.
bool put_vendor_specific(std::string& out, std::string_view indent, const dictionary& words,
                         octets value) {
  const auto number = value.size() < 4 ? std::nullopt : read_u32(value.first(4));
  if (!number || *number == 0)
    return false;
  const auto* vendor = words.find_vendor(*number);
  const vendor_format format = vendor ? vendor->format : vendor_format{};
  std::vector<vendor_attribute> inside;
  vendor_cursor cursor{value, format};
  while (const auto v = cursor.next())
    inside.push_back(*v);
  if (cursor.malformed() || inside.empty() ||
      std::ranges::any_of(inside, [](const auto& v) { return v.value.empty(); }))
    return false;
  for (const vendor_attribute& v : inside)
    put_vendor_attribute(out, indent, words, v);
  return true;
}

void put_attributes(std::string& out, std::string_view indent, const packet_view& packet,
                    const dictionary& words) {
  for (const attribute a : packet.attributes()) {
    if (a.type == attr::vendor_specific && put_vendor_specific(out, indent, words, a.value))
      continue;
    // Written by name, a Message-Authenticator of one zero would ask for a signature.
    const bool nameless = a.type == attr::vendor_specific ||
                          (a.type == attr::message_authenticator && a.value.size() != 16);
    const auto* known = nameless ? nullptr : words.find(0, a.type);
    const auto text = known ? named(words, *known, a.value) : std::nullopt;
    out += indent;
    out += text ? *text : "Attr-" + std::to_string(a.type) + " = " + hex_text(a.value);
    out += '\n';
  }
}

} // namespace

std::string decode_attributes(const packet_view& packet, const dictionary& words) {
  std::string out;
  put_attributes(out, "", packet, words);
  return out;
}

std::string decode_packet(const packet_view& packet, const dictionary& words) {
  std::string_view name = name_of(packet.code());
  const std::string number = std::to_string(static_cast<unsigned>(packet.code()));
  std::string out = name.empty() ? "Code " + number : std::string{name};
  out += " Id " + std::to_string(packet.id()) + " Length " + std::to_string(packet.bytes().size());
  out += "\nAuthenticator " + hex_text(packet.authenticator_bytes()) + "\n";
  put_attributes(out, "\t", packet, words);
  return out;
}

} // namespace uzel::radius
