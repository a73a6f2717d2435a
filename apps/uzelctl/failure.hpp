// How commands end: done, or an exit code with the lines that tell why.
#pragma once

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace uzel::ctl {

// What scripts see; documented in docs/operations/uzelctl.md: do not renumber.
enum class exit_code : int {
  ok = 0,
  usage = 1,       // the command line, or a file that it names, cannot be understood
  refused = 2,     // the server understood and said no
  unavailable = 3, // the server cannot be reached or cannot answer now
  not_found = 4,
  forbidden = 5, // not signed in, or the permission is missing
  damaged = 6,   // the store is not what it should be
};

struct failure {
  exit_code code = exit_code::usage;
  std::vector<std::string> lines; // for standard error

  failure() = default;
  failure(exit_code c, std::string line) : code{c}, lines{std::move(line)} {}
  failure(exit_code c, std::vector<std::string> all) : code{c}, lines{std::move(all)} {}
};

// A value, or why there is none.
template <class T = void>
using outcome = boost::system::result<T, failure>;

} // namespace uzel::ctl
