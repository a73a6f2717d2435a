#include "domain/resting_account.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace uzel;

namespace {

// Pictures of every shape: small and huge numbers, empty and long texts, many rows and none.
class painter {
 public:
  explicit painter(std::uint64_t seed) : random_{seed} {}

  account_picture picture() {
    account_picture p;
    p.account = account();
    p.bindings.resize(random_() % 4);
    for (auto& b : p.bindings)
      b = one_binding();
    p.sessions.resize(random_() % 4);
    for (auto& s : p.sessions)
      s = one_session();
    p.commit.value = number();
    p.memories.resize(random_() % 3);
    for (auto& m : p.memories)
      m = {session_id{number()}, time(), client_id{number()}, random_() % 2 == 0};
    return p;
  }

 private:
  std::uint64_t number() {
    switch (random_() % 4) {
    case 0:
      return 0;
    case 1:
      return random_() % 128;
    case 2:
      return random_() >> (random_() % 64);
    default:
      return ~std::uint64_t{0} - random_() % 2;
    }
  }
  template <class T>
  T small() {
    return static_cast<T>(number());
  }
  std::string text() {
    std::string out(random_() % 3 == 0 ? 0 : random_() % 300, '\0');
    for (auto& c : out)
      c = static_cast<char>(random_());
    return out;
  }
  instant time() { return instant{static_cast<std::int64_t>(number())}; }
  money some_money() { return {static_cast<std::int64_t>(number())}; }

  attachment place() {
    attachment a;
    a.key.value = number();
    a.nas.value = number();
    a.mac.value = random_() % 2 != 0 ? a.key.value : number();
    a.device.value = number();
    a.port.value = number();
    a.vlan = small<std::uint16_t>();
    a.nas_port = text();
    return a;
  }
  account_state account() {
    account_state a;
    a.id.value = number();
    a.number = text();
    a.status = static_cast<account_status>(1 + random_() % 3);
    a.credential = text();
    a.credential_form = small<std::uint8_t>();
    a.balance = some_money();
    a.credit_limit = some_money();
    a.session_limit = small<std::uint16_t>();
    a.accesses.resize(random_() % 4);
    for (auto& x : a.accesses)
      x = {static_cast<access_kind>(1 + random_() % 3), text(), mac_address{number()},
           device_id{number()}, port_id{number()}};
    a.addresses.resize(random_() % 4);
    for (auto& x : a.addresses)
      x = {routing_domain_id{number()}, ipv4{small<std::uint32_t>()}, mac_address{number()}};
    a.current = {subscription_id{number()},
                 service_id{number()},
                 static_cast<subscription_state>(random_() % 4),
                 some_money(),
                 time(),
                 time()};
    a.number_of_change.value = number();
    return a;
  }
  binding one_binding() {
    return {binding_id{number()},
            routing_domain_id{number()},
            pool_id{number()},
            ipv4{small<std::uint32_t>()},
            static_cast<binding_state>(random_() % 5),
            random_() % 2 != 0,
            account_id{number()},
            place(),
            session_id{number()},
            time(),
            time(),
            time(),
            journal_number{number()}};
  }
  session one_session() {
    session s;
    s.id.value = number();
    s.account.value = number();
    s.nas.value = number();
    s.epoch = small<std::uint32_t>();
    s.acct_session_id = text();
    s.user_name = text();
    s.place = place();
    s.binding.value = number();
    s.address.value = small<std::uint32_t>();
    s.state = static_cast<session_state>(1 + random_() % 2);
    s.flags = small<std::uint16_t>();
    s.terminate_cause = small<std::uint32_t>();
    s.started = time();
    s.last_seen = time();
    s.ended = time();
    s.used = {number(), number(), number(), number()};
    s.reported = {number(), number(), number(), number()};
    s.number.value = number();
    return s;
  }

  std::mt19937_64 random_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(domain_packed_account)

BOOST_AUTO_TEST_CASE(what_is_packed_comes_back_whole) {
  const auto seed = std::random_device{}();
  BOOST_TEST_MESSAGE("seed " << seed);
  painter paint{seed};
  for (int i = 0; i < 3000; ++i) {
    const auto picture = paint.picture();
    BOOST_TEST_REQUIRE((unpack(pack(picture)) == picture), "seed " << seed << ", picture " << i);
  }
}

BOOST_AUTO_TEST_CASE(a_plain_account_takes_a_hundred_octets_or_so) {
  account_picture p;
  p.account.id.value = 100'000;
  p.account.number = "100100000";
  p.account.credential.assign(37, 'x');
  p.account.credential_form = 1;
  p.account.accesses = {{access_kind::login, "demo100000", {}, {}, {}}};
  p.account.current = {subscription_id{100'000},       service_id{3},
                       subscription_state::active,     money{50'000},
                       instant{1'700'000'000'000'000}, {}};
  p.account.number_of_change.value = 100'000;
  p.commit.value = 100'000;
  const auto size = pack(p).octets().size();
  BOOST_TEST_MESSAGE("a plain account is packed into " << size << " octets");
  BOOST_TEST(size < 120u);
}

BOOST_AUTO_TEST_CASE(who_rests_is_counted_without_being_unpacked) {
  account_picture p;
  p.account.accesses = {{access_kind::port, {}, {}, device_id{1}, port_id{2}},
                        {access_kind::login, "bob", {}, {}, {}},
                        {access_kind::port, {}, {}, device_id{1}, port_id{3}}};
  p.sessions.resize(3);
  for (auto& s : p.sessions)
    s.state = session_state::closed;
  auto resting = put_to_rest(p);
  BOOST_TEST(resting.ports == 2u);
  BOOST_TEST(resting.open_sessions == 0u);
  BOOST_TEST(resting.has_nothing);
  p.sessions[1].state = session_state::open;
  resting = put_to_rest(p);
  BOOST_TEST(resting.open_sessions == 1u);
  BOOST_TEST(!resting.has_nothing);
  p.sessions.clear();
  p.bindings.resize(1);
  BOOST_TEST(!put_to_rest(p).has_nothing);
  p.account.accesses.assign(300, {access_kind::port, {}, {}, device_id{1}, port_id{2}});
  BOOST_TEST(put_to_rest(p).ports == 255u);
  const auto copy = resting;
  BOOST_TEST((unpack(copy.packed) == unpack(resting.packed)));
}

BOOST_AUTO_TEST_SUITE_END()
