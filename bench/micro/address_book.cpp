// Giving addresses out and taking them back, as a pool does.
#include "domain/address_book.hpp"

#include <benchmark/benchmark.h>
#include <cstdint>

namespace {

using namespace uzel;

constexpr std::uint32_t range = 1u << 18;

binding binding_of(std::uint64_t n, ipv4 address, binding_state state) {
  binding out;
  out.id = binding_id{n};
  out.domain = routing_domain_id{1};
  out.pool = pool_id{1};
  out.address = address;
  out.state = state;
  out.holder = account_id{n};
  out.place.key = attachment_key{n};
  out.number = journal_number{n};
  return out;
}

address_book book() {
  return {routing_domain_id{1}, pool_id{1}, ipv4{10, 0, 0, 0}, ipv4{(10u << 24) + range - 1}};
}

void take_and_release(benchmark::State& state) {
  auto addresses = book();
  std::uint64_t n = 0;
  for (; n < range / 2; ++n) // half full
    addresses.put(binding_of(n + 1, addresses.longest_free(), binding_state::bound));
  for (auto _ : state) {
    ++n;
    const auto address = addresses.longest_free();
    addresses.put(binding_of(n + 1, address, binding_state::bound));
    addresses.put(binding_of(n + 1, address, binding_state::free));
  }
}
BENCHMARK(take_and_release)->Name("address book/take and release");

void find_holder(benchmark::State& state) {
  auto addresses = book();
  for (std::uint64_t n = 0; n < range / 2; ++n)
    addresses.put(binding_of(n + 1, addresses.longest_free(), binding_state::bound));
  std::uint64_t n = 0;
  for (auto _ : state) {
    n = (n + 40503) % (range / 2);
    benchmark::DoNotOptimize(addresses.find(account_id{n + 1}, attachment_key{n + 1}));
  }
}
BENCHMARK(find_holder)->Name("address book/find a holder among 131,072");

} // namespace
