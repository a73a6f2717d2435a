// What an actor's refusal looks like in net: the code, and the sentence that names the culprit.
#pragma once

#include "domain/result.hpp"

#include <caf/error.hpp>

#include <string>

namespace uzel::net {

struct problem {
  errc code = errc::unavailable;
  std::string detail; // may be empty
};

// An answer or why there is none.
template <class T>
using answer = boost::system::result<T, problem>;

// Ours keep their code and sentence; a timeout is timed_out; whatever else CAF reports means that
// nobody can answer.
problem to_problem(const caf::error& e);

// For boost::system::result: taking the value of a problem is a defect of the caller.
[[noreturn]] void throw_exception_from_error(const problem& p, const boost::source_location& where);

} // namespace uzel::net
