// links: uzel_protocols_dhcp4 uzel_domain
// A parsed packet has all its octets inside the datagram or itself, every getter is total, and the
// reply to it is a packet again, within its limits.
#include "protocols/dhcp4/notation.hpp"
#include "protocols/dhcp4/option_text.hpp"
#include "protocols/dhcp4/writer.hpp"

#include <algorithm>
#include <cstdlib>

using namespace uzel;
using namespace uzel::dhcp4;

namespace {

void require(bool holds) {
  if (!holds)
    std::abort();
}

std::size_t sum(octets value) {
  std::size_t out = 0;
  for (const std::uint8_t octet : value)
    out += octet;
  return out;
}

void read_all(const packet_view& packet) {
  std::size_t total = 0;
  for (std::size_t code = 0; code < 256; ++code) {
    const auto value = packet.value(static_cast<option>(code));
    require(packet.has(static_cast<option>(code)) || value.empty());
    total += sum(value);
  }
  total += packet.requested_address().value + packet.server_identifier().value +
           packet.subnet_selection().value + packet.mac().value + sum(packet.hardware_address()) +
           sum(packet.client_identifier()) + packet.host_name().size() +
           packet.vendor_class().size() + packet.server_name().size() + packet.boot_file().size();
  require(packet.max_message_size() >= min_message_size);
  require(packet.lease_time().has_value() == packet.has(option::lease_time));
  require(total + 1 > total);
  require(!decode_packet(packet).empty());
}

void check_reply(const packet_view& asked, const reply& what) {
  reply_buffer buffer;
  const auto written = write_reply(asked, what, buffer);
  if (!written) {
    require(written.error() == dhcp4::errc::buffer_full);
    return;
  }
  require(written->bytes.size() >= 300 && written->bytes.size() <= buffer.size());
  require(written->bytes.size() + 28 <= asked.max_message_size());
  const auto again = packet_view::parse(written->bytes);
  require(again.has_value());
  require(again->xid() == asked.xid() && again->type() == what.type);
  const auto same = [&](option code) {
    return std::ranges::equal(again->value(code), asked.value(code));
  };
  require(same(option::client_identifier));
  require(written->relay_information_left_out || same(option::relay_information));
  require(what.type == message_type::nak || again->value(option::subnet_mask).size() == 4);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto network =
    *parse_option_text("dns=10.0.0.1,10.0.0.2; routers=10.0.0.1; domain=net.example; mtu=1500; "
                       "routes=0.0.0.0/0 via 10.0.0.1; !43=hex:0102; 150=10.0.0.3");
  static const auto long_one = [] {
    option_set out;
    const std::vector<std::uint8_t> value(600, 7);
    require(out.add(static_cast<option>(125), value, true));
    require(out.add(static_cast<option>(120), octets{value}.first(100), true));
    return out;
  }();
  const auto packet = packet_view::parse({data, size});
  if (!packet)
    return 0;
  read_all(*packet);
  const option_set* const both[] = {&long_one, &network};
  reply what;
  what.server_identifier = ipv4{10, 0, 0, 1};
  what.your_address = ipv4{10, 0, 0, 50};
  what.subnet_mask = ipv4{255, 255, 255, 0};
  what.lease_time = 3600;
  what.renewal_time = 1800;
  what.rebinding_time = 3150;
  what.options = std::span{both}.last(1);
  check_reply(*packet, what);
  what.options = both;
  what.type = message_type::ack;
  check_reply(*packet, what);
  what.boot_file = "boot";
  check_reply(*packet, what);
  what.type = message_type::nak;
  what.message = "wrong network";
  check_reply(*packet, what);
  return 0;
}
