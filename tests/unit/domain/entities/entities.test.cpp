#include "domain/entities/codec.hpp"
#include "domain/entities/desk.hpp"
#include "domain/entities/live.hpp"
#include "domain/entities/stored.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace uzel;

BOOST_AUTO_TEST_SUITE(entities)

BOOST_AUTO_TEST_CASE(every_field_is_described_and_named_once) {
  BOOST_TEST(all_entities().size() == 18u);
  for (const auto* e : all_entities())
    BOOST_TEST_CONTEXT(std::string{e->name}) {
      BOOST_TEST(e->doc.ends_with('.'));
      BOOST_TEST(e->fields[0].name == "id");
      BOOST_CHECK(find_entity(e->name) == e);
      BOOST_CHECK(find_entity(e->plural) == e);
      std::set<std::string_view> names;
      for (const auto& f : e->fields)
        BOOST_TEST_CONTEXT(std::string{f.name}) {
          BOOST_TEST(f.doc.ends_with('.'));
          BOOST_TEST(names.insert(f.name).second);
          BOOST_TEST((f.type == field_type::choice) == !f.choices.empty());
          BOOST_TEST((f.type == field_type::reference) == !f.target.empty());
          BOOST_TEST((f.target.empty() || find_entity(f.target) != nullptr));
          BOOST_TEST((f.type != field_type::secret || !f.has(trait_search)));
        }
    }
  BOOST_CHECK(find_entity("nothing") == nullptr);
}

BOOST_AUTO_TEST_CASE(desk_rows_begin_with_id_version_and_updated) {
  for (const auto* e : all_entities())
    if (e->written_by == writing_class::desk) {
      BOOST_TEST(e->fields[1].name == "version");
      BOOST_TEST(e->fields[2].name == "updated");
    } else {
      BOOST_TEST((e->find("record") != nullptr));
    }
}

BOOST_AUTO_TEST_CASE(a_client_becomes_words_and_comes_back) {
  client c;
  c.id = 7;
  c.version = 2;
  c.updated = instant{1'700'000'000'123'456};
  c.name = "bras";
  c.source = *parse_prefix4("10.1.0.0/16");
  c.secret = std::string("\x01\x00\xff", 3);
  c.vendor = vendor::mikrotik;
  c.require_message_authenticator = tristate::automatic;
  c.on_unknown = refusal_policy::guest;
  c.trust_option82 = false;
  const auto r = to_row(c);
  const auto& e = entity_of<client>();
  const auto at = [&](std::string_view name) { return r[e.index_of(name)]; };
  BOOST_TEST(at("source").text == "10.1.0.0/16");
  BOOST_TEST(at("vendor").text == "mikrotik");
  BOOST_TEST(at("require_message_authenticator").text == "auto");
  BOOST_TEST(at("on_unknown").text == "guest");
  BOOST_TEST((at("trust_option82") == value{false}));
  client back;
  BOOST_TEST(from_row(r, back).empty());
  BOOST_CHECK(to_row(back) == r);
  BOOST_TEST(back.secret == c.secret);
  BOOST_TEST(render(*e.find("secret"), at("secret")) == "");
  BOOST_TEST(render(*e.find("updated"), at("updated")) == "2023-11-14T22:13:20.123456Z");
}

BOOST_AUTO_TEST_CASE(wrong_values_are_refused_in_words) {
  struct wrong {
    std::string_view entity, field;
    value given;
    std::string_view says;
  };
  const wrong table[] = {
    {"client", "source", value{std::string{"10.0.0.1/8"}}, "network"},
    {"client", "source", value{}, "network"},
    {"client", "vendor", value{std::string{"cisco"}}, "one of generic, mikrotik, juniper"},
    {"client", "interim_interval", value{std::int64_t{59}}, "from 60 to 86400"},
    {"client", "dynauth_port", value{std::int64_t{70000}}, "from 0 to 65535"},
    {"client", "name", value{std::string{}}, "empty"},
    {"client", "name", value{std::string(129, 'x')}, "at most 128"},
    {"client", "enabled", value{std::int64_t{1}}, "true or false"},
    {"client", "routing_domain_id", value{}, "whole number"},
    {"client", "limit_dhcp", value{std::int64_t{1}}, "true or false"},
    {"network", "prefix", value{std::string{"10.0.0.1/24"}}, "network such as"},
    {"network", "lease_seconds", value{std::int64_t{9}}, "from 10 to"},
    {"network", "guest_lease_seconds", value{std::int64_t{9}}, "from 10 to 86400"},
    {"network", "routing_domain_id", value{}, "whole number"},
    {"network", "routing_domain_id", value{std::int64_t{0}}, "at least 1"},
    {"network", "interface", value{std::string(16, 'e')}, "at most 15"},
    {"network", "boot_file", value{std::string(128, 'b')}, "at most 127"},
    {"pool", "options", value{std::string(2049, 'o')}, "at most 2048"},
    {"subscriber_options", "account_id", value{std::int64_t{0}}, "at least 1"},
    {"pool", "first", value{std::string{"10.0.0.256"}}, "IPv4"},
    {"pool", "first", value{std::string{"0.0.0.0"}}, "IPv4"},
    {"pool", "vlan", value{std::int64_t{4095}}, "to 4094"},
    {"device", "mac", value{std::string{"zz"}}, "MAC"},
    {"staff", "login", value{std::string{"Bob"}}, "capital"},
    {"staff", "permissions", value{std::string{"a;b"}}, "permission"},
    {"service", "price", value{std::int64_t{-1}}, "at least 0"},
    {"service", "down_kbit", value{std::int64_t{1} << 33}, "from 0 to 4294967295"},
  };
  for (const auto& w : table)
    BOOST_TEST_CONTEXT(std::string{w.entity} << "." << std::string{w.field}) {
      const auto& e = *find_entity(w.entity);
      auto r = default_row(e);
      r[e.index_of(w.field)] = w.given;
      const auto problems = check_row(e, r);
      const auto at = std::find_if(problems.begin(), problems.end(),
                                   [&](const violation& v) { return v.field == w.field; });
      BOOST_REQUIRE((at != problems.end()));
      BOOST_TEST(at->problem.find(w.says) != std::string::npos, at->problem);
    }
}

BOOST_AUTO_TEST_CASE(optional_fields_take_null_and_say_null) {
  device d;
  d.name = "sw";
  auto r = to_row(d);
  const auto& e = entity_of<device>();
  BOOST_TEST(r[e.index_of("mac")].is_null());
  BOOST_TEST(r[e.index_of("uplink_device_id")].is_null());
  r[e.index_of("comment")] = value{};
  BOOST_TEST(check_row(e, r).empty());
}

BOOST_AUTO_TEST_CASE(a_pool_must_not_end_before_it_begins) {
  pool p;
  p.name = "p";
  p.first = ipv4{10, 0, 0, 9};
  p.last = ipv4{10, 0, 0, 8};
  const auto problems = check_row(entity_of<pool>(), to_row(p));
  BOOST_REQUIRE(problems.size() == 1u);
  BOOST_TEST(problems[0].field == "last");
}

BOOST_AUTO_TEST_CASE(what_a_network_says_must_hang_together) {
  network good;
  good.name = "home";
  good.prefix = *parse_prefix4("10.0.0.0/24");
  good.router = ipv4{10, 0, 0, 1};
  good.dns = "10.0.0.2, 8.8.8.8";
  good.link = "olt-1.v100";
  good.interface = "eth0.100";
  good.boot_file = "images/boot v2";
  BOOST_TEST(check_row(entity_of<network>(), to_row(good)).empty());
  network bare;
  bare.name = "bare";
  bare.prefix = *parse_prefix4("10.0.0.4/32");
  BOOST_TEST(check_row(entity_of<network>(), to_row(bare)).empty());
  struct line {
    void (*spoil)(network&);
    std::string_view field, says;
  };
  const line table[] = {
    {[](network& n) { n.prefix = *parse_prefix4("8.0.0.0/7"); }, "prefix", "8 to 32"},
    {[](network& n) { n.prefix = {}; }, "prefix", "8 to 32"},
    {[](network& n) {
       n.router = ipv4{10, 0, 1, 1};
     },
     "router", "in the prefix"},
    {[](network& n) { n.dns = "10.0.0.2;8.8.8.8"; }, "dns", "commas"},
    {[](network& n) { n.dns = "10.0.0.2,"; }, "dns", "commas"},
    {[](network& n) { n.dns = "one.one.one.one"; }, "dns", "commas"},
    {[](network& n) { n.dns = "0.0.0.0"; }, "dns", "commas"},
    {[](network& n) { n.link = "two words"; }, "link", "without spaces"},
    {[](network& n) { n.link = ""; }, "link", "printable"},
    {[](network& n) { n.link = "домен"; }, "link", "printable"},
    {[](network& n) { n.interface = "../eth0"; }, "interface", "no slash"},
    {[](network& n) { n.interface = "eth 0"; }, "interface", "no spaces"},
    {[](network& n) { n.boot_file = "a\tb"; }, "boot_file", "printable"},
  };
  for (const auto& l : table) {
    auto n = good;
    l.spoil(n);
    const auto problems = check_row(entity_of<network>(), to_row(n));
    BOOST_TEST_CONTEXT(std::string{l.field} << " " << std::string{l.says}) {
      BOOST_REQUIRE(problems.size() == 1u);
      BOOST_TEST(problems[0].field == l.field);
      BOOST_TEST(problems[0].problem.find(l.says) != std::string::npos, problems[0].problem);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_address_space_of_a_row_is_the_default_one_unless_it_is_said) {
  for (const auto* name : {"client", "pool", "network"}) {
    const auto& e = *find_entity(name);
    const auto at = e.index_of("routing_domain_id");
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(!e.fields[at].has(trait_required));
      BOOST_TEST(!is_nullable(e, e.fields[at]));
      BOOST_CHECK(default_row(e)[at] == value{std::int64_t{1}});
    }
  }
  const auto& pools = entity_of<pool>();
  BOOST_TEST(is_nullable(pools, *pools.find("client_id")));
}

BOOST_AUTO_TEST_CASE(the_stored_form_orders_addresses_and_comes_back) {
  const auto& e = entity_of<pool>();
  const auto& f = *e.find("first");
  const auto low = to_stored(e, f, value{std::string{"9.255.0.1"}});
  const auto high = to_stored(e, f, value{std::string{"10.0.0.1"}});
  BOOST_REQUIRE((low && high));
  BOOST_TEST(low->number < high->number);
  BOOST_CHECK(from_stored(f, *high) == value{std::string{"10.0.0.1"}});
  BOOST_TEST(to_stored(e, f, value{std::string{"x"}}).has_error());
  const auto& source = *entity_of<client>().find("source");
  for (const auto* text : {"0.0.0.0/0", "10.0.0.0/8", "255.255.255.255/32"})
    BOOST_CHECK(
      from_stored(source, *to_stored(entity_of<client>(), source, value{std::string{text}})) ==
      value{std::string{text}});
}

BOOST_AUTO_TEST_CASE(the_columns_of_a_type_agree_with_its_fields) {
  session s;
  s.id = session_id{3};
  s.user_name = "bob";
  s.place.mac = mac_address{0x1b21aabbcc};
  s.address = ipv4{10, 0, 0, 1};
  s.used.in_octets = std::uint64_t{5} << 32;
  const auto& e = entity_of<session>();
  const auto columns = columns_of<session>();
  const auto outside = to_row(s);
  BOOST_REQUIRE(columns.size() == e.fields.size());
  for (std::size_t i = 0; i < columns.size(); ++i)
    BOOST_TEST_CONTEXT(std::string{e.fields[i].name}) {
      BOOST_TEST(columns[i].is_text == is_text(e.fields[i]));
      const auto stored = to_stored(e, e.fields[i], outside[i]);
      BOOST_REQUIRE(stored.has_value());
      if (columns[i].is_text)
        BOOST_TEST(columns[i].text(&s) == stored->text);
      else
        BOOST_TEST(columns[i].number(&s) == stored->number);
    }
}

BOOST_AUTO_TEST_CASE(texts_survive_storage_whatever_bytes_they_have) {
  for (const auto& text :
       {std::string{}, std::string{"plain"}, std::string{"DOM\\user"}, std::string("a\0b", 3),
        std::string{"\xff\xc0\x80"}, std::string{"Иванов"}, std::string{"\xed\xa0\x80"},
        std::string{"\\41"}, std::string{"\xf0\x9f\x8d\x8e"}, std::string{"end\\"}})
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST(text_from_stored(stored_text(text)) == text);
      BOOST_TEST(secret_from_stored(stored_secret(text)) == text);
    }
  BOOST_TEST(stored_text("Иванов") == "Иванов");
  BOOST_TEST(stored_text("\xff") == "\\ff");
}

BOOST_AUTO_TEST_CASE(instants_are_written_and_read_as_rfc3339) {
  struct pair {
    std::string_view text;
    std::int64_t us;
  };
  const pair table[] = {{"1970-01-01T00:00:01Z", 1'000'000},
                        {"2024-02-29T23:59:59.5+03:00", 1'709'240'399'500'000},
                        {"2024-02-29 20:59:59.123456789Z", 1'709'240'399'123'456}};
  for (const auto& p : table)
    BOOST_TEST_CONTEXT(std::string{p.text})
  BOOST_TEST(parse_instant(p.text).value().us == p.us);
  BOOST_TEST(render_instant(instant{1'709'240'399'500'000}) == "2024-02-29T20:59:59.500000Z");
  for (const auto* bad : {"", "2024-02-30T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01",
                          "2024-01-01T00:00:00", "2024-01-01T00:00:00.Z", "x"})
    BOOST_TEST(parse_instant(bad).has_error(), bad);
}

BOOST_AUTO_TEST_CASE(csv_texts_become_values) {
  const auto& e = entity_of<account_state>();
  BOOST_CHECK(*parse(*e.find("balance"), "-500") == value{std::int64_t{-500}});
  BOOST_CHECK(*parse(*e.find("status"), "active") == value{std::string{"active"}});
  BOOST_CHECK(*parse(*e.find("number"), "") == value{});
  BOOST_TEST(parse(*e.find("balance"), "5x").has_error());
  BOOST_CHECK(*parse(*entity_of<client>().find("enabled"), "yes") == value{true});
}

BOOST_AUTO_TEST_CASE(ids_of_hanging_rows_depend_on_what_they_say) {
  uzel::access login{access_kind::login, "bob", {}, {}, {}};
  uzel::access other{access_kind::login, "bob2", {}, {}, {}};
  const auto a = row_of(account_id{1}, 0, login, journal_number{1});
  BOOST_TEST(a.id == row_of(account_id{1}, 5, login, journal_number{9}).id);
  BOOST_TEST(a.id != row_of(account_id{2}, 0, login, journal_number{1}).id);
  BOOST_TEST(a.id != row_of(account_id{1}, 0, other, journal_number{1}).id);
  std::set<std::uint64_t> ids;
  for (std::uint64_t owner = 1; owner <= 100; ++owner)
    for (std::uint64_t n = 1; n <= 100; ++n) {
      subscription one;
      one.id = subscription_id{n};
      BOOST_REQUIRE(ids.insert(row_of(account_id{owner}, one, {}).id).second);
    }
}

BOOST_AUTO_TEST_SUITE_END()
