#include "bench/load/plan.hpp"

namespace uzel::load {

chain_plan::chain_plan(std::vector<std::uint8_t> kinds, std::uint32_t subscribers,
                       std::uint64_t passes)
  : kinds_{std::move(kinds)}
  , busy_(subscribers)
  , left_{passes * subscribers}
  , endless_{passes == 0} {}

std::optional<step> chain_plan::begin() {
  // Who waits for an answer is passed over; the others need not wait for him.
  std::size_t looked = 0;
  while (busy_[next_] && ++looked < busy_.size())
    next_ = after(next_);
  if (finished() || busy_[next_])
    return std::nullopt;
  step out;
  out.subscriber = next_;
  out.kind = kinds_.front();
  busy_[next_] = true;
  next_ = after(next_);
  if (!endless_)
    --left_;
  return out;
}

bool chain_plan::finished() const {
  return !endless_ && left_ == 0;
}

std::optional<step> chain_plan::next(const step& done, outcome how) {
  const auto position = done.position + std::size_t{1};
  if (how != outcome::accepted || position == kinds_.size()) {
    busy_[done.subscriber] = false;
    return std::nullopt;
  }
  step out = done;
  out.position = static_cast<std::uint16_t>(position);
  out.kind = kinds_[position];
  out.due = 0;
  return out;
}

} // namespace uzel::load
