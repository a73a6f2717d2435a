// Packets as people write them: FreeRADIUS's attribute notation.
//
//   User-Name = "bob", Framed-IP-Address = 10.0.0.1
//   Service-Type = Framed-User
//   ERX-Service-Activate:1 = "SERVICE-INET(1,2,3,4)"
//   Attr-26.14988.8 = 0x314d
//
// Attributes are separated by commas or line ends; # starts a comment. Unquoted 0x… is the value as
// it stands on the wire (for integer types a number). Strings know \n \r \t \" \\ \ooo and \xHH.
#pragma once

#include "protocols/radius/dictionary.hpp"
#include "protocols/radius/packet_writer.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace uzel::radius {

// Where in the text and why it was not understood.
struct notation_fault {
  std::size_t offset = 0;
  std::string reason;
};

// What hidden attributes (User-Password, Tunnel-Password) written as text are hidden with.
struct hiding {
  const shared_secret* secret = nullptr; // none: such attributes must be given as 0x…
  authenticator request{};
  std::uint16_t salt = 0x8000; // counts up per attribute
};

// Appends the attributes of the text. Message-Authenticator = 0x00 reserves its place for signing.
// Faults of the writer (too large) are told as well.
[[nodiscard]] std::optional<notation_fault> encode_attributes(std::string_view text,
                                                              const dictionary& words,
                                                              const hiding& hide,
                                                              packet_writer& out);

// One attribute per line, in wire order, without indentation. What the dictionary does not know, or
// would not write back to the same octets, appears as Attr-N or Attr-26.V.N in hex. Hidden values
// stay hidden, as hex.
[[nodiscard]] std::string decode_attributes(const packet_view& packet, const dictionary& words);

// Code, id, length and authenticator, then the attributes indented by a tab.
[[nodiscard]] std::string decode_packet(const packet_view& packet, const dictionary& words);

} // namespace uzel::radius
