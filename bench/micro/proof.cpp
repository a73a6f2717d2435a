// Checking a password against its sealed credential.
#include "bench/load/digest.hpp"
#include "protocols/proof/check.hpp"
#include "protocols/proof/master_key.hpp"
#include "protocols/proof/sealed_secret.hpp"

#include <benchmark/benchmark.h>
#include <string>

namespace {

using namespace uzel;

constexpr account_id owner{1};

login_proof pap() {
  login_proof out;
  out.how = proof_method::pap;
  out.name = "demo1";
  out.secret = "demo1";
  return out;
}

login_proof chap() {
  login_proof out;
  out.how = proof_method::chap;
  out.name = "demo1";
  out.ident = 7;
  out.challenge = "0123456789abcdef";
  const std::string whole = '\x07' + std::string{"demo1"} + out.challenge;
  const auto answer =
    load::md5({{reinterpret_cast<const std::uint8_t*>(whole.data()), whole.size()}});
  out.response.assign(answer.begin(), answer.end());
  return out;
}

void check(benchmark::State& state, const login_proof& given) {
  const auto key = proof::master_key::generate().value();
  const auto kept = proof::seal_password(key, owner, "demo1").value();
  if (const auto v = proof::check(given, kept, key, owner); !v || !*v)
    state.SkipWithError("the proof is not accepted");
  for (auto _ : state)
    benchmark::DoNotOptimize(proof::check(given, kept, key, owner));
}
BENCHMARK_CAPTURE(check, pap, pap())->Name("proof/PAP with unsealing");
BENCHMARK_CAPTURE(check, chap, chap())->Name("proof/CHAP with unsealing");

} // namespace
