// Everything that is no API: /healthz, /readyz, /metrics and the pages of web/, which are part of
// the program.
#pragma once

#include "net/http/site.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace uzel::http {

class metrics_page;
class readiness;

// A file of web/ as the build put it into the program.
struct embedded_file {
  std::string_view name; // "index.html"
  std::span<const unsigned char> bytes;
};
std::span<const embedded_file> embedded_files();

// The answer, or nothing: then it is somebody else's path. Either pointer may be null.
std::optional<response> answer_front(const request& asked, const readiness* ready,
                                     const metrics_page* metrics);

// What is served while the daemon starts: the front, and 503 for the rest.
site starting_site(const readiness& ready, const metrics_page& metrics);

} // namespace uzel::http
