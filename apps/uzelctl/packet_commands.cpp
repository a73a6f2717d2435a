// packet decode and packet encode: without a server.
#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/dhcp_packet_text.hpp"
#include "apps/uzelctl/packet_text.hpp"
#include "apps/uzelctl/packet_words.hpp"
#include "apps/uzelctl/secrets.hpp"

#include <iostream>

namespace uzel::ctl {
namespace {

struct packet_arguments {
  std::string what; // hex or notation; "-" = standard input
  std::string dictionary;
  std::string secret;
  std::string secret_file;
  std::string request_authenticator;
  std::string authenticator;
  std::string code = "Access-Request";
  std::uint8_t id = 0;
};

outcome<std::string> text_of(const packet_arguments& given) {
  if (given.what == "-")
    return read_input("-");
  return given.what;
}

outcome<packet_keys> keys_of(const packet_arguments& given) {
  packet_keys out;
  if (!given.secret.empty())
    out.secret = given.secret;
  if (!given.secret_file.empty()) {
    auto secret = read_secret_file(given.secret_file);
    if (!secret)
      return secret.error();
    out.secret = std::move(*secret);
  }
  if (!given.request_authenticator.empty()) {
    const auto request = read_authenticator(given.request_authenticator);
    if (!request)
      return request.error();
    out.request_authenticator = *request;
  }
  return out;
}

outcome<> decode(context& ctx, const packet_arguments& given) {
  const auto text = text_of(given);
  if (!text)
    return text.error();
  const auto bytes = read_hex(*text);
  if (!bytes)
    return bytes.error();
  const auto keys = keys_of(given);
  if (!keys)
    return keys.error();
  const auto words = load_words(dictionary_folder(given.dictionary));
  if (!words)
    return words.error();
  const auto packet = decode_radius(*bytes, *words, *keys);
  if (!packet)
    return packet.error();
  std::cout << (ctx.json ? to_text(packet->structured) + "\n" : packet->text);
  return {};
}

outcome<> show_dhcp(context& ctx, const packet_arguments& given) {
  const auto text = text_of(given);
  if (!text)
    return text.error();
  const auto bytes = read_hex(*text);
  if (!bytes)
    return bytes.error();
  const auto packet = decode_dhcp(*bytes);
  if (!packet)
    return packet.error();
  std::cout << (ctx.json ? to_text(packet->structured) + "\n" : packet->text);
  return {};
}

outcome<> encode(context& ctx, const packet_arguments& given) {
  packet_order order;
  auto text = text_of(given);
  if (!text)
    return text.error();
  order.attributes = std::move(*text);
  const auto code = read_code(given.code);
  if (!code)
    return failure{exit_code::usage, say("{} is no code of a RADIUS packet", given.code)};
  order.code = *code;
  order.id = given.id;
  auto keys = keys_of(given);
  if (!keys)
    return keys.error();
  order.keys = std::move(*keys);
  if (!given.authenticator.empty()) {
    const auto own = read_authenticator(given.authenticator);
    if (!own)
      return own.error();
    order.own_authenticator = *own;
  }
  const auto words = load_words(dictionary_folder(given.dictionary));
  if (!words)
    return words.error();
  const auto packet = encode_radius(order, *words);
  if (!packet)
    return packet.error();
  const auto hex = to_hex(*packet);
  if (ctx.json)
    std::cout << to_text(json::object().set("hex", json::of(std::string_view{hex}))) << '\n';
  else
    std::cout << hex << '\n';
  return {};
}

void add_keys(CLI::App& command, packet_arguments& given) {
  command.add_option(
    "--dictionary", given.dictionary,
    tr("Folder of the dictionaries; else $UZEL_DICTIONARIES or the installed one"));
  command.add_option("--secret", given.secret, tr("The shared secret"));
  command.add_option("--secret-file", given.secret_file,
                     tr("File whose first line is the secret; - is standard input"));
  command.add_option("--request-authenticator", given.request_authenticator,
                     tr("Replies: authenticator of the request, as hex"));
}

} // namespace

void add_packet_commands(CLI::App& app, context& ctx) {
  auto& group = add_group(app, "packet", "Packets in words and back, without a server");
  auto& decoding = add_group(group, "decode", "Show a packet in words");
  auto& shown = ctx.hold<packet_arguments>();
  auto& decoded = add_command(decoding, "radius", "A RADIUS packet", ctx, shown, decode);
  decoded.add_option("hex", shown.what, tr("The packet as hex; - is standard input"))->required();
  add_keys(decoded, shown);
  auto& lease = ctx.hold<packet_arguments>();
  auto& explained = add_command(decoding, "dhcp", "A DHCPv4 packet", ctx, lease, show_dhcp);
  explained.add_option("hex", lease.what, tr("The packet as hex; - is standard input"))->required();
  auto& encoding = add_group(group, "encode", "Write a packet from words");
  auto& given = ctx.hold<packet_arguments>();
  auto& encoded = add_command(encoding, "radius", "A RADIUS packet", ctx, given, encode);
  encoded
    .add_option("attributes", given.what,
                tr("Attributes as in User-Name = \"bob\", NAS-Port = 1; - is standard input"))
    ->required();
  encoded.add_option("--code", given.code, tr("Code of the packet: name or number"));
  encoded.add_option("--id", given.id, tr("Identifier of the packet"));
  encoded.add_option("--authenticator", given.authenticator,
                     tr("Authenticator of the packet as hex; else a random one"));
  add_keys(encoded, given);
}

} // namespace uzel::ctl
