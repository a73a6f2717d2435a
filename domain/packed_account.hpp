// An account at rest: everything that its actor would need to live again, in some hundred bytes. A
// layout of memory, never stored: it may change with every build.
#pragma once

#include "domain/account.hpp"
#include "domain/binding.hpp"
#include "domain/session.hpp"
#include "domain/session_memory.hpp"

#include <memory>
#include <span>
#include <vector>

namespace uzel {

// What a sleeping subscriber leaves behind; commit is the highest record that made any of it.
struct account_picture {
  account_state account;
  std::vector<binding> bindings;
  std::vector<session> sessions;
  journal_number commit;
  std::vector<session_memory> memories{}; // of open sessions; none after a start
  bool operator==(const account_picture&) const = default;
};

// The same of parts that lie elsewhere: nothing is copied to be packed.
struct account_parts {
  const account_state* account = nullptr;
  std::span<const binding* const> bindings;
  std::span<const session* const> sessions;
  journal_number commit;
  std::span<const session_memory> memories;
};

// The parts of a picture, which must outlive it.
class account_pointers {
 public:
  explicit account_pointers(const account_picture& picture);
  account_parts parts() const;

 private:
  const account_picture* of_;
  std::vector<const binding*> bindings_;
  std::vector<const session*> sessions_;
};

// The octets of one picture; sixteen bytes plus one exact allocation.
class packed_account {
 public:
  packed_account() = default;
  packed_account(packed_account&&) = default;
  packed_account& operator=(packed_account&&) = default;
  // Messages must be copyable; nobody copies one that has a single receiver.
  packed_account(const packed_account& other) : packed_account{other.octets()} {}
  packed_account& operator=(const packed_account& other) { return *this = packed_account{other}; }
  explicit packed_account(std::span<const std::uint8_t> octets);

  bool empty() const { return size_ == 0; }
  std::span<const std::uint8_t> octets() const { return {octets_.get(), size_}; }

 private:
  std::unique_ptr<std::uint8_t[]> octets_;
  std::uint32_t size_ = 0;
};

packed_account pack(const account_parts& parts);
packed_account pack(const account_picture& picture);
// The picture that was packed.
account_picture unpack(const packed_account& packed);

} // namespace uzel
