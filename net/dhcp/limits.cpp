#include "net/dhcp/limits.hpp"

#include "domain/hash.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace uzel::net {
namespace {

constexpr duration alarm_pause = seconds{60};
constexpr duration sweep_pause = seconds{1};

std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 33)) * 0xFF51AFD7ED558CCDull;
  x = (x ^ (x >> 33)) * 0xC4CEB9FE1A85EC53ull;
  return x ^ (x >> 33);
}

} // namespace

token_table::token_table(std::uint32_t per_second, std::size_t buckets, std::uint64_t secret)
  : per_second_{static_cast<double>(per_second)}
  , secret_{secret}
  , buckets_(per_second == 0 ? 0 : std::bit_ceil(std::max(buckets, ways))) {}

bool token_table::allows(std::uint64_t key, instant now) {
  if (buckets_.empty())
    return true;
  const auto set = (mixed(key ^ secret_) & (buckets_.size() / ways - 1)) * ways;
  bucket* mine = nullptr;
  bucket* quietest = &buckets_[set];
  for (std::size_t i = set; i < set + ways; ++i) {
    auto& b = buckets_[i];
    if (b.last && b.key == key)
      mine = &b;
    if (b.last < quietest->last)
      quietest = &b;
  }
  if (!mine) {
    mine = quietest;
    *mine = {key, now, per_second_};
  }
  const auto passed = std::max<std::int64_t>(0, (now - mine->last).count());
  mine->tokens =
    std::min(per_second_, mine->tokens + per_second_ * static_cast<double>(passed) / 1e6);
  mine->last = now;
  if (mine->tokens < 1)
    return false;
  mine->tokens -= 1;
  return true;
}

void port_guard::drop_ended(port_entry& port, instant now) {
  size_ -= std::erase_if(port.devices, [&](const device_entry& d) { return d.until <= now; });
}

void port_guard::sweep(instant now) {
  if (now - swept_ < sweep_pause && swept_ <= now)
    return;
  swept_ = now;
  for (auto at = ports_.begin(); at != ports_.end();) {
    drop_ended(at->second, now);
    if (at->second.devices.empty())
      ports_.erase(at++);
    else
      ++at;
  }
}

bool port_guard::admits(std::uint64_t port, std::uint64_t device, instant now, instant until) {
  if (devices_ == 0)
    return true;
  if (size_ >= capacity_)
    sweep(now);
  const auto known = ports_.find(port);
  if (known == ports_.end() && size_ >= capacity_)
    return true;
  auto& entry = known == ports_.end() ? ports_[port] : known->second;
  drop_ended(entry, now);
  for (auto& d : entry.devices)
    if (d.device == device) {
      d.until = std::max(d.until, until);
      return true;
    }
  if (entry.devices.size() >= devices_) {
    ++entry.refused;
    return false;
  }
  if (size_ < capacity_) {
    entry.devices.push_back({device, until});
    ++size_;
  }
  return true;
}

void port_guard::keep(std::uint64_t port, std::uint64_t device, instant until) {
  const auto known = ports_.find(port);
  if (known == ports_.end())
    return;
  for (auto& d : known->second.devices)
    if (d.device == device)
      d.until = until;
}

std::uint32_t port_guard::take_refused(std::uint64_t port) {
  const auto known = ports_.find(port);
  return known == ports_.end() ? 0 : std::exchange(known->second.refused, 0u);
}

bool alarm_brake::allows(std::string_view id, std::string_view subject, instant now) {
  std::erase_if(told_, [&](const told& t) { return t.at + alarm_pause <= now || now < t.at; });
  const auto what = stable_hash(subject, stable_hash(id));
  const auto same = [&](const told& t) { return t.what == what; };
  if (told_.size() >= most || std::ranges::any_of(told_, same))
    return false;
  told_.push_back({what, now});
  return true;
}

} // namespace uzel::net
