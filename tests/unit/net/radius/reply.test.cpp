// What NASes get, attribute by attribute, with signatures computed anew.
#include "net/radius/reply.hpp"

#include "tests/unit/net/radius/octets.hpp"

namespace uzel::net::test {
namespace {

struct reply_bench {
  std::shared_ptr<const catalogue> desk = build_desk();
  std::shared_ptr<const radius_client> from = keep(common_client());
  radius::seal_key key{bytes(32, 9)};
  radius::packet_buffer buffer{};
  radius::packet_writer writer{buffer};
  sketch request = sketch{radius::code::access_request, 42}.add(1, "bob");

  static std::shared_ptr<const catalogue> build_desk() {
    service s;
    s.id = 3;
    s.name = "Home 20";
    s.down_kbit = 20000;
    s.up_kbit = 10500;
    s.burst_down_kbit = 40000;
    s.burst_up_kbit = 20000;
    s.burst_seconds = 10;
    s.address_list = "paid";
    s.filter_id = "home";
    catalogue_builder desk;
    desk.add(s);
    return desk.finish();
  }

  static login_answered accepted() {
    login_answered a;
    a.verdict = login_verdict::accept;
    a.who = account_id{7};
    a.binding = binding_id{9};
    a.address = {100, 64, 0, 2};
    a.service = service_id{3};
    a.session_timeout = 3600;
    a.interim_interval = 600;
    return a;
  }
  static login_answered refused(refusal why) {
    login_answered a;
    a.why = why;
    return a;
  }

  bytes write(const login_answered& a, vendor profile = vendor::generic) {
    sent = request.finish();
    const auto out =
      write_login_reply(writer, view(sent), a, {desk.get(), from.get(), profile, &key, 0x1234});
    BOOST_REQUIRE(out.has_value());
    return {out->begin(), out->end()};
  }
  // All but Message-Authenticator and Class, which change with the secret.
  static attributes plain(const bytes& reply) {
    auto all = read(reply);
    std::erase_if(all, [](const auto& a) { return a.first == 80 || a.first == 25; });
    return all;
  }
  bytes sent;
};

constexpr auto accept = radius::code::access_accept;
constexpr auto reject = radius::code::access_reject;

const attributes standard{{8, "64400002"},
                          {9, "ffffffff"},
                          {11, to_hex(octets_of("home"))},
                          {27, "00000e10"},
                          {85, "00000258"}};

attributes with(attributes more) {
  auto all = standard;
  all.insert(all.end(), more.begin(), more.end());
  return all;
}
std::string in_hex(std::string_view text) {
  return to_hex(octets_of(text));
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(replies, reply_bench)

BOOST_AUTO_TEST_CASE(mikrotik_gets_rate_and_list) {
  const auto out = write(accepted(), vendor::mikrotik);
  check_reply(out, sent, accept);
  BOOST_TEST((plain(out) == with({{14988008, in_hex("10500k/20M 20M/40M 10500k/20M 10/10")},
                                  {14988019, in_hex("paid")}})));
}

BOOST_AUTO_TEST_CASE(juniper_gets_a_service_with_policers) {
  const auto out = write(accepted(), vendor::juniper);
  check_reply(out, sent, accept);
  BOOST_TEST((plain(out) ==
              with({{4874065, in_hex("\x01SERVICE-INET(20000000,50000000,10500000,25000000)")}})));
}

BOOST_AUTO_TEST_CASE(others_get_wispr_speeds) {
  const auto out = write(accepted());
  check_reply(out, sent, accept);
  BOOST_TEST((plain(out) == with({{14122007, "00a037a0"}, {14122008, "01312d00"}})));
}

BOOST_AUTO_TEST_CASE(the_class_of_an_accept_opens_to_account_and_binding) {
  const auto out = write(accepted());
  const auto classes = texts_of(out, 25);
  BOOST_REQUIRE_EQUAL(classes.size(), 1u);
  const auto token = radius::open_class(radius::as_octets(classes[0]), key);
  BOOST_REQUIRE(token.has_value());
  BOOST_TEST((*token == radius::class_token{account_id{7}, binding_id{9}}));
}

BOOST_AUTO_TEST_CASE(ppp_is_confirmed_to_who_asked_for_it) {
  request.add(7, 1u);
  const auto all = plain(write(accepted()));
  BOOST_TEST((all[0] == std::pair<std::uint64_t, std::string>{6, "00000002"}));
  BOOST_TEST((all[1] == std::pair<std::uint64_t, std::string>{7, "00000001"}));
}

BOOST_AUTO_TEST_CASE(a_guest_gets_an_address_and_no_paid_speed) {
  auto a = accepted();
  a.verdict = login_verdict::accept_as_guest;
  a.why = refusal::account_unpaid;
  for (const auto profile : {vendor::mikrotik, vendor::generic}) {
    const auto out = write(a, profile);
    check_reply(out, sent, accept);
    BOOST_TEST((plain(out) ==
                attributes{{8, "64400002"}, {9, "ffffffff"}, {27, "00000e10"}, {85, "00000258"}}));
  }
  const auto juniper = write(a, vendor::juniper);
  BOOST_TEST((texts_of(juniper, 4874065) == std::vector<std::string>{"\x01SERVICE-GUEST"}));
}

BOOST_AUTO_TEST_CASE(a_reject_says_why_and_nothing_else) {
  const std::pair<refusal, std::string_view> table[] = {
    {refusal::unknown_subscriber, "Login or password is wrong"},
    {refusal::wrong_password, "Login or password is wrong"},
    {refusal::password_required, "Login or password is wrong"},
    {refusal::ambiguous_subscriber, "More than one account is on this port"},
    {refusal::proof_unsupported, "This authentication method is not supported"},
    {refusal::account_disabled, "The account is disabled"},
    {refusal::account_unpaid, "The service is not paid"},
    {refusal::session_limit, "Too many sessions"},
    {refusal::no_address, "No free address"},
    {refusal::address_busy, "The address is in use at another place"},
    {refusal::store_unavailable, "Try again later"},
  };
  for (const auto& [why, words] : table)
    BOOST_TEST_CONTEXT(name_of(why)) {
      const auto out = write(refused(why), vendor::mikrotik);
      check_reply(out, sent, reject);
      BOOST_TEST((plain(out) == attributes{{18, in_hex(words)}}));
    }
}

BOOST_AUTO_TEST_CASE(ms_chap_success_comes_with_keys_that_only_the_nas_can_read) {
  auto a = accepted();
  a.proof.mschap_success = "\x07S=407A5589115FD0D6209F510FE9C04566932CDA56";
  a.proof.mppe_send_key = std::string(16, 's');
  a.proof.mppe_recv_key = std::string(16, 'r');
  const auto out = write(a);
  check_reply(out, sent, accept);
  BOOST_TEST((texts_of(out, 311026) == std::vector{a.proof.mschap_success}));
  BOOST_TEST(in_hex(texts_of(out, 311007).at(0)) == "00000001");
  BOOST_TEST(in_hex(texts_of(out, 311008).at(0)) == "00000006");
  // RFC 2548 section 2.4.2: b(1) = MD5(secret + authenticator + salt); the first octet is a length.
  std::vector<std::string> salts;
  for (const auto& [type, plain_key] : {std::pair{311016u, 's'}, std::pair{311017u, 'r'}}) {
    const auto wire = octets_of(texts_of(out, type).at(0));
    const bytes salt{wire[0], wire[1]};
    BOOST_TEST((salt[0] & 0x80) != 0);
    salts.push_back(to_hex(salt));
    const auto mask = md5_of(octets_of(common_secret) + request.authenticator() + salt);
    BOOST_TEST(int{wire[2] ^ mask[0]} == 16);
    for (std::size_t i = 1; i < 16; ++i)
      BOOST_TEST(static_cast<char>(wire[2 + i] ^ mask[i]) == plain_key);
  }
  BOOST_TEST(salts[0] != salts[1]);
}

BOOST_AUTO_TEST_CASE(ms_chap_1_keys_are_hidden_like_a_password) {
  auto a = accepted();
  a.proof.mppe_v1_keys = std::string(32, 'k');
  const auto out = write(a);
  const auto wire = texts_of(out, 311012).at(0);
  BOOST_TEST(in_hex(wire) ==
             to_hex(hidden(octets_of(a.proof.mppe_v1_keys), request.authenticator())));
}

BOOST_AUTO_TEST_CASE(a_wrong_ms_chap_answer_gets_its_error) {
  auto a = refused(refusal::wrong_password);
  a.proof.mschap_error = "\x07"
                         "E=691 R=0 C=00 V=3";
  const auto out = write(a);
  check_reply(out, sent, reject);
  BOOST_TEST((texts_of(out, 311002) == std::vector{a.proof.mschap_error}));
  BOOST_TEST(texts_of(out, 311016).empty());
}

BOOST_AUTO_TEST_CASE(an_unknown_login_is_refused_in_the_form_of_a_wrong_password) {
  const std::tuple<std::uint8_t, std::size_t, std::string_view> kinds[] = {
    {1, 16, "V=2"}, {25, 32, "V=3 M=Authentication failed"}};
  for (const auto& [type, digits, end] : kinds)
    BOOST_TEST_CONTEXT("attribute " << int{type}) {
      request = sketch{radius::code::access_request, 42}
                  .add(1, "bob")
                  .vendor(311, 11, bytes(16, 1))
                  .vendor(311, type, bytes{77, 1} + bytes(48));
      const auto out = write(refused(refusal::unknown_subscriber));
      check_reply(out, sent, reject);
      const auto errors = texts_of(out, 311002);
      BOOST_REQUIRE_EQUAL(errors.size(), 1u);
      const std::string begin = "\x4d"
                                "E=691 R=0 C=";
      BOOST_TEST(errors[0].substr(0, begin.size()) == begin);
      BOOST_TEST(errors[0].substr(begin.size() + digits) == ' ' + std::string{end});
      // What is no secret needs no error.
      BOOST_TEST(texts_of(write(refused(refusal::account_disabled)), 311002).empty());
    }
}

BOOST_AUTO_TEST_CASE(proxy_states_come_back_all_in_order_and_untouched) {
  request.add(33, "outer").add(4, bytes{10, 0, 0, 1}).add(33, bytes(200, 0)).add(33, "inner");
  const std::vector<std::string> states{"outer", std::string(200, '\0'), "inner"};
  for (const auto& a : {accepted(), refused(refusal::wrong_password)})
    BOOST_TEST((texts_of(write(a), 33) == states));
  const auto b = request.finish();
  const auto eap = write_eap_reject(writer, view(b), *from);
  BOOST_TEST((texts_of({eap->begin(), eap->end()}, 33) == states));
  const auto empty = write_empty_reply(writer, accept, view(b), *from);
  BOOST_TEST((texts_of({empty->begin(), empty->end()}, 33) == states));
}

BOOST_AUTO_TEST_CASE(eap_is_refused_with_an_eap_failure_of_the_same_identifier) {
  request.add(79, hex("0299000801757365"));
  sent = request.seal().finish();
  const auto out = write_eap_reject(writer, view(sent), *from);
  BOOST_REQUIRE(out.has_value());
  const bytes reply{out->begin(), out->end()};
  check_reply(reply, sent, reject);
  BOOST_TEST(
    (plain(reply) ==
     attributes{{79, "04990004"}, {18, in_hex("This authentication method is not supported")}}));
}

BOOST_AUTO_TEST_CASE(an_empty_eap_message_is_refused_too) {
  sent = request.add(79, bytes{}).seal().finish();
  const auto out = write_eap_reject(writer, view(sent), *from);
  BOOST_REQUIRE(out.has_value());
  check_reply({out->begin(), out->end()}, sent, reject);
}

BOOST_AUTO_TEST_CASE(accounting_is_acknowledged_with_a_seal_only_for_who_seals) {
  for (const bool sealed : {false, true}) {
    sketch report{radius::code::accounting_request, 9};
    report.add(40, 1u).add(44, "s-1");
    if (sealed)
      report.seal();
    const auto b = report.finish();
    const auto out = write_empty_reply(writer, radius::code::accounting_response, view(b), *from);
    BOOST_REQUIRE(out.has_value());
    check_reply({out->begin(), out->end()}, b, radius::code::accounting_response, sealed);
  }
}

BOOST_AUTO_TEST_CASE(status_server_on_a_login_port_gets_a_sealed_accept) {
  const auto b = sketch{radius::code::status_server, 3}.seal().finish();
  const auto out = write_empty_reply(writer, accept, view(b), *from);
  BOOST_REQUIRE(out.has_value());
  check_reply({out->begin(), out->end()}, b, accept);
}

BOOST_AUTO_TEST_CASE(a_reply_that_does_not_fit_is_an_error_and_not_a_torn_packet) {
  for (int i = 0; i < 15; ++i)
    request.add(33, bytes(253, 1));
  auto a = accepted();
  a.proof.mschap_success = std::string(247, 'x');
  sent = request.finish();
  const auto out =
    write_login_reply(writer, view(sent), a, {desk.get(), from.get(), vendor::generic, &key, 1});
  BOOST_TEST(!out.has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
