#include "protocols/radius/request_reader.hpp"

namespace uzel::radius {
namespace {

// Gigawords may stand before or after their octets.
struct counter_words {
  std::uint32_t input_low = 0, input_high = 0, output_low = 0, output_high = 0;
  std::uint32_t input_packets = 0, output_packets = 0;
  std::uint32_t status = 0;
  std::optional<std::uint32_t> cause;

  void settle(accounting_request& to) const noexcept {
    to.input_octets = std::uint64_t{input_high} << 32 | input_low;
    to.output_octets = std::uint64_t{output_high} << 32 | output_low;
    to.input_packets = input_packets;
    to.output_packets = output_packets;
    to.status = static_cast<acct_status>(status);
    if (cause)
      to.cause = static_cast<terminate_cause>(*cause);
  }
};

void take_status(request_reader& r, counter_words& words, octets value) noexcept {
  const auto read = read_u32(value);
  if (!read || *read == 0)
    return r.fail(errc::bad_value);
  if (words.status != 0)
    return r.fail(errc::repeated_attribute);
  words.status = *read;
}

// Counters are money: a wrong size is refused, never read as zero.
void take_counter(request_reader& r, std::uint32_t& field, octets value) noexcept {
  if (value.size() != 4)
    return r.fail(errc::bad_value);
  r.number(field, value);
}

bool take_counters(request_reader& r, counter_words& words, const attribute& a) noexcept {
  switch (a.type) {
  case attr::acct_input_octets:
    take_counter(r, words.input_low, a.value);
    return true;
  case attr::acct_output_octets:
    take_counter(r, words.output_low, a.value);
    return true;
  case attr::acct_input_gigawords:
    take_counter(r, words.input_high, a.value);
    return true;
  case attr::acct_output_gigawords:
    take_counter(r, words.output_high, a.value);
    return true;
  case attr::acct_input_packets:
    r.number(words.input_packets, a.value);
    return true;
  case attr::acct_output_packets:
    r.number(words.output_packets, a.value);
    return true;
  default:
    return false;
  }
}

void take_accounting(request_reader& r, accounting_request& to, counter_words& words,
                     const attribute& a) noexcept {
  if (take_counters(r, words, a))
    return;
  switch (a.type) {
  case attr::acct_status_type:
    take_status(r, words, a.value);
    break;
  case attr::acct_session_id:
    r.once(to.session_id, a.value);
    break;
  case attr::acct_multi_session_id:
    r.text(to.multi_session_id, a.value);
    break;
  case attr::acct_session_time:
    r.number(to.session_seconds, a.value);
    break;
  case attr::acct_delay_time:
    r.number(to.delay_seconds, a.value);
    break;
  case attr::acct_authentic:
    r.number(to.authentic, a.value);
    break;
  case attr::acct_terminate_cause:
    r.number(words.cause, a.value);
    break;
  default:
    break;
  }
}

bool concerns_a_session(acct_status s) noexcept {
  return s == acct_status::start || s == acct_status::stop || s == acct_status::interim;
}

} // namespace

result<accounting_request> read_accounting_request(const packet_view& packet) noexcept {
  if (packet.code() != code::accounting_request)
    return errc::wrong_code;
  accounting_request to{packet};
  request_reader r;
  option82_spellings spellings;
  counter_words words;
  for (const attribute a : packet.attributes()) {
    if (a.value.empty() || take_report(r, to, a))
      continue;
    if (a.type != attr::vendor_specific) {
      take_accounting(r, to, words, a);
      continue;
    }
    vendor_cursor inside{a.value};
    while (const auto v = inside.next()) {
      take_vendor_report(r, to, spellings, *v);
      if (v->vendor == vendor::erx && v->type == erx::service_session)
        r.text(to.erx_service_session, v->value);
    }
  }
  spellings.settle(to);
  words.settle(to);
  to.ignored_count = r.ignored();
  if (r.fault() != errc::ok)
    return r.fault();
  if (words.status == 0 || (concerns_a_session(to.status) && to.session_id.empty()))
    return errc::missing_attribute;
  return to;
}

instant time_of(const accounting_request& request, instant arrival) noexcept {
  return request.event_time ? request.event_time : arrival - seconds{request.delay_seconds};
}

} // namespace uzel::radius
