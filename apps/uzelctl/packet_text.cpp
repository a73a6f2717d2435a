#include "apps/uzelctl/packet_text.hpp"

#include "apps/uzelctl/words.hpp"
#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/notation.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>

namespace uzel::ctl {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool is_reply(radius::code c) {
  using radius::code;
  switch (c) {
  case code::access_accept:
  case code::access_reject:
  case code::access_challenge:
  case code::accounting_response:
  case code::disconnect_ack:
  case code::disconnect_nak:
  case code::coa_ack:
  case code::coa_nak:
    return true;
  case code::access_request:
  case code::accounting_request:
  case code::status_server:
  case code::disconnect_request:
  case code::coa_request:
    break;
  }
  return false;
}

std::string_view name_of(radius::seal_state s) {
  if (s == radius::seal_state::absent)
    return "absent";
  return s == radius::seal_state::valid ? "valid" : "wrong";
}

// Attributes as {name, value} in wire order, from the lines that the notation writes.
json attributes_of(std::string_view lines) {
  auto out = json::array();
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    const auto sign = line.find(" = ");
    if (sign == std::string_view::npos)
      continue;
    auto one = json::object();
    one.set("name", json::of(line.substr(0, sign))).set("value", json::of(line.substr(sign + 3)));
    out.items.push_back(std::move(one));
  }
  return out;
}

// Collects what the secret proves, for both forms of the answer.
class findings {
 public:
  explicit findings(packet_words& out) : out_{out} {}
  void add(std::string_view key, std::string_view name, std::string_view value) {
    out_.text.append("# ").append(name).append(": ").append(tr(value)).append("\n");
    out_.structured.set(key, json::of(value));
  }
  void add_password(std::string_view password) {
    std::string quoted;
    append_quoted(quoted, password);
    out_.text.append("# User-Password = ").append(quoted).append("\n");
    out_.structured.set("user_password", json::of(password));
  }
  void note(std::string_view english) { out_.text.append("# ").append(tr(english)).append("\n"); }

 private:
  packet_words& out_;
};

void check_request(const radius::packet_view& packet, const radius::shared_secret& secret,
                   findings& out) {
  out.add("message_authenticator", "Message-Authenticator",
          name_of(radius::check_request_seal(packet, secret)));
  if (radius::authenticator_is_digest(packet.code()))
    out.add("authenticator_check", "Request Authenticator",
            radius::request_authenticator_valid(packet, secret) ? "valid" : "wrong");
  const auto hidden = packet.find(radius::attr::user_password);
  if (packet.code() != radius::code::access_request || !hidden)
    return;
  const auto plain = radius::reveal_password(hidden->value, packet.authenticator(), secret);
  if (plain)
    out.add_password(plain->text());
}

void check_reply(const radius::packet_view& packet, const packet_keys& keys,
                 const radius::shared_secret& secret, findings& out) {
  if (!keys.request_authenticator) {
    out.note("give --request-authenticator to check the signatures of a reply");
    return;
  }
  const auto& request = *keys.request_authenticator;
  out.add("message_authenticator", "Message-Authenticator",
          name_of(radius::check_reply_seal(packet, request, secret)));
  out.add("authenticator_check", "Response Authenticator",
          radius::reply_authenticator_valid(packet, request, secret) ? "valid" : "wrong");
}

failure notation_failure(const std::string& text, const radius::notation_fault& fault) {
  const auto offset = std::min(fault.offset, text.size());
  const auto begin = text.rfind('\n', offset == 0 ? 0 : offset - 1);
  const auto from = begin == std::string::npos ? 0 : begin + 1;
  const auto line = text.substr(from, text.find('\n', from) - from);
  return {exit_code::usage,
          std::vector{fault.reason, "  " + line,
                      "  " + std::string(offset > from ? offset - from : 0, ' ') + "^"}};
}

outcome<radius::authenticator> random_authenticator() {
  radius::authenticator out{};
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1)
    return failure{exit_code::unavailable, tr("the system has no random numbers")};
  return out;
}

} // namespace

outcome<std::vector<std::uint8_t>> read_hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  int high = -1;
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text.substr(first, 2) == "0x")
    text.remove_prefix(first + 2);
  for (const char c : text) {
    if (c == ' ' || c == ':' || c == '\n' || c == '\r' || c == '\t')
      continue;
    const int digit = digit_of(c);
    if (digit < 0)
      return failure{exit_code::usage, say("{} is no hex digit", std::string(1, c))};
    if (high >= 0)
      out.push_back(static_cast<std::uint8_t>(high * 16 + digit));
    high = high >= 0 ? -1 : digit;
  }
  if (high >= 0)
    return failure{exit_code::usage, tr("the last octet has one hex digit only")};
  return out;
}

std::string to_hex(radius::octets bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const auto b : bytes)
    out.append(1, digits[b >> 4]).append(1, digits[b & 15]);
  return out;
}

std::optional<radius::code> read_code(std::string_view text) {
  for (unsigned n = 1; n < 256; ++n)
    if (const auto code = static_cast<radius::code>(n);
        radius::folded(radius::name_of(code)) == radius::folded(text) && !text.empty())
      return code;
  std::uint8_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [next, bad] = std::from_chars(text.data(), end, number);
  if (bad != std::errc{} || next != end || text.empty())
    return std::nullopt;
  return static_cast<radius::code>(number);
}

outcome<radius::authenticator> read_authenticator(std::string_view hex) {
  const auto bytes = read_hex(hex);
  if (!bytes)
    return bytes.error();
  radius::authenticator out{};
  if (bytes->size() != out.size())
    return failure{exit_code::usage, tr("an authenticator has 16 octets")};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return out;
}

outcome<packet_words> decode_radius(radius::octets datagram, const radius::dictionary& words,
                                    const packet_keys& keys) {
  const auto packet = radius::packet_view::parse(datagram);
  if (!packet)
    return failure{exit_code::usage, say("this is no RADIUS packet: {}", packet.error().message())};
  packet_words out;
  out.text = radius::decode_packet(*packet, words);
  out.structured = json::object();
  out.structured.set("code", json::of(radius::name_of(packet->code())));
  out.structured.set("code_number", json::of(std::uint64_t{datagram[0]}));
  out.structured.set("id", json::of(std::uint64_t{packet->id()}));
  out.structured.set("length", json::of(std::uint64_t{packet->bytes().size()}));
  const auto authenticator = to_hex(packet->authenticator_bytes());
  out.structured.set("authenticator", json::of(std::string_view{authenticator}));
  out.structured.set("attributes", attributes_of(radius::decode_attributes(*packet, words)));
  if (keys.secret) {
    const radius::shared_secret secret{*keys.secret};
    findings proved{out};
    if (is_reply(packet->code()))
      check_reply(*packet, keys, secret, proved);
    else
      check_request(*packet, secret, proved);
  }
  return out;
}

outcome<std::vector<std::uint8_t>> encode_radius(const packet_order& order,
                                                 const radius::dictionary& words) {
  const bool reply = is_reply(order.code);
  radius::authenticator own{};
  if (order.own_authenticator)
    own = *order.own_authenticator;
  else if (!reply && !radius::authenticator_is_digest(order.code)) {
    const auto random = random_authenticator();
    if (!random)
      return random.error();
    own = *random;
  }
  if (reply && order.keys.secret && !order.keys.request_authenticator)
    return failure{exit_code::usage, tr("a reply is signed with the request's authenticator: give "
                                        "--request-authenticator")};
  const radius::shared_secret secret{order.keys.secret.value_or("")};
  radius::hiding hide;
  hide.secret = order.keys.secret ? &secret : nullptr;
  hide.request = order.keys.request_authenticator.value_or(own);
  radius::packet_buffer buffer;
  radius::packet_writer packet{buffer};
  packet.begin(order.code, order.id, own);
  if (const auto fault = radius::encode_attributes(order.attributes, words, hide, packet))
    return notation_failure(order.attributes, *fault);
  const auto bytes = !order.keys.secret ? packet.unsigned_bytes()
                     : reply ? packet.sign_reply(*order.keys.request_authenticator, secret)
                             : packet.sign_request(secret);
  if (!bytes)
    return failure{exit_code::usage,
                   say("the packet cannot be built: {}", bytes.error().message())};
  return std::vector<std::uint8_t>{bytes->begin(), bytes->end()};
}

} // namespace uzel::ctl
