// Who is that: a login or a hardware address among a million.
#include "actors/directory_keys.hpp"

#include <benchmark/benchmark.h>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace uzel;

constexpr std::uint64_t accounts = 1'000'000;

uzel::access login_of(std::uint64_t n) {
  uzel::access out;
  out.login = "subscriber" + std::to_string(n);
  return out;
}

uzel::access mac_of(std::uint64_t n) {
  uzel::access out;
  out.kind = access_kind::mac;
  out.mac = mac_address{0x020000000000 + n};
  return out;
}

const key_table& everybody() {
  static const auto table = [] {
    auto out = std::make_unique<key_table>();
    out->reserve(accounts, 0, accounts);
    for (std::uint64_t n = 1; n <= accounts; ++n) {
      out->load(account_id{n}, login_of(n));
      out->load(account_id{n}, mac_of(n));
    }
    return out;
  }();
  return *table;
}

void find(benchmark::State& state, uzel::access (*key)(std::uint64_t)) {
  const auto& table = everybody();
  std::vector<uzel::access> asked;
  for (std::uint64_t n = 0; n < 4096; ++n)
    asked.push_back(key(n * 40503 % accounts + 1));
  std::size_t at = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(table.find(asked[at++ % asked.size()]));
}
BENCHMARK_CAPTURE(find, login, login_of)->Name("directory/find a login among 1,000,000");
BENCHMARK_CAPTURE(find, mac, mac_of)->Name("directory/find a MAC among 1,000,000");

} // namespace
