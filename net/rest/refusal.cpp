#include "net/rest/refusal.hpp"

namespace uzel::rest {
namespace {

reply problem_of(unsigned status, std::string_view type, std::string_view title,
                 std::string_view detail, const violations& wrong) {
  reply out;
  out.status = status;
  out.content_type = "application/problem+json";
  json_writer w{out.body};
  w.begin_object();
  w.member("type", std::string{"urn:uzel:problem:"}.append(type));
  w.member("title", title).member("status", std::uint64_t{status}).member("detail", detail);
  w.key("violations").begin_array();
  for (const auto& v : wrong)
    w.begin_object().member("field", v.field).member("problem", v.problem).end_object();
  w.end_array().end_object();
  if (status == 503 || status == 429)
    out.headers.emplace_back("Retry-After", status == 429 ? "10" : "1");
  if (status == 401)
    out.headers.emplace_back("WWW-Authenticate", "Bearer");
  return out;
}

} // namespace

unsigned status_of(errc e) noexcept {
  switch (e) {
  case errc::ok:
    return 200;
  case errc::invalid_input:
  case errc::outside_range:
    return 422;
  case errc::not_found:
    return 404;
  case errc::conflict:
  case errc::stale_version:
  case errc::in_use:
  case errc::address_taken:
  case errc::range_overlap:
  case errc::pool_exhausted:
  case errc::ambiguous:
    return 409;
  case errc::unauthenticated:
    return 401;
  case errc::forbidden:
    return 403;
  case errc::rate_limited:
    return 429;
  case errc::unsupported:
    return 422;
  case errc::timed_out:
  case errc::unavailable:
  case errc::overloaded:
  case errc::store_full:
  case errc::store_damaged:
  case errc::store_foreign:
  case errc::io_failed:
    return 503;
  }
  return 503;
}

std::string_view title_of(errc e) noexcept {
  switch (e) {
  case errc::ok:
    return "Done";
  case errc::invalid_input:
    return "The input is not valid";
  case errc::not_found:
    return "There is no such object";
  case errc::conflict:
    return "The change contradicts what is there";
  case errc::stale_version:
    return "The object was changed since it was read";
  case errc::in_use:
    return "The object is in use";
  case errc::address_taken:
    return "The address is taken";
  case errc::range_overlap:
    return "The ranges overlap";
  case errc::outside_range:
    return "The address lies outside every range";
  case errc::pool_exhausted:
    return "There is no free address";
  case errc::ambiguous:
    return "More than one object matches";
  case errc::timed_out:
    return "The answer did not come in time";
  case errc::unavailable:
    return "A part of the service is away";
  case errc::overloaded:
    return "Too much work at once";
  case errc::store_full:
    return "The store is full";
  case errc::store_damaged:
  case errc::store_foreign:
  case errc::io_failed:
    return "The store does not work";
  case errc::unauthenticated:
    return "Sign in first";
  case errc::forbidden:
    return "The permission is missing";
  case errc::rate_limited:
    return "Too many attempts";
  case errc::unsupported:
    return "This is not offered";
  }
  return "Failed";
}

reply refuse(errc why, std::string_view detail, const violations& wrong) {
  return problem_of(status_of(why), name_of(why), title_of(why),
                    detail.empty() ? title_of(why) : detail, wrong);
}

reply refuse(const net::problem& why) {
  return refuse(why.code, why.detail);
}

reply refuse_fields(const violations& wrong) {
  return refuse(errc::invalid_input,
                std::to_string(wrong.size()) + (wrong.size() == 1 ? " field is" : " fields are") +
                  " wrong",
                wrong);
}

reply refuse_with(unsigned status, std::string_view type, std::string_view title,
                  std::string_view detail) {
  return problem_of(status, type, title, detail, {});
}

} // namespace uzel::rest
