#include "net/bridge/problem.hpp"

#include "actors/api/message.hpp"

#include <caf/message.hpp>
#include <caf/sec.hpp>

#include <stdexcept>

namespace uzel::net {

problem to_problem(const caf::error& e) {
  if (e.category() == caf::detail::error_factory<errc>::category) {
    problem out{static_cast<errc>(e.code()), {}};
    if (e.context().match_elements<std::string>())
      out.detail = e.context().get_as<std::string>(0);
    return out;
  }
  if (e == caf::sec::request_timeout)
    return {errc::timed_out, {}};
  return {errc::unavailable, {}};
}

void throw_exception_from_error(const problem& p, const boost::source_location&) {
  throw std::logic_error{"value of a failed answer: " + std::string{name_of(p.code)} + ' ' +
                         p.detail};
}

} // namespace uzel::net
