// Errors of the store that an operator must understand: a code for programs and a sentence for
// people.
#pragma once

#include "domain/result.hpp"

#include <boost/assert/source_location.hpp>
#include <boost/throw_exception.hpp>

#include <string>

namespace uzel::storage {

// Why the store refused or stopped; the sentence names files, offsets and both numbers that
// disagree.
struct store_error {
  errc code = errc::ok;
  std::string sentence;
};

// A value, or a code with its sentence.
template <class T = void>
using store_result = boost::system::result<T, store_error>;

// Found by store_result's value() when it is asked for a value that is not there.
[[noreturn]] inline void throw_exception_from_error(const store_error& e,
                                                    const boost::source_location& where) {
  boost::throw_with_location(boost::system::system_error{make_error_code(e.code), e.sentence},
                             where);
}

} // namespace uzel::storage
