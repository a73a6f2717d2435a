// Packets of real clients and relays, captured on a private network. Each note says who sent it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::dhcp4::test {

inline int nibble(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Skips everything that is no hex digit.
inline std::vector<std::uint8_t> hex(std::string_view text) {
  std::vector<std::uint8_t> out;
  int high = -1;
  for (const char c : text) {
    const int n = nibble(c);
    if (n >= 0 && high >= 0)
      out.push_back(static_cast<std::uint8_t>(high << 4 | n));
    if (n >= 0)
      high = high < 0 ? n : -1;
  }
  return out;
}

// sname and file are zero in all of them; so is what follows the options up to `size`.
struct golden {
  std::string_view name;
  std::string_view head;    // 44 octets: op to chaddr
  std::string_view options; // from the cookie to END
  std::size_t size;

  std::vector<std::uint8_t> bytes() const {
    auto out = hex(head);
    out.resize(236);
    const auto rest = hex(options);
    out.insert(out.end(), rest.begin(), rest.end());
    out.resize(std::max(out.size(), size));
    return out;
  }
};

// udhcpc of BusyBox 1.35.0, DISCOVER.
inline const golden udhcpc_discover{
  "udhcpc_discover",
  "0101060047eb9304000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "638253633501013902024037070103060c0f1c2a0c056370652d373c0c756468637020312e33352e"
  "303d070102005e100002ff",
  300};

// udhcpc of BusyBox 1.35.0, REQUEST.
inline const golden udhcpc_request{
  "udhcpc_request",
  "0101060047eb9304000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010332040a4d003236040a4d00013902024037070103060c0f1c2a0c056370652d373c"
  "0c756468637020312e33352e303d070102005e100002ff",
  300};

// udhcpc of BusyBox 1.35.0, RELEASE.
inline const golden udhcpc_release{
  "udhcpc_release",
  "0101060069a3427d000e00000a4d003200000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010736040a4d00013d070102005e100002ff", 300};

// udhcpc of BusyBox 1.35.0, DECLINE.
inline const golden udhcpc_decline{
  "udhcpc_decline",
  "010106001413c508000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010432040a4d000136040a4d00013d070102005e100002ff", 300};

// udhcpc of BusyBox 1.35.0, DISCOVER, through ISC dhcrelay 4.4.3-P1 -a.
inline const golden udhcpc_discover_relayed{
  "udhcpc_discover_relayed",
  "01010601b791e503000000000000000000000000000000000a58000102005e100001000000000000"
  "00000000",
  "638253633501013902024037080103060c0f1c2a793c0c756468637020312e33352e303d07010200"
  "5e10000152050103637231ff",
  300};

// udhcpc of BusyBox 1.35.0, REQUEST, through ISC dhcrelay 4.4.3-P1 -a.
inline const golden udhcpc_request_relayed{
  "udhcpc_request_relayed",
  "01010601b791e503000000000000000000000000000000000a58000102005e100001000000000000"
  "00000000",
  "6382536335010332040a58004d36040a4d00013902024037080103060c0f1c2a793c0c7564686370"
  "20312e33352e303d070102005e10000152050103637231ff",
  300};

// ISC dhclient 4.4.3-P1, DISCOVER.
inline const golden dhclient_discover{
  "dhclient_discover",
  "010106003af19f0d000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "638253633501010c02766d370d011c02030f06770c2c2f1a792aff", 300};

// ISC dhclient 4.4.3-P1, REQUEST.
inline const golden dhclient_request{
  "dhclient_request",
  "010106003af19f0d000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010336040a4d000132040a4d00320c02766d370d011c02030f06770c2c2f1a792aff", 300};

// ISC dhclient 4.4.3-P1, REQUEST in RENEWING.
inline const golden dhclient_renew{
  "dhclient_renew",
  "010106003af19f0d000000000a4d003200000000000000000000000002005e100002000000000000"
  "00000000",
  "638253633501030c02766d370d011c02030f06770c2c2f1a792aff", 300};

// ISC dhclient 4.4.3-P1, RELEASE.
inline const golden dhclient_release{
  "dhclient_release",
  "010106009f1b1435000000000a4d003200000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010736040a4d00010c02766dff", 300};

// ISC dhclient 4.4.3-P1, DECLINE.
inline const golden dhclient_decline{
  "dhclient_decline",
  "01010600b4899c3f000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536335010436040a4d000132040a4d00320c02766dff", 300};

// ISC dhclient 4.4.3-P1, DISCOVER, through ISC dhcrelay 4.4.3-P1 -a.
inline const golden dhclient_discover_relayed{
  "dhclient_discover_relayed",
  "01010601d6002e28000000000000000000000000000000000a58000102005e100001000000000000"
  "00000000",
  "638253633501010c02766d370d011c02030f06770c2c2f1a792a52050103637231ff", 300};

// ISC dhclient 4.4.3-P1, REQUEST, through ISC dhcrelay 4.4.3-P1 -a.
inline const golden dhclient_request_relayed{
  "dhclient_request_relayed",
  "01010601d6002e28000000000000000000000000000000000a58000102005e100001000000000000"
  "00000000",
  "6382536335010336040a4d000132040a58004d0c02766d370d011c02030f06770c2c2f1a792a5205"
  "0103637231ff",
  300};

// dhcpcd 9.4.1, DISCOVER.
inline const golden dhcpcd_discover{
  "dhcpcd_discover",
  "01010600af0ca42f000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "63825363350101370e017903060c0f1a1c2133363a3b77390205c03d13ff5e100002000100013294"
  "4bac02005e1000025000740101910101ff",
  300};

// dhcpcd 9.4.1, REQUEST.
inline const golden dhcpcd_request{
  "dhcpcd_request",
  "01010600af0ca42f000000000000000000000000000000000000000002005e100002000000000000"
  "00000000",
  "6382536332040a4d003235010336040a4d0001370e017903060c0f1a1c2133363a3b77390205c03d"
  "13ff5e1000020001000132944bac02005e100002910101ff",
  300};

// perfdhcp of Kea 2.2.0, DISCOVER, as its own relay.
inline const golden perfdhcp_discover{
  "perfdhcp_discover",
  "0101060100000000000000000000000000000000000000000a4d003d000c01020304000000000000"
  "00000000",
  "638253633501013707011c02030f060c3d0701000c01020304ff", 262};

// perfdhcp of Kea 2.2.0, REQUEST, as its own relay.
inline const golden perfdhcp_request{
  "perfdhcp_request",
  "0101060100000000000000000000000000000000000000000a4d003d000c01020304000000000000"
  "00000000",
  "6382536335010332040a58004d36040a4d00013707011c02030f060c3d0701000c01020304ff", 274};

inline const golden* const all_golden[] = {
  &udhcpc_discover,          &udhcpc_request,          &udhcpc_release,
  &udhcpc_decline,           &udhcpc_discover_relayed, &udhcpc_request_relayed,
  &dhclient_discover,        &dhclient_request,        &dhclient_renew,
  &dhclient_release,         &dhclient_decline,        &dhclient_discover_relayed,
  &dhclient_request_relayed, &dhcpcd_discover,         &dhcpcd_request,
  &perfdhcp_discover,        &perfdhcp_request,
};

} // namespace uzel::dhcp4::test
