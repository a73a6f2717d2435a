// Refusals as RFC 9457 problems: one map from error codes to statuses, every violation named.
#pragma once

#include "net/bridge/problem.hpp"
#include "net/rest/operation.hpp"

#include <string>
#include <string_view>

namespace uzel::rest {

// The status of an error; a request's fault is never a 5xx.
unsigned status_of(errc e) noexcept;
// Its title: a short sentence that never changes.
std::string_view title_of(errc e) noexcept;

reply refuse(errc why, std::string_view detail = {}, const violations& wrong = {});
reply refuse(const net::problem& why);
reply refuse_fields(const violations& wrong);
// With a status that no error code has (404 for paths, 405, 415).
reply refuse_with(unsigned status, std::string_view type, std::string_view title,
                  std::string_view detail);

} // namespace uzel::rest
