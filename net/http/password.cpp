#include "net/http/password.hpp"

#include <argon2.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <openssl/rand.h>

#include <array>
#include <atomic>

namespace uzel::http {
namespace {

namespace asio = boost::asio;

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19456;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_bytes = 16;
constexpr std::size_t hash_bytes = 32;

// A place in the queue, given back when the work is done.
class turn {
 public:
  explicit turn(std::atomic<unsigned>& count) : count_{count} {}
  ~turn() { count_.fetch_sub(1); }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

 private:
  std::atomic<unsigned>& count_;
};

asio::awaitable<bool> verify_there(std::string password, std::string hash) {
  co_return verify_password(password, hash);
}

asio::awaitable<result<std::string>> hash_there(std::string password) {
  co_return hash_password(password);
}

// What a name that nobody has is compared with.
const std::string& nobodys_hash() {
  static const std::string hash = [] {
    std::array<unsigned char, 32> random{};
    (void)RAND_bytes(random.data(), static_cast<int>(random.size()));
    const auto made = hash_password({reinterpret_cast<const char*>(random.data()), random.size()});
    return made ? *made : std::string{};
  }();
  return hash;
}

} // namespace

result<std::string> hash_password(std::string_view password) {
  std::array<unsigned char, salt_bytes> salt{};
  if (RAND_bytes(salt.data(), static_cast<int>(salt.size())) != 1)
    return errc::io_failed;
  std::string out(argon2_encodedlen(passes, memory_kib, lanes, salt_bytes, hash_bytes, Argon2_id),
                  '\0');
  if (argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(),
                            salt.data(), salt.size(), hash_bytes, out.data(),
                            out.size()) != ARGON2_OK)
    return errc::io_failed;
  out.resize(out.find('\0'));
  return out;
}

bool verify_password(std::string_view password, std::string_view hash) {
  const std::string encoded{hash};
  return argon2id_verify(encoded.c_str(), password.data(), password.size()) == ARGON2_OK;
}

struct password_pool::impl {
  impl(unsigned count, unsigned limit) : waiting_limit{limit}, threads{count} {}
  unsigned waiting_limit;
  std::atomic<unsigned> waiting{0};
  asio::thread_pool threads;
};

password_pool::password_pool(unsigned threads, unsigned waiting_limit)
  : impl_{std::make_unique<impl>(threads, waiting_limit)} {
  (void)nobodys_hash();
}

password_pool::~password_pool() {
  impl_->threads.stop();
  impl_->threads.join();
}

asio::awaitable<result<bool>> password_pool::verify(std::string password, std::string hash) {
  const bool somebody = !hash.empty();
  if (impl_->waiting.fetch_add(1) >= impl_->waiting_limit) {
    impl_->waiting.fetch_sub(1);
    co_return errc::overloaded;
  }
  const turn kept{impl_->waiting};
  auto work = verify_there(std::move(password), somebody ? std::move(hash) : nobodys_hash());
  const bool right =
    co_await asio::co_spawn(impl_->threads.get_executor(), std::move(work), asio::use_awaitable);
  const bool both = right && somebody;
  co_return both;
}

asio::awaitable<result<std::string>> password_pool::hash(std::string password) {
  if (impl_->waiting.fetch_add(1) >= impl_->waiting_limit) {
    impl_->waiting.fetch_sub(1);
    co_return errc::overloaded;
  }
  const turn kept{impl_->waiting};
  auto work = hash_there(std::move(password));
  co_return co_await asio::co_spawn(impl_->threads.get_executor(), std::move(work),
                                    asio::use_awaitable);
}

} // namespace uzel::http
