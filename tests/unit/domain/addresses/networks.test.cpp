#include "domain/address_list.hpp"
#include "domain/catalogue.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace uzel {
namespace {

network subnet(std::uint64_t id, const char* prefix, const char* link = "",
               std::uint64_t domain = 1) {
  network out;
  out.id = id;
  out.name = "net" + std::to_string(id);
  out.prefix = *parse_prefix4(prefix);
  out.link = link;
  out.routing_domain_id = domain;
  return out;
}

subscriber_options told(std::uint64_t id, std::uint64_t account, const char* text) {
  subscriber_options out;
  out.id = id;
  out.account_id = account;
  out.options = text;
  return out;
}

std::shared_ptr<const catalogue> desk_of(const std::vector<network>& rows) {
  catalogue_builder builder;
  for (const auto& each : rows)
    builder.add(each);
  return builder.finish();
}

std::string options_of(const catalogue& desk, std::uint64_t account) {
  const auto* found = desk.options_of(account_id{account});
  return found ? found->options : "-";
}

BOOST_AUTO_TEST_SUITE(networks)

BOOST_AUTO_TEST_CASE(the_smallest_network_that_contains_an_address_is_its_own) {
  const auto desk =
    desk_of({subnet(1, "10.0.0.0/8"), subnet(2, "10.0.0.0/16"), subnet(3, "10.0.1.0/24"),
             subnet(4, "10.0.1.7/32"), subnet(5, "10.0.0.0/24", "", 2)});
  struct line {
    ipv4 address;
    std::uint64_t domain, expected;
  };
  const line table[] = {
    {ipv4{10, 0, 1, 7}, 1, 4},   {ipv4{10, 0, 1, 8}, 1, 3}, {ipv4{10, 0, 2, 1}, 1, 2},
    {ipv4{10, 9, 0, 1}, 1, 1},   {ipv4{11, 0, 0, 1}, 1, 0}, {ipv4{10, 0, 0, 1}, 2, 5},
    {ipv4{10, 0, 1, 7}, 2, 0},   {ipv4{10, 0, 0, 1}, 3, 0}, {ipv4{}, 1, 0},
    {ipv4{10, 0, 1, 255}, 1, 3},
  };
  for (const auto& l : table)
    BOOST_TEST_CONTEXT(to_string(l.address) << " in domain " << l.domain) {
      const auto* found = desk->network_at(routing_domain_id{l.domain}, l.address);
      BOOST_TEST((found ? found->id : 0) == l.expected);
      BOOST_TEST(desk->link_at(routing_domain_id{l.domain}, l.address).value == l.expected);
    }
}

BOOST_AUTO_TEST_CASE(networks_with_the_same_link_share_a_wire) {
  const auto desk = desk_of({subnet(4, "10.0.4.0/24", "a"), subnet(2, "10.0.2.0/24", "a"),
                             subnet(3, "10.0.3.0/24", "b"), subnet(5, "10.0.5.0/24"),
                             subnet(6, "10.0.6.0/24"), subnet(1, "10.0.1.0/24", "a", 2)});
  const auto link_of = [&](std::uint64_t id) {
    return desk->link_of(desk->find_network(network_id{id})).value;
  };
  BOOST_TEST(link_of(4) == 2u);
  BOOST_TEST(link_of(2) == 2u);
  BOOST_TEST(link_of(3) == 3u);
  // Networks without a link are alone.
  BOOST_TEST(link_of(5) == 5u);
  BOOST_TEST(link_of(6) == 6u);
  // The same word in another address space is another wire.
  BOOST_TEST(link_of(1) == 1u);
  BOOST_TEST(link_of(77) == 0u);
}

BOOST_AUTO_TEST_CASE(an_edit_of_a_network_is_seen_at_once_and_only_in_the_new_picture) {
  const auto before = desk_of({subnet(1, "10.0.0.0/16"), subnet(2, "10.0.1.0/24")});
  const auto at = ipv4{10, 0, 1, 1};
  const routing_domain_id domain{1};
  const auto moved = subnet(2, "10.0.2.0/24");
  const auto after = with_change(*before, "network", 2, &moved);
  BOOST_TEST(before->network_at(domain, at)->id == 2u);
  BOOST_TEST(after->network_at(domain, at)->id == 1u);
  BOOST_TEST(after->version == before->version + 1);
  const auto gone = with_change(*after, "network", 1, nullptr);
  BOOST_TEST(!gone->network_at(domain, at));
  BOOST_TEST(!gone->find_network(network_id{1}));
  BOOST_TEST((gone->find_network(network_id{2}) != nullptr));
}

BOOST_AUTO_TEST_CASE(options_follow_their_row_to_another_account) {
  catalogue_builder builder;
  builder.add(told(1, 100, "ntp=10.0.0.1"));
  builder.add(told(2, 200, "ntp=10.0.0.2"));
  const auto first = builder.finish();
  BOOST_TEST(options_of(*first, 100) == "ntp=10.0.0.1");
  BOOST_TEST(options_of(*first, 1) == "-");

  const auto edited = told(1, 100, "ntp=10.0.0.3");
  const auto second = with_change(*first, "subscriber_options", 1, &edited);
  BOOST_TEST(options_of(*second, 100) == "ntp=10.0.0.3");
  BOOST_TEST(options_of(*second, 200) == "ntp=10.0.0.2");

  const auto moved = told(1, 300, "ntp=10.0.0.3");
  const auto third = with_change(*second, "subscriber_options", 1, &moved);
  BOOST_TEST(options_of(*third, 100) == "-");
  BOOST_TEST(options_of(*third, 300) == "ntp=10.0.0.3");
  BOOST_TEST(options_of(*third, 200) == "ntp=10.0.0.2");

  const auto fourth = with_change(*third, "subscriber_options", 1, nullptr);
  BOOST_TEST(options_of(*fourth, 300) == "-");
  BOOST_TEST(options_of(*fourth, 200) == "ntp=10.0.0.2");
  // Older pictures stay as they were.
  BOOST_TEST(options_of(*first, 100) == "ntp=10.0.0.1");
}

BOOST_AUTO_TEST_CASE(lists_of_addresses_are_read_as_people_write_them) {
  const auto texts = [](std::string_view list) {
    std::string out;
    const auto read = parse_address_list(list);
    if (!read)
      return std::string{"wrong"};
    for (const auto each : *read)
      out += to_string(each) + ' ';
    return out;
  };
  struct line {
    std::string_view text, expected;
  };
  const line table[] = {
    {"", ""},
    {"  ", ""},
    {"10.0.0.1", "10.0.0.1 "},
    {"10.0.0.1,8.8.8.8", "10.0.0.1 8.8.8.8 "},
    {" 10.0.0.1 , 8.8.8.8 ", "10.0.0.1 8.8.8.8 "},
    {",", "wrong"},
    {"10.0.0.1,", "wrong"},
    {",10.0.0.1", "wrong"},
    {"10.0.0.1,,8.8.8.8", "wrong"},
    {"10.0.0.1 8.8.8.8", "wrong"},
    {"10.0.0.1;8.8.8.8", "wrong"},
    {"10.0.0.0/24", "wrong"},
    {"0.0.0.0", "wrong"},
    {"ns1", "wrong"},
  };
  for (const auto& l : table)
    BOOST_TEST_CONTEXT(std::string{l.text})
  BOOST_TEST(texts(l.text) == l.expected);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel
