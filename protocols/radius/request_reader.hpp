// How the fields of both kinds of request are picked up; the rules of repeats stand in request.hpp.
#pragma once

#include "protocols/radius/request.hpp"

namespace uzel::radius {

// Collects the first thing that is wrong; later ones do not matter.
class request_reader {
 public:
  errc fault() const noexcept { return fault_; }

  // Attributes that prove or decide: at most one.
  void once(octets& field, octets value) noexcept {
    if (field.data() != nullptr)
      fail(errc::repeated_attribute);
    field = value;
  }
  void once_sized(octets& field, octets value, std::size_t least, std::size_t most) noexcept {
    if (value.size() < least || value.size() > most)
      fail(errc::bad_value);
    once(field, value);
  }
  void once(std::string_view& field, octets value) noexcept {
    if (field.data() != nullptr)
      fail(errc::repeated_attribute);
    field = read_text(value);
  }

  // Attributes that describe: the first wins.
  void text(std::string_view& field, octets value) noexcept {
    if (field.empty())
      field = read_text(value);
  }
  void bytes(octets& field, octets value) noexcept {
    if (field.empty())
      field = value;
  }
  void number(std::optional<std::uint32_t>& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && !field)
      field = read;
  }
  void number(std::uint32_t& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && field == 0)
      field = *read;
  }
  void address(ipv4& field, octets value) noexcept {
    const auto read = checked(value);
    if (read && !field)
      field = ipv4{*read};
  }

  void fail(errc e) noexcept {
    if (fault_ == errc::ok)
      fault_ = e;
  }
  std::uint16_t ignored() const noexcept { return ignored_; }
  void ignore() noexcept { ++ignored_; }

 private:
  std::optional<std::uint32_t> checked(octets value) noexcept {
    const auto read = read_u32(value);
    if (!read)
      ignore();
    return read;
  }

  errc fault_ = errc::ok;
  std::uint16_t ignored_ = 0;
};

// Option 82 in the spelling of RFC 4679 wins over the vendor's own.
struct option82_spellings {
  octets redback_circuit;
  octets redback_remote;

  void settle(nas_report& to) const noexcept {
    if (to.agent_circuit_id.empty())
      to.agent_circuit_id = redback_circuit;
    if (to.agent_remote_id.empty())
      to.agent_remote_id = redback_remote;
  }
};

// Takes what both kinds of request may carry. False: not one of these.
bool take_report(request_reader& r, nas_report& to, const attribute& a) noexcept;

// The same for vendor attributes; others are left alone.
void take_vendor_report(request_reader& r, nas_report& to, option82_spellings& other,
                        const vendor_attribute& v) noexcept;

} // namespace uzel::radius
