#include "protocols/radius/errc.hpp"

#include <array>
#include <string>

namespace uzel::radius {
namespace {

struct error_text {
  std::string_view name;
  const char* sentence;
};

constexpr std::array texts{
  error_text{"ok", "success"},
  error_text{"datagram-too-short", "the datagram is shorter than a RADIUS header"},
  error_text{"length-too-small", "the Length field is below 20"},
  error_text{"length-too-large", "the Length field is above 4096"},
  error_text{"length-beyond-datagram", "the Length field names more octets than arrived"},
  error_text{"attribute-too-short", "an attribute's length is below 2"},
  error_text{"attribute-overrun", "an attribute ends beyond the packet"},
  error_text{"buffer-full", "the packet would not fit its buffer"},
  error_text{"value-too-long", "the value does not fit in one attribute"},
  error_text{"wrong-code", "the packet's code does not suit the operation"},
  error_text{"repeated-attribute", "an attribute that may appear once appears twice"},
  error_text{"bad-value", "an attribute has an impossible value"},
  error_text{"missing-attribute", "a required attribute is absent"},
  error_text{"mixed-credentials", "more than one kind of login proof in one request"},
  error_text{"bad-hidden-length", "a hidden value is not a whole number of blocks"},
  error_text{"digest-unavailable", "the crypto library offers no such digest"},
  error_text{"foreign-class", "the Class attribute was not written by this server"},
  error_text{"forged-class", "the Class attribute has a wrong seal"},
};

const error_text& text_of(int value) noexcept {
  static constexpr error_text unknown{"unknown", "unknown error"};
  const auto at = static_cast<std::size_t>(value);
  return at < texts.size() ? texts[at] : unknown;
}

struct category final : boost::system::error_category {
  const char* name() const noexcept override { return "uzel.radius"; }
  std::string message(int value) const override { return text_of(value).sentence; }
};

} // namespace

const boost::system::error_category& radius_category() noexcept {
  static const category the_category;
  return the_category;
}

std::string_view name_of(errc e) noexcept {
  return text_of(static_cast<int>(e)).name;
}

} // namespace uzel::radius
