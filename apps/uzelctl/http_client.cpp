#include "apps/uzelctl/http_client.hpp"

#include "apps/uzelctl/words.hpp"

#include <curl/curl.h>

#include <array>

namespace uzel::ctl {
namespace {

// Answers are lists of at most a thousand rows; more than this is no answer of ours.
constexpr std::size_t largest_answer = std::size_t{256} << 20;

std::size_t take(const char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > largest_answer)
    return 0;
  body.append(data, size * count);
  return size * count;
}

// The list of header lines, freed at the end.
class header_lines {
 public:
  header_lines() = default;
  header_lines(const header_lines&) = delete;
  header_lines& operator=(const header_lines&) = delete;
  ~header_lines() { curl_slist_free_all(lines_); }

  void add(const std::string& line) { lines_ = curl_slist_append(lines_, line.c_str()); }
  curl_slist* get() const { return lines_; }

 private:
  curl_slist* lines_ = nullptr;
};

void set_request(CURL* curl, const http_request& request) {
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.verb.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "uzelctl/0.1.0");
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 5L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  if (!request.has_body)
    return;
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
}

} // namespace

struct http_client::handle {
  CURL* curl = nullptr;
  handle() {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
  }
  handle(const handle&) = delete;
  handle& operator=(const handle&) = delete;
  ~handle() {
    curl_easy_cleanup(curl);
    curl_global_cleanup();
  }
};

http_client::http_client(unsigned timeout_seconds, std::string ca_file)
  : handle_{std::make_unique<handle>()}
  , timeout_seconds_{timeout_seconds}
  , ca_file_{std::move(ca_file)} {}
http_client::~http_client() = default;

outcome<http_answer> http_client::send(const http_request& request) {
  auto* curl = handle_->curl;
  if (!curl)
    return failure{exit_code::unavailable, tr("the HTTP library cannot be started")};
  curl_easy_reset(curl);
  header_lines headers;
  headers.add("Accept: application/json");
  headers.add("Expect:");
  if (request.has_body)
    headers.add("Content-Type: " + request.content_type);
  if (!request.token.empty())
    headers.add("Authorization: Bearer " + request.token);
  http_answer answer;
  std::array<char, CURL_ERROR_SIZE> why{};
  set_request(curl, request);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(timeout_seconds_));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
  if (!ca_file_.empty())
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file_.c_str());
  if (const auto done = curl_easy_perform(curl); done != CURLE_OK)
    return failure{exit_code::unavailable,
                   say("{} does not answer: {}", request.url,
                       why[0] ? std::string{why.data()} : std::string{curl_easy_strerror(done)})};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<unsigned>(status);
  return answer;
}

} // namespace uzel::ctl
