// Who was given which address: the proof that no address has two holders, within one run and over a
// restart of the server.
#pragma once

#include "bench/load/pattern.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace uzel::load {

class address_ledger {
 public:
  explicit address_ledger(std::uint32_t subscribers);

  // An answer gave the address to the subscriber. Counts it as a duplicate when another holds it,
  // as a change when he was given another one before.
  void give(std::uint32_t subscriber, std::uint32_t address);
  // The subscriber gives up what he holds; from now on others may be given it.
  void release(std::uint32_t subscriber);

  std::uint32_t address_of(std::uint32_t subscriber) const { return address_[subscriber]; }
  std::uint32_t holders() const { return holders_; }
  std::uint64_t duplicates() const { return duplicates_; }
  // Against what the subscriber was given before, or what expect() said.
  std::uint64_t changed() const { return changed_; }
  // The first duplicates: an address and both holders, in words.
  const std::vector<std::string>& examples() const { return examples_; }

  // "NAME ADDRESS" per line, for those who hold one. False with a sentence when that is impossible.
  bool save(const std::string& file, const name_pattern& names, std::uint64_t first,
            std::string& why) const;
  // Reads what save() wrote: everybody named is expected to be given the same again. Names that are
  // none of ours are skipped.
  bool expect(const std::string& file, const name_pattern& names, std::uint64_t first,
              std::string& why);

 private:
  std::vector<std::uint32_t> address_;  // held now, 0 = none
  std::vector<std::uint32_t> expected_; // given last, kept when it was released; 0 = none
  boost::unordered_flat_map<std::uint32_t, std::uint32_t> holder_;
  std::uint32_t holders_ = 0;
  std::uint64_t duplicates_ = 0;
  std::uint64_t changed_ = 0;
  std::vector<std::string> examples_;
};

} // namespace uzel::load
