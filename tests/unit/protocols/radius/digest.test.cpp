#include "protocols/radius/digest.hpp"

#include "protocols/radius/authenticity.hpp"
#include "protocols/radius/hidden.hpp"
#include "protocols/radius/packet_writer.hpp"
#include "protocols/radius/request.hpp"
#include "tests/unit/protocols/radius/hex.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/crypto.h>

#include <cstdlib>
#include <new>
#include <random>
#include <string>
#include <thread>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;

namespace {

// Counts what OpenSSL and operator new take from the heap on this thread.
thread_local std::size_t allocations = 0;

void* counted_malloc(std::size_t n, const char*, int) {
  ++allocations;
  return std::malloc(n);
}
void* counted_realloc(void* p, std::size_t n, const char*, int) {
  ++allocations;
  return std::realloc(p, n);
}
void counted_free(void* p, const char*, int) {
  std::free(p);
}

// OpenSSL takes other allocators only before its first allocation, so before main.
const bool openssl_is_counted =
  CRYPTO_set_mem_functions(counted_malloc, counted_realloc, counted_free) == 1;

struct hash_vector {
  std::string text;
  const char* digest;
};

// RFC 1321 section A.5.
const hash_vector md5_vectors[]{
  {"", "d41d8cd98f00b204e9800998ecf8427e"},
  {"a", "0cc175b9c0f1b6a831c399e269772661"},
  {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
  {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
   "57edf4a22be3c955ac49da2e2107b67a"},
};

struct hmac_vector {
  std::string key;
  std::string text;
  const char* digest;
};

// RFC 2202 section 2: cases 1, 2, 3 and 6 (a key above one block).
const hmac_vector hmac_vectors[]{
  {std::string(16, '\x0b'), "Hi There", "9294727a3638bb1c13f48ef8158bfc9d"},
  {"Jefe", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738"},
  {std::string(16, '\xaa'), std::string(50, '\xdd'), "56be34521d144c88dbb8c733f0e8b3f6"},
  {std::string(80, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
   "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"},
};

// One PAP login and its signed answer, as the server does them.
bool answer_one_login(radius::octets datagram, const radius::shared_secret& secret,
                      radius::packet_writer& out) {
  const auto view = radius::packet_view::parse(datagram);
  if (!view || radius::check_request_seal(*view, secret) != radius::seal_state::valid)
    return false;
  const auto request = radius::read_access_request(*view);
  if (!request)
    return false;
  const auto password =
    radius::reveal_password(request->hidden_password, view->authenticator(), secret);
  if (!password || password->text() != "demo1")
    return false;
  out.begin_reply(radius::code::access_accept, *view);
  out.reserve_message_authenticator();
  out.add(attr::framed_ip_address, ipv4{10, 0, 0, 5});
  out.add_all_of(attr::proxy_state, *view);
  return out.sign_reply(secret).has_value();
}

} // namespace

// Not inline: GCC takes a free() of what operator new gave for a mistake of the caller.
[[gnu::noinline]] void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n))
    return p;
  throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* p) noexcept {
  std::free(p);
}
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

BOOST_AUTO_TEST_SUITE(digest)

BOOST_AUTO_TEST_CASE(md5_gives_the_vectors_of_rfc_1321) {
  BOOST_TEST(radius::digests_available());
  for (const hash_vector& v : md5_vectors)
    BOOST_TEST_CONTEXT(v.text) {
      radius::md5_digest whole;
      radius::md5_digest pieces;
      const auto bytes = radius::as_octets(v.text);
      BOOST_TEST(radius::md5({bytes}, whole));
      BOOST_TEST(to_hex(whole) == v.digest);
      const auto half = bytes.size() / 2;
      BOOST_TEST(radius::md5({bytes.first(half), {}, bytes.subspan(half)}, pieces));
      BOOST_TEST((pieces == whole));
    }
}

BOOST_AUTO_TEST_CASE(hmac_md5_gives_the_vectors_of_rfc_2202) {
  for (const hmac_vector& v : hmac_vectors)
    BOOST_TEST_CONTEXT(v.digest) {
      radius::md5_digest sum;
      BOOST_TEST(radius::hmac_md5(radius::shared_secret{v.key}, {radius::as_octets(v.text)}, sum));
      BOOST_TEST(to_hex(sum) == v.digest);
    }
}

// RFC 4231 section 4.3.
BOOST_AUTO_TEST_CASE(hmac_sha256_gives_the_vector_of_rfc_4231) {
  radius::sha256_digest sum;
  const radius::seal_key key{radius::as_octets("Jefe")};
  BOOST_TEST(radius::hmac_sha256(key, {radius::as_octets("what do ya want for nothing?")}, sum));
  BOOST_TEST(to_hex(sum) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

BOOST_AUTO_TEST_CASE(comparison_needs_equal_size_and_content) {
  BOOST_TEST(radius::equal_in_constant_time({}, {}));
  BOOST_TEST(radius::equal_in_constant_time(radius::as_octets("abc"), radius::as_octets("abc")));
  BOOST_TEST(!radius::equal_in_constant_time(radius::as_octets("abc"), radius::as_octets("abd")));
  BOOST_TEST(!radius::equal_in_constant_time(radius::as_octets("abc"), radius::as_octets("ab")));
}

BOOST_AUTO_TEST_CASE(passwords_of_every_size_survive_hiding) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  std::mt19937 random{seed};
  const radius::shared_secret secret{"testing123"};
  for (std::size_t size = 0; size <= 130; ++size)
    BOOST_TEST_CONTEXT("seed " << seed << ", size " << size) {
      std::string plain(size, '\0');
      for (char& c : plain)
        c = static_cast<char>(1 + random() % 255);
      radius::authenticator request;
      for (std::uint8_t& b : request)
        b = static_cast<std::uint8_t>(random());
      const auto hidden = radius::hide_password(radius::as_octets(plain), request, secret);
      BOOST_REQUIRE(hidden.has_value() == (size <= 128));
      if (!hidden)
        continue;
      BOOST_TEST(hidden->bytes().size() % 16 == 0u);
      BOOST_TEST(hidden->bytes().size() >= 16u);
      const auto back = radius::reveal_password(hidden->bytes(), request, secret);
      BOOST_TEST(back->text() == plain);
      BOOST_TEST(
        (radius::reveal_password(hidden->bytes(), request, radius::shared_secret{"x"})->text() !=
           plain ||
         plain.empty()));
    }
}

BOOST_AUTO_TEST_CASE(hidden_passwords_of_odd_size_are_refused) {
  const std::string bytes(144, 'x');
  const radius::shared_secret secret{"s"};
  for (const std::size_t size : {0u, 1u, 15u, 17u, 127u, 144u})
    BOOST_TEST_CONTEXT(size)
  BOOST_TEST(radius::reveal_password(radius::as_octets(bytes).first(size), {}, secret).error() ==
             make_error_code(radius::errc::bad_hidden_length));
}

BOOST_AUTO_TEST_CASE(salted_keys_of_every_size_survive_hiding) {
  const radius::shared_secret secret{"testing123"};
  const radius::authenticator request{9, 8, 7};
  const std::string plain(240, 'k');
  for (std::size_t size = 0; size <= 240; ++size)
    BOOST_TEST_CONTEXT("size " << size) {
      const auto key = radius::as_octets(plain).first(size);
      const auto hidden = radius::hide_salted(key, 0x1234, request, secret);
      BOOST_REQUIRE(hidden.has_value() == (size <= 239));
      if (!hidden)
        continue;
      BOOST_TEST(int{hidden->bytes()[0]} == 0x92); // the salt with its high bit set
      BOOST_TEST(int{hidden->bytes()[1]} == 0x34);
      BOOST_TEST((hidden->bytes().size() - 2) % 16 == 0u);
      const auto back = radius::reveal_salted(hidden->bytes(), request, secret);
      BOOST_REQUIRE(back.has_value());
      BOOST_TEST(back->text() == radius::read_text(key));
    }
}

// RFC 2548 section 2.4.2 by its formula: b(1) = MD5(S + R + A), c(1) = p(1) xor b(1).
BOOST_AUTO_TEST_CASE(a_salted_key_follows_the_formula_of_rfc_2548) {
  const radius::shared_secret secret{"S"};
  const radius::authenticator request{1};
  const auto hidden = radius::hide_salted(hex("aabb"), 0x8001, request, secret);
  radius::md5_digest pad;
  const auto salt = hex("8001");
  BOOST_TEST(radius::md5({secret.bytes(), request, salt}, pad));
  auto expected = hex("02aabb00000000000000000000000000");
  for (std::size_t i = 0; i < 16; ++i)
    expected[i] ^= pad[i];
  BOOST_TEST(to_hex(hidden->bytes()) == "8001" + to_hex(expected));
}

BOOST_AUTO_TEST_CASE(digests_of_many_threads_do_not_mix) {
  std::vector<std::thread> threads;
  std::array<std::string, 4> sums;
  for (std::size_t i = 0; i < sums.size(); ++i)
    threads.emplace_back([&, i] {
      radius::md5_digest sum{};
      const std::string text(i + 1, 'a');
      for (int round = 0; round < 20000; ++round)
        if (!radius::md5({radius::as_octets(text)}, sum))
          return;
      sums[i] = to_hex(sum);
    });
  for (std::thread& t : threads)
    t.join();
  BOOST_TEST(sums[0] == "0cc175b9c0f1b6a831c399e269772661");
  BOOST_TEST(sums[2] == "47bce5c74f589f4867dbd57e9ca9f808");
}

BOOST_AUTO_TEST_CASE(a_login_is_read_checked_and_answered_without_allocating) {
  BOOST_TEST(openssl_is_counted);
  const radius::shared_secret secret{"testing123"};
  radius::packet_buffer request_buffer;
  radius::packet_buffer reply_buffer;
  radius::packet_writer request{request_buffer};
  radius::packet_writer reply{reply_buffer};
  const radius::authenticator random{3, 1, 4, 1, 5};
  request.begin(radius::code::access_request, 9, random);
  request.reserve_message_authenticator();
  request.add(attr::user_name, "demo1");
  request.add(attr::user_password,
              radius::hide_password(radius::as_octets("demo1"), random, secret)->bytes());
  request.add_vendor(3561, 1, "circuit");
  request.add(attr::proxy_state, "state");
  const auto datagram = request.sign_request(secret);
  BOOST_TEST(answer_one_login(*datagram, secret, reply));
  const std::size_t before = allocations;
  bool all = true;
  for (int i = 0; i < 100; ++i)
    all = answer_one_login(*datagram, secret, reply) && all;
  const std::size_t taken = allocations - before;
  BOOST_TEST(all);
  BOOST_TEST(taken == 0u);
  BOOST_TEST(before > 0u); // the counters do count
}

BOOST_AUTO_TEST_SUITE_END()
