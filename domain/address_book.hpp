// What a pool remembers of its addresses, packed: one record per address in use and the ways to
// find it. Pure memory: who may hold what is decided elsewhere and told by put().
#pragma once

#include "domain/address_bitmap.hpp"
#include "domain/binding.hpp"
#include "domain/expiry_wheel.hpp"
#include "domain/segmented_map.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace uzel {

// A short text in one pointer; most places have none.
class compact_text {
 public:
  compact_text() = default;
  explicit compact_text(std::string_view text);
  std::string_view view() const;

 private:
  std::unique_ptr<char[]> bytes_; // two bytes of length, then the text
};

// A binding in two cache lines.
struct alignas(64) address_record {
  binding_id id;
  account_id holder;
  attachment_key place;
  nas_id nas;
  mac_address mac;
  device_id device;
  port_id port;
  session_id session;
  instant since;
  instant until;
  instant last_seen;
  instant recorded_until; // as the journal has it; `until` may be ahead of it
  journal_number number;
  compact_text nas_port;
  ipv4 address;
  std::uint32_t armed = 0; // unix second in the wheel that counts, 0 = none
  std::uint16_t vlan = 0;
  binding_state state = binding_state::free;
  bool fixed = false;
  bool found_by_place = false; // by its holder and place: it is the latest live one there

  bool is_live() const { return state == binding_state::offered || state == binding_state::bound; }
};

struct address_counts {
  std::uint32_t offered = 0, bound = 0, held = 0, quarantined = 0, fixed = 0;
  bool operator==(const address_counts&) const = default;
};

class address_book {
 public:
  // A range, or (without one) a sparse book that takes any address and gives out none by itself.
  address_book(routing_domain_id domain, pool_id pool) : domain_{domain}, pool_{pool} {}
  address_book(routing_domain_id domain, pool_id pool, ipv4 first, ipv4 last)
    : domain_{domain}
    , pool_{pool}
    , range_{std::in_place, first, last} {}

  // The record of an address or binding, null when it is free or unknown. Valid until the next
  // put().
  const address_record* find(ipv4 address) const;
  const address_record* find(binding_id id) const;
  // The dynamic binding, live or held, of a subscriber at one place.
  const address_record* find(account_id holder, attachment_key place) const;
  binding image(const address_record& of) const;

  // Makes the after-image the state: a free one ends the record if it is still that binding.
  void put(const binding& after);
  // Whether `after` is the same binding, dynamic and its holder's at the same place.
  static bool keeps_place(const address_record& before, const binding& after);
  // A later (or earlier) lapse and sign of life, without the journal.
  void refresh(ipv4 address, instant until, instant last_seen);
  // Looks at the address again then.
  void arm(ipv4 address, instant when);
  // Appends up to `limit` addresses whose time has come to `out`; each must be put, refreshed or
  // armed by the caller. True when more are waiting.
  bool take_due(instant now, std::size_t limit, std::vector<ipv4>& out);
  bool has_timers() const { return !wheel_.empty(); }

  // 0.0.0.0 = none.
  ipv4 longest_free() { return range_ ? range_->longest_free() : ipv4{}; }
  ipv4 longest_held(); // dynamic ones only
  bool is_free(ipv4 a) const { return range_ ? range_->is_free(a) : !find(a); }
  // Records in address order after `after`.
  void page(ipv4 after, std::size_t limit, std::vector<binding>& out, bool& last) const;
  template <class F>
  void for_each(F&& f) const {
    by_address_.for_each([&](ipv4, std::uint32_t slot) { f(records_[slot]); });
  }

  address_bitmap* range() { return range_ ? &*range_ : nullptr; }
  const address_bitmap* range() const { return range_ ? &*range_ : nullptr; }
  const address_counts& counts() const { return counts_; }
  std::size_t size() const { return records_.size() - spare_.size(); }
  // The highest record number that touched this book.
  journal_number last_number() const { return last_number_; }

 private:
  struct spot {
    account_id holder;
    attachment_key place;
    bool operator==(const spot&) const = default;
  };
  struct spot_hash {
    std::size_t operator()(const spot& s) const {
      return std::hash<account_id>{}(s.holder) ^ (std::hash<attachment_key>{}(s.place) >> 1);
    }
  };

  std::uint32_t slot_for(ipv4 address);
  void unlink(std::uint32_t slot);
  void link(std::uint32_t slot);
  void count(const address_record& of, int by);
  void arm(address_record& r, instant when);
  void queue_held(const address_record& r);

  routing_domain_id domain_;
  pool_id pool_;
  std::optional<address_bitmap> range_;
  std::deque<address_record> records_;
  std::vector<std::uint32_t> spare_;
  segmented_map<ipv4, std::uint32_t> by_address_;
  segmented_map<binding_id, std::uint32_t> by_id_;
  segmented_map<spot, std::uint32_t, spot_hash> by_spot_;
  expiry_wheel<std::uint32_t> wheel_;
  std::vector<expiry_wheel<std::uint32_t>::entry> fired_;
  std::deque<std::pair<ipv4, journal_number>> held_; // oldest first; stale entries are skipped
  address_counts counts_;
  journal_number last_number_;
};

} // namespace uzel
