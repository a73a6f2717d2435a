#include "domain/address_book.hpp"

#include <algorithm>
#include <cstring>

namespace uzel {
namespace {

std::uint32_t second_after(instant t) {
  return static_cast<std::uint32_t>((t.us + 999'999) / 1'000'000);
}

bool is_used_or_held(binding_state s) {
  return s == binding_state::offered || s == binding_state::bound || s == binding_state::held;
}

bool is_indexed(const address_record& r) {
  return !r.fixed && r.holder && r.place && is_used_or_held(r.state);
}

} // namespace

compact_text::compact_text(std::string_view text) {
  if (text.empty())
    return;
  const auto length = static_cast<std::uint16_t>(std::min<std::size_t>(text.size(), 0xFFFF));
  bytes_ = std::make_unique<char[]>(sizeof length + length);
  std::memcpy(bytes_.get(), &length, sizeof length);
  std::memcpy(bytes_.get() + sizeof length, text.data(), length);
}

std::string_view compact_text::view() const {
  if (!bytes_)
    return {};
  std::uint16_t length = 0;
  std::memcpy(&length, bytes_.get(), sizeof length);
  return {bytes_.get() + sizeof length, length};
}

const address_record* address_book::find(ipv4 address) const {
  const auto* slot = by_address_.find(address);
  return slot ? &records_[*slot] : nullptr;
}

const address_record* address_book::find(binding_id id) const {
  const auto* slot = by_id_.find(id);
  return slot ? &records_[*slot] : nullptr;
}

const address_record* address_book::find(account_id holder, attachment_key place) const {
  const auto* slot = by_spot_.find(spot{holder, place});
  return slot ? &records_[*slot] : nullptr;
}

binding address_book::image(const address_record& of) const {
  binding b;
  b.id = of.id;
  b.domain = domain_;
  b.pool = pool_;
  b.address = of.address;
  b.state = of.state;
  b.fixed = of.fixed;
  b.holder = of.holder;
  b.place = {
    of.place, of.nas, of.mac, of.device, of.port, of.vlan, std::string{of.nas_port.view()}};
  b.session = of.session;
  b.since = of.since;
  b.until = of.until;
  b.last_seen = of.last_seen;
  b.number = of.number;
  return b;
}

bool address_book::keeps_place(const address_record& before, const binding& after) {
  return before.id == after.id && before.holder == after.holder &&
         before.place == after.place.key && !before.fixed && !after.fixed && is_indexed(before) &&
         is_used_or_held(after.state);
}

std::uint32_t address_book::slot_for(ipv4 address) {
  if (const auto* there = by_address_.find(address)) {
    unlink(*there);
    return *there;
  }
  std::uint32_t slot = 0;
  if (spare_.empty()) {
    slot = static_cast<std::uint32_t>(records_.size());
    records_.emplace_back();
  } else {
    slot = spare_.back();
    spare_.pop_back();
  }
  by_address_[address] = slot;
  if (range_)
    range_->occupy(address);
  return slot;
}

void address_book::put(const binding& after) {
  last_number_ = std::max(last_number_, after.number);
  if (after.state == binding_state::free) {
    const auto* there = by_address_.find(after.address);
    if (!there || records_[*there].id != after.id)
      return;
    const auto slot = *there;
    unlink(slot);
    records_[slot] = {};
    by_address_.erase(after.address);
    spare_.push_back(slot);
    if (range_)
      range_->vacate(after.address);
    return;
  }
  // A Start or a Stop changes neither whose it is nor where: nothing to find it by.
  const auto* there = by_address_.find(after.address);
  const bool stays =
    there && records_[*there].found_by_place && keeps_place(records_[*there], after);
  const auto slot = stays ? *there : slot_for(after.address);
  auto& r = records_[slot];
  if (stays)
    count(r, -1);
  const auto armed = r.armed;
  const auto& p = after.place;
  r = {after.id,        after.holder,
       p.key,           p.nas,
       p.mac,           p.device,
       p.port,          after.session,
       after.since,     after.until,
       after.last_seen, after.until,
       after.number,    compact_text{p.nas_port},
       after.address,   armed,
       p.vlan,          after.state,
       after.fixed,     stays};
  count(r, +1);
  if (r.until)
    arm(r, r.until);
  if (r.state == binding_state::held && !r.fixed)
    queue_held(r);
  if (!stays)
    link(slot);
}

void address_book::link(std::uint32_t slot) {
  auto& r = records_[slot];
  by_id_[r.id] = slot;
  if (!is_indexed(r))
    return;
  const auto [at, fresh] = by_spot_.try_emplace(spot{r.holder, r.place}, slot);
  auto& other = records_[*at];
  // A live binding of the place wins over one that is only kept for it.
  if (!fresh && !r.is_live() && other.is_live())
    return;
  other.found_by_place = false;
  r.found_by_place = true;
  *at = slot;
}

void address_book::unlink(std::uint32_t slot) {
  auto& r = records_[slot];
  if (const auto* at = by_id_.find(r.id); at && *at == slot)
    by_id_.erase(r.id);
  const spot here{r.holder, r.place};
  if (const auto* at = by_spot_.find(here); at && *at == slot)
    by_spot_.erase(here);
  r.found_by_place = false;
  count(r, -1);
}

void address_book::count(const address_record& of, int by) {
  const auto add = [by](std::uint32_t& to) { to += static_cast<std::uint32_t>(by); };
  if (of.fixed)
    add(counts_.fixed);
  switch (of.state) {
  case binding_state::free:
    break;
  case binding_state::offered:
    return add(counts_.offered);
  case binding_state::bound:
    return add(counts_.bound);
  case binding_state::held:
    return add(counts_.held);
  case binding_state::quarantined:
    return add(counts_.quarantined);
  }
}

void address_book::refresh(ipv4 address, instant until, instant last_seen) {
  const auto* slot = by_address_.find(address);
  if (!slot)
    return;
  auto& r = records_[*slot];
  r.until = until;
  r.last_seen = std::max(r.last_seen, last_seen);
  if (until)
    arm(r, until);
}

void address_book::arm(ipv4 address, instant when) {
  if (const auto* slot = by_address_.find(address))
    arm(records_[*slot], when);
}

void address_book::arm(address_record& r, instant when) {
  const auto second = second_after(when);
  if (r.armed != 0 && r.armed <= second)
    return; // it fires earlier and is armed again then
  r.armed = second;
  wheel_.arm(r.address.value, second);
}

bool address_book::take_due(instant now, std::size_t limit, std::vector<ipv4>& out) {
  const auto second = static_cast<std::uint32_t>(now.unix_seconds());
  fired_.clear();
  wheel_.take_due(second, limit, fired_);
  for (const auto& [key, armed] : fired_) {
    const auto* slot = by_address_.find(ipv4{key});
    if (!slot)
      continue;
    auto& r = records_[*slot];
    if (r.armed != armed)
      continue;
    r.armed = 0;
    if (!r.until)
      continue;
    if (r.until > now)
      arm(r, r.until);
    else
      out.push_back(r.address);
  }
  return wheel_.has_due(second);
}

void address_book::queue_held(const address_record& r) {
  held_.emplace_back(r.address, r.number);
  if (held_.size() <= 2 * std::size_t{counts_.held} + 64)
    return;
  std::erase_if(held_, [this](const auto& entry) {
    const auto* there = find(entry.first);
    return !there || there->number != entry.second || there->state != binding_state::held;
  });
}

ipv4 address_book::longest_held() {
  while (!held_.empty()) {
    const auto& [address, number] = held_.front();
    const auto* r = find(address);
    if (r && r->state == binding_state::held && !r->fixed && r->number == number)
      return address;
    held_.pop_front();
  }
  return {};
}

void address_book::page(ipv4 after, std::size_t limit, std::vector<binding>& out,
                        bool& last) const {
  last = true;
  if (range_) {
    auto a = range_->next_used(after);
    for (; a && out.size() < limit; a = range_->next_used(a))
      if (const auto* r = find(a))
        out.push_back(image(*r));
    last = !a;
    return;
  }
  std::vector<ipv4> order;
  by_address_.for_each([&](ipv4 address, std::uint32_t) {
    if (address > after)
      order.push_back(address);
  });
  last = order.size() <= limit;
  const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(order.size(), limit));
  std::partial_sort(order.begin(), end, order.end());
  for (auto at = order.begin(); at != end; ++at)
    out.push_back(image(*find(*at)));
}

} // namespace uzel
