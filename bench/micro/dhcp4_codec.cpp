// Reading a client's DHCPv4 packet behind a relay and writing the reply.
#include "bench/load/dhcp_packet.hpp"
#include "protocols/dhcp4/option_text.hpp"
#include "protocols/dhcp4/packet.hpp"
#include "protocols/dhcp4/writer.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <vector>

namespace {

using namespace uzel;

// What a relay forwards, by the load generator's hand.
std::vector<std::uint8_t> discover() {
  load::dhcp_request what;
  what.type = load::dhcp_type::discover;
  what.xid = 7;
  what.relay = 0x0A3C0001;
  what.hardware = {2, 0, 0, 0, 0, 1};
  what.client_id = true;
  what.circuit = "eth 1/1/17:100";
  what.remote = "sw-17";
  std::vector<std::uint8_t> out(576);
  out.resize(load::write_dhcp(what, out));
  return out;
}

void parse(benchmark::State& state) {
  const auto datagram = discover();
  for (auto _ : state)
    benchmark::DoNotOptimize(dhcp4::packet_view::parse_request(datagram));
}
BENCHMARK(parse)->Name("dhcp/parse");

void write(benchmark::State& state) {
  const auto datagram = discover();
  const auto request = dhcp4::packet_view::parse_request(datagram).value();
  const auto network = *dhcp4::parse_option_text("routers=10.60.0.1; dns=10.60.0.2, 10.60.0.3");
  const std::array<const dhcp4::option_set*, 1> sets{&network};
  dhcp4::reply what;
  what.type = dhcp4::message_type::offer;
  what.server_identifier = ipv4{0x0A3C0001};
  what.your_address = ipv4{0x0A3C0102};
  what.subnet_mask = ipv4{0xFFFF0000};
  what.lease_time = 3600;
  what.renewal_time = 1800;
  what.rebinding_time = 3150;
  what.options = sets;
  dhcp4::reply_buffer buffer{};
  if (!dhcp4::write_reply(request, what, buffer))
    return state.SkipWithError("the reply does not fit");
  for (auto _ : state)
    benchmark::DoNotOptimize(dhcp4::write_reply(request, what, buffer));
}
BENCHMARK(write)->Name("dhcp/write an OFFER");

} // namespace
