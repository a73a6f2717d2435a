// The proof as this room knows it; the struct itself travels in messages and lives in domain.
#pragma once

#include "domain/login_proof.hpp"

namespace uzel::proof {

using method = uzel::proof_method;
using uzel::login_proof;

// "pap", "chap", "mschap1", "mschap2" or "none", as traces and metrics show it.
constexpr const char* name_of(method how) {
  switch (how) {
  case method::none:
    return "none";
  case method::pap:
    return "pap";
  case method::chap:
    return "chap";
  case method::mschap1:
    return "mschap1";
  case method::mschap2:
    return "mschap2";
  }
  return "none";
}

} // namespace uzel::proof
