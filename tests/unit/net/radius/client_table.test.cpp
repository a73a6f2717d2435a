// Whose datagram is this, and which NAS speaks behind that client?
#include "net/radius/client_table.hpp"

#include "tests/unit/net/radius/octets.hpp"

namespace uzel::net::test {
namespace {

result<std::string> open_all(const client& c) {
  if (c.name == "unreadable")
    return errc::store_damaged;
  return "secret of " + c.name;
}

client named(std::uint64_t id, std::string name, std::string_view prefix) {
  client c;
  c.id = id;
  c.name = std::move(name);
  c.source = *parse_prefix4(prefix);
  return c;
}

} // namespace

BOOST_AUTO_TEST_SUITE(client_tables)

BOOST_AUTO_TEST_CASE(the_longest_prefix_wins) {
  catalogue_builder desk;
  desk.add(named(1, "all", "0.0.0.0/0"));
  desk.add(named(2, "ten", "10.0.0.0/8"));
  desk.add(named(3, "office", "10.1.0.0/16"));
  desk.add(named(4, "host", "10.1.2.3"));
  desk.add(named(5, "other ten", "11.0.0.0/8"));
  const client_table table{*desk.finish(), open_all};
  const std::pair<ipv4, std::string_view> cases[] = {
    {{10, 1, 2, 3}, "host"},      {{10, 1, 2, 4}, "office"}, {{10, 2, 0, 1}, "ten"},
    {{11, 1, 2, 3}, "other ten"}, {{192, 0, 2, 1}, "all"},   {{10, 255, 255, 255}, "ten"},
  };
  for (const auto& [source, name] : cases)
    BOOST_TEST_CONTEXT(to_string(source)) {
      const auto found = table.find(source);
      BOOST_REQUIRE(found);
      BOOST_TEST(found->row.name == name);
      BOOST_TEST((found->secret == radius::shared_secret{"secret of " + std::string{name}}));
      BOOST_TEST(table.find(client_id{found->row.id}) == found);
    }
}

BOOST_AUTO_TEST_CASE(strangers_disabled_clients_and_unreadable_secrets_are_nobody) {
  catalogue_builder desk;
  desk.add(named(1, "ten", "10.0.0.0/8"));
  auto off = named(2, "off", "10.1.0.0/16");
  off.enabled = false;
  desk.add(off);
  desk.add(named(3, "unreadable", "192.0.2.0/24"));
  const client_table table{*desk.finish(), open_all};
  BOOST_TEST(!table.find(ipv4{192, 0, 2, 1}));
  BOOST_TEST(!table.find(ipv4{11, 0, 0, 1}));
  BOOST_TEST(!table.find(client_id{2}));
  BOOST_TEST(!table.find(client_id{3}));
  // A disabled row does not shadow the wider one.
  BOOST_REQUIRE(table.find(ipv4{10, 1, 0, 1}));
  BOOST_TEST(table.find(ipv4{10, 1, 0, 1})->row.name == "ten");
}

BOOST_AUTO_TEST_CASE(a_nas_with_a_row_is_known_by_client_and_name) {
  catalogue_builder desk;
  auto ten = named(1, "ten", "10.0.0.0/8");
  ten.vendor = vendor::mikrotik;
  desk.add(ten);
  desk.add(named(2, "eleven", "11.0.0.0/8"));
  nas row;
  row.id = 77;
  row.client_id = 1;
  row.name = "bras-1";
  row.vendor = vendor::juniper;
  row.dynauth_address = {10, 9, 9, 9};
  desk.add(row);
  const client_table table{*desk.finish(), open_all};
  const auto& from = *table.find(client_id{1});

  const auto known = table.nas_of(from, "bras-1");
  BOOST_TEST(known.id.value == 77u);
  BOOST_TEST((known.profile == vendor::juniper));
  BOOST_TEST(to_string(known.dynauth_address) == "10.9.9.9");

  const auto derived = table.nas_of(from, "bras-2");
  BOOST_TEST((derived.profile == vendor::mikrotik));
  BOOST_TEST(!derived.dynauth_address);
  BOOST_TEST((derived.id == derived_nas_id(client_id{1}, "bras-2")));

  const auto& stranger = *table.find(client_id{2});
  BOOST_TEST((table.nas_of(stranger, "bras-1").id == derived_nas_id(client_id{2}, "bras-1")));
}

BOOST_AUTO_TEST_CASE(derived_ids_are_stable_and_apart_from_rows_and_from_each_other) {
  const auto a = derived_nas_id(client_id{1}, "10.0.0.1");
  BOOST_TEST((a == derived_nas_id(client_id{1}, "10.0.0.1")));
  BOOST_TEST((a != derived_nas_id(client_id{2}, "10.0.0.1")));
  BOOST_TEST((a != derived_nas_id(client_id{1}, "10.0.0.2")));
  BOOST_TEST((a.value >> 50) == 1u);
}

BOOST_AUTO_TEST_CASE(an_empty_desk_knows_nobody) {
  const client_table table{catalogue{}, open_all};
  BOOST_TEST(!table.find(ipv4{127, 0, 0, 1}));
  BOOST_TEST(!table.find(client_id{1}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace uzel::net::test
