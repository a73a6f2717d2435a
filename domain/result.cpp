#include "domain/result.hpp"

#include <array>

namespace uzel {
namespace {

struct error_text {
  std::string_view name;
  const char* sentence;
};

constexpr std::array texts{
  error_text{"ok", "success"},
  error_text{"invalid-input", "a field is malformed or out of bounds"},
  error_text{"not-found", "no such object"},
  error_text{"conflict", "the key is taken or the state forbids the change"},
  error_text{"stale-version", "the object was changed since it was read"},
  error_text{"in-use", "something live still depends on the object"},
  error_text{"address-taken", "the address is held by another account"},
  error_text{"range-overlap",
             "the range shares addresses with another range of its routing domain"},
  error_text{"outside-range", "the address lies in no range of its routing domain"},
  error_text{"pool-exhausted", "no free address in any pool that fits"},
  error_text{"ambiguous", "more than one account matches"},
  error_text{"timed-out", "the answer did not come in time"},
  error_text{"unavailable", "the part that would answer is away"},
  error_text{"overloaded", "a queue is full"},
  error_text{"store-full", "the journal is at its bound or the disk is full"},
  error_text{"store-damaged", "stored bytes are damaged"},
  error_text{"store-foreign", "journal and database belong to different stores"},
  error_text{"io-failed", "a read, write or sync failed"},
  error_text{"unauthenticated", "no valid proof of identity"},
  error_text{"forbidden", "the permission is missing"},
  error_text{"rate-limited", "too many requests"},
  error_text{"unsupported", "not offered"},
};

const error_text& text_of(int value) noexcept {
  static constexpr error_text unknown{"unknown", "unknown error"};
  const auto at = static_cast<std::size_t>(value);
  return at < texts.size() ? texts[at] : unknown;
}

struct category final : boost::system::error_category {
  const char* name() const noexcept override { return "uzel"; }
  std::string message(int value) const override { return text_of(value).sentence; }
};

} // namespace

const boost::system::error_category& uzel_category() noexcept {
  static const category the_category;
  return the_category;
}

std::string_view name_of(errc e) noexcept {
  return text_of(static_cast<int>(e)).name;
}

} // namespace uzel
