#include "protocols/radius/notation_value.hpp"

#include "protocols/radius/hidden.hpp"
#include "protocols/radius/value_text.hpp"

namespace uzel::radius {
namespace {

using bytes = std::vector<std::uint8_t>;

bool is_hex(const notation_word& word) {
  return !word.quoted && (word.text.starts_with("0x") || word.text.starts_with("0X"));
}

// Unquoted 0x… stands for raw octets unless it is the number of an integer type.
bool is_raw(const attribute_definition& a, const notation_word& word) {
  return is_hex(word) && (integer_size(a.type) == 0 || a.encrypt != 0);
}

encoded_value refused(std::string problem) {
  return {{}, std::move(problem)};
}

encoded_value plain_value(const dictionary& words, const attribute_definition& a,
                          const notation_word& word) {
  if (const auto number = words.value_of(a, word.text); number && !word.quoted) {
    if (auto out = value_from_number(a.type, *number))
      return {std::move(*out), {}};
  }
  if (word.quoted && a.type == value_type::raw)
    return {bytes{word.text.begin(), word.text.end()}, {}};
  auto out = is_raw(a, word) ? hex_value(word.text) : value_from_text(a.type, word.text);
  if (!out)
    return refused("\"" + word.text + "\" is no value of " + a.name);
  return {std::move(*out), {}};
}

encoded_value hidden_value(const attribute_definition& a, std::optional<std::uint8_t> tag,
                           const bytes& plain, const hiding& hide) {
  if (a.encrypt > 2)
    return refused(a.name + " can be given as 0x… only");
  if (!hide.secret)
    return refused(a.name + " needs the shared secret, or its wire octets as 0x…");
  bytes out;
  if (a.encrypt == 1) {
    const auto hidden = hide_password(plain, hide.request, *hide.secret);
    if (!hidden)
      return refused(hidden.error().message());
    out.assign(hidden->bytes().begin(), hidden->bytes().end());
    return {std::move(out), {}};
  }
  const auto hidden = hide_salted(plain, hide.salt, hide.request, *hide.secret);
  if (!hidden)
    return refused(hidden.error().message());
  if (a.has_tag)
    out.push_back(tag.value_or(0));
  out.insert(out.end(), hidden->bytes().begin(), hidden->bytes().end());
  return {std::move(out), {}};
}

// RFC 2868 section 3: integers give their first octet to the tag, strings get one more in front.
encoded_value tagged_value(const attribute_definition& a, std::optional<std::uint8_t> tag,
                           encoded_value plain) {
  if (a.type == value_type::integer) {
    if (plain.bytes.size() != 4 || plain.bytes[0] != 0)
      return refused(a.name + " has 24 bits beside its tag");
    plain.bytes[0] = tag.value_or(0);
  } else if (tag) {
    plain.bytes.insert(plain.bytes.begin(), *tag);
  }
  return plain;
}

} // namespace

encoded_value encode_value(const dictionary& words, const attribute_definition& a,
                           std::optional<std::uint8_t> tag, const notation_word& word,
                           const hiding& hide) {
  if (tag && (!a.has_tag || *tag > largest_tag))
    return refused(a.has_tag ? "a tag is at most 31" : a.name + " takes no tag");
  encoded_value out = plain_value(words, a, word);
  if (!out.problem.empty())
    return out;
  // Wire octets of a hidden value are given as a whole, padding and tag included.
  if (a.encrypt != 0 && is_hex(word))
    return out;
  if (a.fixed_size != 0 && out.bytes.size() != a.fixed_size)
    return refused(a.name + " has " + std::to_string(a.fixed_size) + " octets");
  if (a.encrypt != 0)
    return hidden_value(a, tag, out.bytes, hide);
  return a.has_tag ? tagged_value(a, tag, std::move(out)) : out;
}

} // namespace uzel::radius
