// Makes a struct a message: an inspectable value without pointers, so that it could travel to
// another node.
#pragma once

#include "domain/result.hpp"

#include <caf/error.hpp>
#include <caf/typed_actor.hpp>

// Inside a struct, after its fields: names every field once, in order. (A structured binding: a
// missing one does not compile.)
#define UZEL_INSPECT(type, ...)                                                                    \
  template <class Inspector>                                                                       \
  friend auto inspect(Inspector& inspector_, type& message_) {                                     \
    auto& [__VA_ARGS__] = message_;                                                                \
    return inspector_(__VA_ARGS__);                                                                \
  }

// uzel::errc is an error code of CAF too: handlers return it, askers get it back.
CAF_ERROR_CODE_ENUM(uzel::errc, "uzel")
