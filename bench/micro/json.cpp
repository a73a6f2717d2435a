// Reading and writing what the API speaks.
#include "net/json/json.hpp"

#include <benchmark/benchmark.h>
#include <string>

namespace {

using namespace uzel;

constexpr std::string_view account =
  R"({"number":"100200","login":"bob","password":"secret","service_id":1,"status":"active",)"
  R"("accesses":[{"kind":"mac","mac":"02:00:00:00:00:01"},{"kind":"mac","mac":"02:00:00:00:00:02"}],)"
  R"("addresses":[{"address":"100.64.0.17"}],"session_limit":2})";

void read(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(rest::parse_json(account));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(account.size()));
}
BENCHMARK(read)->Name("json/read an account");

void write(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    rest::json_writer w{out};
    w.begin_object()
      .member("number", "100200")
      .member("login", "bob")
      .member("service_id", std::uint64_t{1})
      .member("status", "active")
      .key("accesses")
      .begin_array()
      .begin_object()
      .member("kind", "mac")
      .member("mac", "02:00:00:00:00:01")
      .end_object()
      .end_array()
      .member("session_limit", std::uint64_t{2})
      .end_object();
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(write)->Name("json/write an account");

} // namespace
