#include "protocols/dhcp4/writer.hpp"

#include <algorithm>
#include <bitset>
#include <optional>

namespace uzel::dhcp4 {
namespace {

constexpr std::size_t ip_and_udp = 28;
constexpr std::size_t min_packet_size = 300;
constexpr std::size_t sname_at = 44;
constexpr std::size_t sname_size = 64;
constexpr std::size_t file_at = 108;
constexpr std::size_t file_size = 128;
constexpr std::size_t max_piece = 255;

std::array<std::uint8_t, 4> wire(std::uint32_t v) noexcept {
  return {static_cast<std::uint8_t>(v >> 24), static_cast<std::uint8_t>(v >> 16),
          static_cast<std::uint8_t>(v >> 8), static_cast<std::uint8_t>(v)};
}

octets as_octets(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// Octets that a value takes with the heads of its pieces (RFC 3396).
std::size_t encoded_size(std::size_t value) noexcept {
  const std::size_t pieces = value == 0 ? 1 : (value + max_piece - 1) / max_piece;
  return value + 2 * pieces;
}

// What no operator's set may put into a reply.
const std::bitset<256>& computed_options() noexcept {
  static const auto codes = [] {
    std::bitset<256> out;
    for (const auto& row : known_options())
      out.set(static_cast<std::uint8_t>(row.code), row.computed);
    return out;
  }();
  return codes;
}

// One field that holds options; its END has a place of its own.
struct field {
  std::span<std::uint8_t> space;
  std::size_t used = 0;

  bool put(option code, octets value) noexcept {
    if (encoded_size(value.size()) > space.size() - used)
      return false;
    do {
      const auto piece = value.first(std::min(value.size(), max_piece));
      value = value.subspan(piece.size());
      space[used] = static_cast<std::uint8_t>(code);
      space[used + 1] = static_cast<std::uint8_t>(piece.size());
      std::ranges::copy(piece, space.begin() + static_cast<std::ptrdiff_t>(used + 2));
      used += 2 + piece.size();
    } while (!value.empty());
    return true;
  }
};

// Lays one reply out in the buffer.
class layout {
 public:
  layout(const packet_view& request, const reply& what, std::span<std::uint8_t> buffer) noexcept
    : request_{request}
    , what_{what}
    , buffer_{buffer.first(std::min(
        buffer.size(), std::max(min_packet_size, request.max_message_size() - ip_and_udp)))}
    , nak_{what.type == message_type::nak} {}

  result<written_reply> write() noexcept {
    if (buffer_.size() < min_packet_size)
      return errc::buffer_full;
    std::ranges::fill(buffer_, std::uint8_t{0});
    write_head();
    reserve();
    if (!write_decisions())
      return errc::buffer_full;
    if (!nak_)
      write_wanted();
    return finish();
  }

 private:
  void write_head() noexcept {
    const auto asked = request_.bytes();
    const auto at = [&](std::size_t i) { return buffer_.begin() + static_cast<std::ptrdiff_t>(i); };
    const auto echo = [&](std::size_t from, std::size_t n) {
      std::ranges::copy(asked.subspan(from, n), at(from));
    };
    buffer_[0] = boot_reply;
    echo(1, 2);
    echo(4, 4);
    echo(10, 2);
    echo(24, 4);
    echo(28, asked[2]);
    std::ranges::copy(asked.subspan(bootp_size, header_size - bootp_size), at(bootp_size));
    if (nak_) {
      // The client may have no address that the relay could reach (RFC 2131 section 4.3.2).
      if (request_.relay())
        buffer_[10] |= 0x80;
      return;
    }
    if (what_.type == message_type::ack)
      echo(12, 4);
    std::ranges::copy(wire(what_.your_address.value), at(16));
    std::ranges::copy(wire(what_.next_server.value), at(20));
    std::ranges::copy(what_.server_name.substr(0, sname_size - 1), at(sname_at));
    std::ranges::copy(what_.boot_file.substr(0, file_size - 1), at(file_at));
  }

  // Keeps room for what ends the options: END, option 82, client identifier, overload.
  void reserve() noexcept {
    const std::size_t room = buffer_.size() - header_size - 1;
    relay_ = request_.has(option::relay_information);
    client_ = request_.has(option::client_identifier);
    std::size_t kept = nak_ ? 0 : 3;
    if (client_)
      kept += encoded_size(request_.value(option::client_identifier).size());
    // 53, 54, 51, 58, 59 and 1, or the message of a NAK.
    const std::size_t decisions = nak_ ? 9 + 2 + std::min(what_.message.size(), max_piece) : 33;
    const std::size_t relayed = encoded_size(request_.relay_information().size());
    if (relay_ && kept + relayed + decisions > room)
      relay_ = false;
    if (relay_)
      kept += relayed;
    const std::size_t open = kept < room ? room - kept : 0;
    fields_[0].space = buffer_.subspan(header_size, open);
    if (nak_)
      return;
    if (what_.boot_file.empty())
      fields_[1].space = buffer_.subspan(file_at, file_size - 1);
    if (what_.server_name.empty())
      fields_[2].space = buffer_.subspan(sname_at, sname_size - 1);
  }

  bool write_decisions() noexcept {
    const std::array type{static_cast<std::uint8_t>(what_.type)};
    if (!fields_[0].put(option::message_type, type) ||
        !number(option::server_identifier, what_.server_identifier.value))
      return false;
    if (nak_)
      return what_.message.empty() ||
             fields_[0].put(option::message, as_octets(what_.message.substr(0, max_piece)));
    return number(option::lease_time, what_.lease_time) &&
           number(option::renewal_time, what_.renewal_time) &&
           number(option::rebinding_time, what_.rebinding_time) && write_mask();
  }

  bool number(option code, std::uint32_t value) noexcept {
    return value == 0 || put_in_options(code, wire(value));
  }

  bool put_in_options(option code, octets value) noexcept {
    done_.set(static_cast<std::uint8_t>(code));
    return fields_[0].put(code, value);
  }

  bool write_mask() noexcept {
    if (what_.subnet_mask)
      return number(option::subnet_mask, what_.subnet_mask.value);
    return true;
  }

  void write_wanted() noexcept {
    done_ |= computed_options();
    const auto list = request_.parameter_list();
    offer(option::subnet_mask);
    if (list.empty() || std::ranges::count(list, static_cast<std::uint8_t>(121)) > 0)
      offer(option::classless_routes);
    for (const std::uint8_t code : list)
      offer(static_cast<option>(code));
    for (const option basic : {option::routers, option::dns, option::domain})
      offer(basic);
    for (const option_set* set : what_.options)
      for (const auto& e : set->entries())
        if (list.empty() || e.forced)
          offer(e.code);
  }

  // Writes an option where there is room, once.
  void offer(option code) noexcept {
    const auto at = static_cast<std::uint8_t>(code);
    if (code == option::pad || code == option::end || done_[at])
      return;
    done_.set(at);
    const auto value = chosen(code);
    if (!value)
      return;
    for (field& f : fields_)
      if (f.put(code, *value))
        return;
    ++out_.options_left_out;
  }

  std::optional<octets> chosen(option code) const noexcept {
    for (const option_set* set : what_.options)
      if (const auto value = set->find(code))
        return value;
    return {};
  }

  result<written_reply> finish() noexcept {
    field tail{buffer_.subspan(header_size, buffer_.size() - header_size - 1), fields_[0].used};
    const std::array over{
      static_cast<std::uint8_t>((fields_[1].used > 0 ? 1 : 0) | (fields_[2].used > 0 ? 2 : 0))};
    for (std::size_t i = 1; i < fields_.size(); ++i)
      if (fields_[i].used > 0)
        end(buffer_.subspan(i == 1 ? file_at : sname_at), fields_[i].used);
    if (over[0] != 0 && !tail.put(option::overload, over))
      return errc::buffer_full;
    if (client_ && !tail.put(option::client_identifier, request_.value(option::client_identifier)))
      return errc::buffer_full;
    if (relay_)
      relay_ = tail.put(option::relay_information, request_.relay_information());
    out_.relay_information_left_out = !relay_ && request_.has(option::relay_information);
    end(buffer_.subspan(header_size), tail.used);
    out_.bytes = buffer_.first(std::max(min_packet_size, header_size + tail.used + 1));
    return out_;
  }

  static void end(std::span<std::uint8_t> space, std::size_t at) noexcept {
    space[at] = static_cast<std::uint8_t>(option::end);
  }

  const packet_view& request_;
  const reply& what_;
  std::span<std::uint8_t> buffer_;
  bool nak_;
  bool relay_ = false;
  bool client_ = false;
  std::array<field, 3> fields_{}; // options, file, sname
  std::bitset<256> done_;
  written_reply out_;
};

} // namespace

result<written_reply> write_reply(const packet_view& request, const reply& what,
                                  std::span<std::uint8_t> buffer) noexcept {
  return layout{request, what, buffer}.write();
}

} // namespace uzel::dhcp4
