#include "actors/directory_keys.hpp"

#include <algorithm>

namespace uzel {
namespace {

// Adds one more owner to a key that `first` has already.
template <class Crowd, class Key>
void crowd_in(Crowd& crowd, const Key& key, account_id first, account_id who) {
  auto& owners = crowd[key];
  if (owners.empty())
    owners.push_back(first);
  if (std::find(owners.begin(), owners.end(), who) == owners.end())
    owners.push_back(who);
}

template <class Table, class Crowd, class Key>
key_match look_up(const Table& table, const Crowd& crowd, const Key& key) {
  const auto at = table.find(key);
  if (at == table.end())
    return {};
  if (!crowd.empty())
    if (const auto many = crowd.find(key); many != crowd.end())
      return {{}, many->second.size()};
  return {at->second, 1};
}

template <class Table, class Crowd, class Key>
bool owns(const Table& table, const Crowd& crowd, const Key& key, account_id who) {
  if (const auto many = crowd.find(key); many != crowd.end())
    return std::find(many->second.begin(), many->second.end(), who) != many->second.end();
  const auto at = table.find(key);
  return at != table.end() && at->second == who;
}

template <class Table, class Crowd, class Key>
void remove_owner(Table& table, Crowd& crowd, const Key& key, account_id who) {
  const auto many = crowd.find(key);
  if (many == crowd.end()) {
    const auto at = table.find(key);
    if (at != table.end() && at->second == who)
      table.erase(at);
    return;
  }
  auto& owners = many->second;
  std::erase(owners, who);
  table[key] = owners.front();
  if (owners.size() == 1)
    crowd.erase(many);
}

bool is_text(const access& key) {
  return key.kind == access_kind::login || key.kind == access_kind::client_identifier;
}

// No login contains the separator, so client identifiers can live beside them.
std::string text_of(const access& key) {
  return key.kind == access_kind::login ? key.login : '\x1f' + key.login;
}

} // namespace

std::uint64_t key_table::place_of(const access& key) {
  constexpr std::uint64_t mac_tag = std::uint64_t{1} << 62;
  constexpr std::uint64_t port_tag = std::uint64_t{2} << 62;
  constexpr std::uint64_t device_tag = std::uint64_t{3} << 62;
  if (key.kind == access_kind::mac)
    return mac_tag | key.mac.value;
  return key.port ? port_tag | key.port.value : device_tag | key.device.value;
}

void key_table::add_owner(account_id who, const access& key) {
  if (is_text(key)) {
    const auto text = text_of(key);
    if (const auto [at, fresh] = texts_.try_emplace(text, who); !fresh && at->second != who)
      crowd_in(crowded_texts_, text, at->second, who);
    return;
  }
  const auto place = place_of(key);
  if (const auto [at, fresh] = places_.try_emplace(place, who); !fresh && at->second != who)
    crowd_in(crowded_places_, place, at->second, who);
}

key_table::claim_outcome key_table::claim(account_id who, const access& key) {
  const bool mine = is_text(key) ? owns(texts_, crowded_texts_, text_of(key), who)
                                 : owns(places_, crowded_places_, place_of(key), who);
  if (mine)
    return claim_outcome::already;
  if (key.kind != access_kind::port && find(key).owners != 0)
    return claim_outcome::taken;
  add_owner(who, key);
  return claim_outcome::claimed;
}

key_table::claim_outcome key_table::claim_number(account_id who, const std::string& number) {
  const auto [at, fresh] = numbers_.try_emplace(number, who);
  if (fresh)
    return claim_outcome::claimed;
  return at->second == who ? claim_outcome::already : claim_outcome::taken;
}

void key_table::release(account_id who, const access& key) {
  if (is_text(key))
    remove_owner(texts_, crowded_texts_, text_of(key), who);
  else
    remove_owner(places_, crowded_places_, place_of(key), who);
}

void key_table::release_number(account_id who, const std::string& number) {
  if (const auto at = numbers_.find(number); at != numbers_.end() && at->second == who)
    numbers_.erase(at);
}

std::vector<std::uint32_t> key_table::claim_all(const std::vector<claimed_key>& keys) {
  std::vector<std::uint32_t> taken;
  std::vector<std::uint32_t> fresh;
  for (std::uint32_t i = 0; i < keys.size(); ++i) {
    const auto& k = keys[i];
    const auto outcome = k.number.empty() ? claim(k.who, k.key) : claim_number(k.who, k.number);
    (outcome == claim_outcome::claimed ? fresh : taken).push_back(i);
  }
  if (!taken.empty())
    for (const auto i : fresh) {
      const auto& k = keys[i];
      if (k.number.empty())
        release(k.who, k.key);
      else
        release_number(k.who, k.number);
    }
  return taken;
}

void key_table::release_all(const std::vector<claimed_key>& keys) {
  for (const auto& k : keys)
    if (k.number.empty())
      release(k.who, k.key);
    else
      release_number(k.who, k.number);
}

void key_table::load(account_id who, const access& key) {
  add_owner(who, key);
}

key_match key_table::find(const access& key) const {
  if (key.kind == access_kind::login)
    return look_up(texts_, crowded_texts_, key.login);
  if (is_text(key))
    return look_up(texts_, crowded_texts_, text_of(key));
  return look_up(places_, crowded_places_, place_of(key));
}

key_match key_table::find_number(const std::string& number) const {
  const auto at = numbers_.find(number);
  return at == numbers_.end() ? key_match{} : key_match{at->second, 1};
}

void key_table::reserve(std::size_t logins, std::size_t numbers, std::size_t places) {
  texts_.reserve(logins);
  numbers_.reserve(numbers);
  places_.reserve(places);
}

} // namespace uzel
