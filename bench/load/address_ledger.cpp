#include "bench/load/address_ledger.hpp"

#include <fmt/format.h>
#include <fstream>

namespace uzel::load {
namespace {

constexpr std::size_t most_examples = 20;

} // namespace

address_ledger::address_ledger(std::uint32_t subscribers)
  : address_(subscribers)
  , expected_(subscribers) {
  holder_.reserve(subscribers);
}

void address_ledger::give(std::uint32_t subscriber, std::uint32_t address) {
  if (expected_[subscriber] != 0 && expected_[subscriber] != address)
    ++changed_;
  expected_[subscriber] = address;
  if (address_[subscriber] == address)
    return;
  release(subscriber);
  const auto [at, fresh] = holder_.try_emplace(address, subscriber);
  if (!fresh) {
    ++duplicates_;
    if (examples_.size() < most_examples)
      examples_.push_back(fmt::format("{} to subscriber {} and subscriber {}",
                                      address_text(address), at->second + 1, subscriber + 1));
    return;
  }
  address_[subscriber] = address;
  ++holders_;
}

void address_ledger::release(std::uint32_t subscriber) {
  if (address_[subscriber] == 0)
    return;
  holder_.erase(address_[subscriber]);
  address_[subscriber] = 0;
  --holders_;
}

bool address_ledger::save(const std::string& file, const name_pattern& names, std::uint64_t first,
                          std::string& why) const {
  std::ofstream out{file};
  name_pattern::room room;
  for (std::uint32_t i = 0; i < address_.size(); ++i)
    if (address_[i] != 0)
      out << names.name(first + i, room) << ' ' << address_text(address_[i]) << '\n';
  out.flush();
  if (!out)
    why = fmt::format("{} cannot be written", file);
  return static_cast<bool>(out);
}

bool address_ledger::expect(const std::string& file, const name_pattern& names, std::uint64_t first,
                            std::string& why) {
  std::ifstream in{file};
  if (!in) {
    why = fmt::format("{} cannot be read", file);
    return false;
  }
  std::string name;
  std::string text;
  while (in >> name >> text) {
    const auto number = names.number(name);
    const auto address = parse_address(text);
    if (!address) {
      why = fmt::format("{}: {} is no address", file, text);
      return false;
    }
    if (number && *number >= first && *number - first < expected_.size())
      expected_[*number - first] = *address;
  }
  return true;
}

} // namespace uzel::load
