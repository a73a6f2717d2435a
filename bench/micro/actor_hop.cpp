// What it costs to hand a message from one actor to another and back.
#include <caf/all.hpp>

#include <benchmark/benchmark.h>
#include <cstdint>
#include <future>

namespace {

// Sends a number back until it is used up, then fulfils the promise.
caf::behavior counter(caf::event_based_actor* self, std::promise<void>* done) {
  return {[self, done](std::uint64_t left, const caf::actor& other) {
    if (left == 0)
      done->set_value();
    else
      self->send(other, left - 1, caf::actor{self});
  }};
}

void round_trip(benchmark::State& state) {
  caf::actor_system_config config;
  config.set("scheduler.max-threads", static_cast<std::size_t>(state.range(0)));
  caf::actor_system system{config};
  constexpr std::uint64_t hops = 10'000;
  for (auto _ : state) {
    std::promise<void> done;
    const auto one = system.spawn(counter, &done);
    const auto other = system.spawn(counter, &done);
    caf::anon_send(other, hops, one);
    done.get_future().wait();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(hops));
}
BENCHMARK(round_trip)->Name("actors/10,000 hops, threads")->Arg(1)->Arg(2)->UseRealTime();

} // namespace
