// The keys that one shard of the directory owns, and who claimed them. Plain data of one actor.
#pragma once

#include "actors/api/directory.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace uzel {

// What a key says: nobody, one account, or several.
struct key_match {
  account_id who; // when owners == 1
  std::size_t owners = 0;
};

class key_table {
 public:
  enum class claim_outcome : std::uint8_t { claimed, already, taken };

  // A port goes to any number of accounts, every other key to one.
  claim_outcome claim(account_id who, const access& key);
  claim_outcome claim_number(account_id who, const std::string& number);
  // Keys of others stay theirs.
  void release(account_id who, const access& key);
  void release_number(account_id who, const std::string& number);

  // All of them or none; the answer names the keys that are in the way.
  std::vector<std::uint32_t> claim_all(const std::vector<claimed_key>& keys);
  void release_all(const std::vector<claimed_key>& keys);

  // The state at start, where two owners of one key are possible in theory: then it matches nobody.
  void load(account_id who, const access& key);

  key_match find(const access& key) const;
  key_match find_number(const std::string& number) const;

  std::size_t size() const { return texts_.size() + numbers_.size() + places_.size(); }
  void reserve(std::size_t logins, std::size_t numbers, std::size_t places);

 private:
  using text_keys = boost::unordered_flat_map<std::string, account_id>;
  struct place_hash {
    using is_avalanching = void;
    std::size_t operator()(std::uint64_t x) const noexcept {
      x ^= x >> 32;
      x *= 0x9E3779B97F4A7C15ull;
      return static_cast<std::size_t>(x ^ (x >> 29));
    }
  };

  // Kind in the top bits, MAC, port or device below.
  static std::uint64_t place_of(const access& key);
  void add_owner(account_id who, const access& key);

  text_keys texts_; // logins and client identifiers
  text_keys numbers_;
  boost::unordered_flat_map<std::uint64_t, account_id, place_hash> places_; // MACs and ports
  // Keys with more than one owner: the first stands in the tables above, all stand here.
  std::unordered_map<std::uint64_t, std::vector<account_id>> crowded_places_;
  std::unordered_map<std::string, std::vector<account_id>> crowded_texts_;
};

} // namespace uzel
