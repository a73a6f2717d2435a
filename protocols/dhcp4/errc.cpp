#include "protocols/dhcp4/errc.hpp"

#include <array>
#include <string>

namespace uzel::dhcp4 {
namespace {

struct error_text {
  std::string_view name;
  const char* sentence;
};

constexpr std::array texts{
  error_text{"ok", "success"},
  error_text{"datagram-too-short", "the datagram is shorter than a DHCP header"},
  error_text{"datagram-too-long", "the datagram is longer than any DHCP packet"},
  error_text{"bad-cookie", "the options do not begin with the DHCP cookie"},
  error_text{"wrong-op", "the packet is not a request"},
  error_text{"bad-hardware-length", "the hardware address is longer than its field"},
  error_text{"option-overrun", "an option ends beyond its field"},
  error_text{"bad-option-length", "an option of fixed length has another one"},
  error_text{"bad-overload", "the overload option has an impossible value"},
  error_text{"repeated-option", "an option that may appear once appears twice"},
  error_text{"missing-message-type", "the packet has no DHCP message type"},
  error_text{"bad-message-type", "the DHCP message type is unknown"},
  error_text{"options-too-long", "the options that came in pieces are too long"},
  error_text{"buffer-full", "the reply does not fit"},
};

const error_text& text_of(int value) noexcept {
  static constexpr error_text unknown{"unknown", "unknown error"};
  const auto at = static_cast<std::size_t>(value);
  return at < texts.size() ? texts[at] : unknown;
}

struct category final : boost::system::error_category {
  const char* name() const noexcept override { return "uzel.dhcp4"; }
  std::string message(int value) const override { return text_of(value).sentence; }
};

} // namespace

const boost::system::error_category& dhcp4_category() noexcept {
  static const category the_category;
  return the_category;
}

std::string_view name_of(errc e) noexcept {
  return text_of(static_cast<int>(e)).name;
}

} // namespace uzel::dhcp4
