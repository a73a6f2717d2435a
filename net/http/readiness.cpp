#include "net/http/readiness.hpp"

namespace uzel::http {
namespace {

// Reasons are our own words: what could break the JSON is left out.
void append_plain(std::string& out, const std::string& text) {
  for (const char c : text)
    if (c != '"' && c != '\\' && static_cast<unsigned char>(c) >= ' ')
      out += c;
}

} // namespace

void readiness::wait_for(const std::string& part, const std::string& reason) {
  const std::lock_guard lock{mutex_};
  reasons_[part] = reason;
}

void readiness::clear(const std::string& part) {
  const std::lock_guard lock{mutex_};
  reasons_.erase(part);
}

bool readiness::ready() const {
  const std::lock_guard lock{mutex_};
  return reasons_.empty();
}

std::string readiness::text() const {
  const std::lock_guard lock{mutex_};
  std::string out =
    reasons_.empty() ? R"({"ready":true,"reasons":[)" : R"({"ready":false,"reasons":[)";
  for (const auto& [part, reason] : reasons_) {
    if (out.back() != '[')
      out += ',';
    append_plain(out += R"({"part":")", part);
    append_plain(out += R"(","reason":")", reason);
    out += R"("})";
  }
  return out += "]}";
}

} // namespace uzel::http
