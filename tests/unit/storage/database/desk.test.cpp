#include "domain/entities/desk.hpp"

#include "domain/entities/codec.hpp"
#include "tests/unit/storage/database/store_fixture.hpp"

using namespace uzel;
using namespace uzel::storage;

namespace {

const instant now = instant::from_unix(1'700'000'000);

struct desk_fixture : test::store_fixture {
  desk_fixture() : edits{desk()}, looks{reader()} {}

  template <class T>
  store_result<desk_outcome> add(const T& object) {
    return edits->create(entity_of<T>(), to_row(object), now);
  }
  template <class T>
  store_result<desk_outcome> set(std::uint64_t id, std::string_view name, value to,
                                 std::uint64_t version = 0) {
    const auto& e = entity_of<T>();
    const std::uint32_t changed[] = {static_cast<std::uint32_t>(e.index_of(name))};
    return edits->change(e, id, version, changed, {std::move(to)}, now + seconds{60});
  }
  static client bras(const std::string& name, const std::string& source) {
    client c;
    c.name = name;
    c.source = *parse_prefix4(source);
    c.secret = std::string("\x01\x00sealed", 8);
    return c;
  }

  std::unique_ptr<storage::desk> edits;
  std::unique_ptr<storage::reader> looks;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(desk_edits, desk_fixture)

BOOST_AUTO_TEST_CASE(a_new_row_gets_id_version_time_and_a_note) {
  const auto made = add(bras("a", "10.0.0.0/24"));
  BOOST_REQUIRE(made.has_value());
  client c;
  BOOST_TEST(from_row(made->after, c).empty());
  BOOST_TEST(c.id == 1u);
  BOOST_TEST(c.version == 1u);
  BOOST_TEST((c.updated == now));
  BOOST_TEST(made->note.what.entity == "client");
  BOOST_TEST(made->note.what.version == 1u);
  const auto shown = looks->show(entity_of<client>(), 1);
  BOOST_REQUIRE(shown.has_value());
  BOOST_TEST((*shown == made->after));
  BOOST_TEST(c.secret == std::string("\x01\x00sealed", 8));
  const auto notes = edits->pending_outbox().value();
  BOOST_REQUIRE(notes.size() == 1u);
  BOOST_TEST(notes[0].id == made->note.id);
  BOOST_TEST(edits->outbox_done(notes[0].id).has_value());
  BOOST_TEST(edits->pending_outbox().value().empty());
}

BOOST_AUTO_TEST_CASE(a_taken_unique_field_is_named) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  const auto same_name = add(bras("a", "10.0.1.0/24"));
  BOOST_REQUIRE(same_name.has_error());
  BOOST_TEST((same_name.error().code == errc::conflict));
  BOOST_TEST(same_name.error().sentence == "name a is taken");
  const auto same_source = add(bras("b", "10.0.0.0/24"));
  BOOST_REQUIRE(same_source.has_error());
  BOOST_TEST(same_source.error().sentence == "source 10.0.0.0/24 is taken");
  device d;
  d.name = "sw";
  BOOST_REQUIRE(add(d).has_value());
  BOOST_REQUIRE(add(d).has_value()); // devices without MAC do not collide
  port p;
  p.device_id = 1;
  p.number = 7;
  BOOST_REQUIRE(add(p).has_value());
  BOOST_TEST(add(p).error().sentence == "number 7 is taken");
  BOOST_TEST(edits->pending_outbox().value().size() == 4u);
}

BOOST_AUTO_TEST_CASE(two_networks_of_one_address_space_are_two_subnets) {
  const auto subnet = [](const std::string& name, const char* prefix, std::uint64_t domain) {
    network n;
    n.name = name;
    n.prefix = *parse_prefix4(prefix);
    n.routing_domain_id = domain;
    return n;
  };
  routing_domain other;
  other.name = "other";
  BOOST_REQUIRE(add(other).has_value());
  BOOST_REQUIRE(add(subnet("a", "10.0.0.0/24", 1)).has_value());
  const auto again = add(subnet("b", "10.0.0.0/24", 1));
  BOOST_REQUIRE(again.has_error());
  BOOST_TEST((again.error().code == errc::conflict));
  BOOST_TEST(again.error().sentence == "prefix 10.0.0.0/24 is taken");
  BOOST_TEST(add(subnet("c", "10.0.0.0/25", 1)).has_value());
  BOOST_REQUIRE(add(subnet("d", "10.0.0.0/24", 2)).has_value());
  const auto moved = set<network>(1, "prefix", value{std::string{"10.0.0.0/25"}});
  BOOST_REQUIRE(moved.has_error());
  BOOST_TEST(moved.error().sentence == "prefix 10.0.0.0/25 is taken");
  BOOST_TEST((set<network>(1, "router", value{std::string{"10.0.1.1"}}).error().code ==
              errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(an_account_has_one_row_of_options) {
  subscriber_options o;
  o.account_id = 7;
  o.options = "ntp=10.0.0.1";
  BOOST_REQUIRE(add(o).has_value());
  BOOST_TEST(add(o).error().sentence == "account_id 7 is taken");
  o.account_id = 8;
  BOOST_REQUIRE(add(o).has_value());
  BOOST_TEST(set<subscriber_options>(2, "account_id", value{std::int64_t{7}}).error().sentence ==
             "account_id 7 is taken");
}

BOOST_AUTO_TEST_CASE(only_a_real_change_counts) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  const auto same = set<client>(1, "name", value{std::string{"a"}});
  BOOST_REQUIRE(same.has_value());
  BOOST_TEST(!same->changed);
  BOOST_TEST(edits->pending_outbox().value().size() == 1u);
  const auto other = set<client>(1, "name", value{std::string{"b"}}, 1);
  BOOST_REQUIRE(other.has_value());
  BOOST_TEST(other->after[1].number == 2);
  BOOST_TEST(other->after[2].number == (now + seconds{60}).us);
  BOOST_TEST((*looks->show(entity_of<client>(), 1) == other->after));
  BOOST_TEST(edits->pending_outbox().value().size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_edit_of_an_older_version_is_refused) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  BOOST_REQUIRE(set<client>(1, "name", value{std::string{"b"}}, 1).has_value());
  const auto stale = set<client>(1, "name", value{std::string{"c"}}, 1);
  BOOST_REQUIRE(stale.has_error());
  BOOST_TEST((stale.error().code == errc::stale_version));
  BOOST_TEST((set<client>(9, "name", value{std::string{"c"}}).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(what_the_system_sets_cannot_be_edited) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  const auto done = set<client>(1, "version", value{std::int64_t{50}});
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(!done->changed);
}

BOOST_AUTO_TEST_CASE(a_reference_to_nothing_is_refused) {
  auto c = bras("a", "10.0.0.0/24");
  c.routing_domain_id = 5;
  const auto done = add(c);
  BOOST_REQUIRE(done.has_error());
  BOOST_TEST((done.error().code == errc::invalid_input));
  BOOST_TEST(done.error().sentence.find("routing_domain 5") != std::string::npos);
  pool upside_down;
  upside_down.name = "p";
  upside_down.first = ipv4{2};
  upside_down.last = ipv4{1};
  BOOST_TEST((add(upside_down).error().code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_row_in_use_cannot_be_removed_and_says_by_whom) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  pool p;
  p.name = "p";
  p.first = ipv4{10, 0, 0, 1};
  p.last = ipv4{10, 0, 0, 9};
  p.client_id = 1;
  BOOST_REQUIRE(add(p).has_value());
  const auto held = edits->remove(entity_of<client>(), 1);
  BOOST_REQUIRE(held.has_error());
  BOOST_TEST((held.error().code == errc::in_use));
  BOOST_TEST(held.error().sentence.find("pool 1") != std::string::npos);
  run("INSERT INTO bindings (id, routing_domain_id, pool_id, address, state, fixed, account_id, "
      "place, nas_id, mac, device_id, port_id, vlan, nas_port, session_id, since, until, "
      "last_seen, record) VALUES (4, 1, 1, 9, 2, 0, 1, 1, 1, 1, 1, 1, 1, '', 0, 0, 0, 0, 1)");
  BOOST_TEST(edits->remove(entity_of<pool>(), 1).error().sentence.find("binding 4") !=
             std::string::npos);
  run("DELETE FROM bindings");
  const auto gone = edits->remove(entity_of<pool>(), 1);
  BOOST_REQUIRE(gone.has_value());
  BOOST_TEST(gone->note.what.deleted);
  BOOST_TEST(gone->after.empty());
  BOOST_REQUIRE(edits->remove(entity_of<client>(), 1).has_value());
  BOOST_TEST((looks->show(entity_of<client>(), 1).error().code == errc::not_found));
}

BOOST_AUTO_TEST_CASE(ids_are_never_given_twice) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  BOOST_REQUIRE(edits->remove(entity_of<client>(), 1).has_value());
  const auto next = add(bras("a", "10.0.0.0/24"));
  BOOST_REQUIRE(next.has_value());
  BOOST_TEST(next->after[0].number == 2);
}

BOOST_AUTO_TEST_CASE(live_rows_are_not_edited_here) {
  BOOST_TEST(
    (edits->create(entity_of<account_state>(), default_row(entity_of<account_state>()), now)
       .error()
       .code == errc::invalid_input));
}

BOOST_AUTO_TEST_CASE(a_process_that_lost_the_store_cannot_edit) {
  const auto younger = store::open(settings);
  BOOST_REQUIRE(younger.has_value());
  BOOST_TEST((add(bras("a", "10.0.0.0/24")).error().code == errc::store_foreign));
}

BOOST_AUTO_TEST_CASE(the_desk_is_seen_at_the_start_and_after_each_note) {
  BOOST_REQUIRE(add(bras("a", "10.0.0.0/24")).has_value());
  device d;
  d.name = "sw";
  d.mac = mac_address{77};
  BOOST_REQUIRE(add(d).has_value());
  port p;
  p.device_id = 1;
  p.number = 7;
  BOOST_REQUIRE(add(p).has_value());
  network n;
  n.name = "home";
  n.prefix = *parse_prefix4("10.0.0.0/24");
  n.router = ipv4{10, 0, 0, 1};
  BOOST_REQUIRE(add(n).has_value());
  subscriber_options o;
  o.account_id = 7;
  o.options = "ntp=10.0.0.1";
  BOOST_REQUIRE(add(o).has_value());
  const auto image = boot();
  BOOST_REQUIRE((image.desk->find_client(client_id{1}) != nullptr));
  BOOST_TEST(image.desk->find_client(client_id{1})->limit_dhcp);
  BOOST_REQUIRE((image.desk->network_at(routing_domain_id{1}, ipv4{10, 0, 0, 9}) != nullptr));
  BOOST_TEST((image.desk->find_network(network_id{1})->router == n.router));
  BOOST_REQUIRE((image.desk->options_of(account_id{7}) != nullptr));
  BOOST_TEST(image.desk->options_of(account_id{7})->options == "ntp=10.0.0.1");
  const auto given = set<subscriber_options>(1, "account_id", value{std::int64_t{9}});
  const auto handed =
    with_row(*image.desk, entity_of<subscriber_options>(), 1, given->after, journal_number{8});
  BOOST_TEST((handed->options_of(account_id{7}) == nullptr));
  BOOST_TEST((handed->options_of(account_id{9}) != nullptr));
  const auto torn = with_row(*handed, entity_of<network>(), 1, {}, journal_number{8});
  BOOST_TEST((torn->find_network(network_id{1}) == nullptr));
  BOOST_TEST(image.desk->find_client(client_id{1})->secret == std::string("\x01\x00sealed", 8));
  BOOST_TEST(image.desk->port_of(device_id{1}, 7).value == 1u);
  BOOST_TEST((image.desk->device_with(mac_address{77}) != nullptr));

  const auto changed = set<client>(1, "name", value{std::string{"new"}});
  const auto next =
    with_row(*image.desk, entity_of<client>(), 1, changed->after, journal_number{9});
  BOOST_TEST(next->find_client(client_id{1})->name == "new");
  BOOST_TEST(next->number.value == 9u);
  BOOST_TEST(next->version > image.desk->version);
  const auto gone = with_row(*next, entity_of<client>(), 1, {}, journal_number{10});
  BOOST_TEST((gone->find_client(client_id{1}) == nullptr));
  BOOST_TEST((next->find_client(client_id{1}) != nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
