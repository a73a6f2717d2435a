// A hash table that grows in small steps. One that doubles as a whole moves a quarter of a million
// entries while a login waits; here one of many parts does, each at a moment of its own.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace uzel {

template <class Key, class T, class Hash = std::hash<Key>>
class segmented_map {
 public:
  // Null when it is not there. Valid until the next change of the table.
  T* find(const Key& key) {
    auto& part = part_of(key);
    const auto at = part.find(key);
    return at == part.end() ? nullptr : &at->second;
  }
  const T* find(const Key& key) const { return const_cast<segmented_map*>(this)->find(key); }
  bool contains(const Key& key) const { return find(key) != nullptr; }

  T& operator[](const Key& key) { return part_of(key)[key]; }
  // The value under that key, and whether it is new.
  std::pair<T*, bool> try_emplace(const Key& key, T value) {
    const auto [at, fresh] = part_of(key).try_emplace(key, std::move(value));
    return {&at->second, fresh};
  }
  void erase(const Key& key) { part_of(key).erase(key); }

  std::size_t size() const {
    std::size_t all = 0;
    for (const auto& part : parts_)
      all += part.size();
    return all;
  }
  // In no order.
  template <class F>
  void for_each(F&& f) const {
    for (const auto& part : parts_)
      for (const auto& [key, value] : part)
        f(key, value);
  }

 private:
  using table = boost::unordered_flat_map<Key, T, Hash>;
  static constexpr int part_bits = 5;

  // By bits of the hash that the parts themselves do not go by.
  table& part_of(const Key& key) {
    const auto mixed = static_cast<std::uint64_t>(Hash{}(key)) * 0x9E37'79B9'7F4A'7C15;
    return parts_[mixed >> (64 - part_bits)];
  }

  std::array<table, std::size_t{1} << part_bits> parts_;
};

} // namespace uzel
