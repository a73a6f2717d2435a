#include "bench/load/mix_plan.hpp"

#include "bench/load/radius_protocol.hpp"

namespace uzel::load {

mix_plan::mix_plan(std::uint32_t subscribers, bool online, const mix_shares& shares,
                   std::uint64_t seed)
  : shares_{shares}
  , random_{seed} {
  online_.reserve(subscribers);
  offline_.reserve(subscribers);
  for (std::uint32_t i = 0; i < subscribers; ++i)
    (online ? online_ : offline_).push_back(i);
}

std::uint8_t mix_plan::choose() {
  auto at = std::uniform_real_distribution<double>{0, 1}(random_);
  if ((at -= shares_.arrivals) < 0)
    return radius_kind::login;
  if ((at -= shares_.departures) < 0)
    return radius_kind::stop;
  if ((at -= shares_.wrong_logins) < 0)
    return radius_kind::wrong_login;
  return radius_kind::interim;
}

std::optional<std::uint32_t> mix_plan::draw(std::vector<std::uint32_t>& from) {
  if (from.empty())
    return std::nullopt;
  std::uniform_int_distribution<std::size_t> any{0, from.size() - 1};
  std::swap(from[any(random_)], from.back());
  const auto out = from.back();
  from.pop_back();
  return out;
}

std::optional<step> mix_plan::begin() {
  auto kind = choose();
  const bool needs_online = kind == radius_kind::stop || kind == radius_kind::interim;
  auto who = draw(needs_online ? online_ : offline_);
  if (!who) { // then what the others can do
    kind = needs_online ? radius_kind::login : radius_kind::interim;
    who = draw(needs_online ? offline_ : online_);
  }
  if (!who)
    return std::nullopt;
  step out;
  out.subscriber = *who;
  out.kind = kind;
  return out;
}

std::optional<step> mix_plan::next(const step& done, outcome how) {
  if (done.kind == radius_kind::login && how == outcome::accepted) {
    step out = done;
    out.kind = radius_kind::start;
    out.position = 1;
    out.due = 0;
    return out;
  }
  // A lost Stop leaves nobody online: the NAS forgot the session when it sent the first one.
  const bool online = done.kind == radius_kind::interim || done.kind == radius_kind::start;
  (online ? online_ : offline_).push_back(done.subscriber);
  return std::nullopt;
}

} // namespace uzel::load
