// Reading, checking and writing RADIUS packets.
#include "bench/load/radius_packet.hpp"
#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/packet_writer.hpp"
#include "protocols/radius/request.hpp"

#include <array>
#include <benchmark/benchmark.h>
#include <vector>

namespace {

using namespace uzel;

const radius::shared_secret secret{"testing123"};

// What a NAS sends for a login, by the load generator's hand.
std::vector<std::uint8_t> login() {
  std::vector<std::uint8_t> out(512);
  const load::shared_secret shared{"testing123"};
  load::radius_writer writer{out, load::radius_code::access_request, 7};
  writer.set_authenticator({1, 2, 3, 4, 5, 6, 7, 8});
  writer.add_seal();
  writer.add(load::radius_attribute::user_name, std::string_view{"demo1"});
  writer.add(load::radius_attribute::nas_ip_address, std::uint32_t{0x0AFF0001});
  writer.add(load::radius_attribute::nas_port, std::uint32_t{17});
  writer.add(load::radius_attribute::nas_port_type, std::uint32_t{15});
  writer.add(load::radius_attribute::service_type, std::uint32_t{2});
  writer.add(load::radius_attribute::framed_protocol, std::uint32_t{1});
  writer.add(load::radius_attribute::calling_station_id, std::string_view{"02:00:00:00:00:01"});
  writer.add(load::radius_attribute::called_station_id, std::string_view{"load-nas-1"});
  writer.add(load::radius_attribute::nas_identifier, std::string_view{"load-nas-1"});
  writer.add_pap("demo1", shared);
  out.resize(writer.finish_access(shared));
  return out;
}

void parse(benchmark::State& state) {
  const auto datagram = login();
  for (auto _ : state)
    benchmark::DoNotOptimize(radius::packet_view::parse(datagram));
}
BENCHMARK(parse)->Name("radius/parse");

void extract(benchmark::State& state) {
  const auto datagram = login();
  const auto packet = radius::packet_view::parse(datagram).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(radius::read_access_request(packet));
}
BENCHMARK(extract)->Name("radius/extract");

void check_seal(benchmark::State& state) {
  const auto datagram = login();
  const auto packet = radius::packet_view::parse(datagram).value();
  for (auto _ : state)
    benchmark::DoNotOptimize(radius::check_request_seal(packet, secret));
}
BENCHMARK(check_seal)->Name("radius/check Message-Authenticator");

void sign(benchmark::State& state) {
  const auto datagram = login();
  const auto packet = radius::packet_view::parse(datagram).value();
  radius::packet_buffer buffer{};
  radius::packet_writer writer{buffer};
  for (auto _ : state) {
    writer.begin_reply(radius::code::access_accept, packet);
    writer.reserve_message_authenticator();
    writer.add(8, std::uint32_t{0x64400005});
    writer.add(25, std::string_view{"a class of eighteen"});
    writer.add(85, std::uint32_t{600});
    writer.add_vendor(14988, 8, std::string_view{"100M/100M"});
    benchmark::DoNotOptimize(writer.sign_reply(secret));
  }
}
BENCHMARK(sign)->Name("radius/write and sign an Accept");

} // namespace
