#include "domain/address_book.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <random>

namespace uzel {
namespace {

constexpr auto noon = instant::from_unix(1'700'000'000);

binding some(std::uint64_t id, std::uint8_t last, binding_state state, std::uint64_t who = 1) {
  binding b;
  b.id = binding_id{id};
  b.domain = routing_domain_id{1};
  b.pool = pool_id{3};
  b.address = ipv4{10, 0, 0, last};
  b.state = state;
  b.holder = account_id{who};
  b.place = {attachment_key{0xAA00u + last},
             nas_id{7},
             mac_address{0xAA00u + last},
             device_id{8},
             port_id{9},
             100,
             "ether1 and a name longer than fifteen"};
  b.session = session_id{5};
  b.since = b.last_seen = noon;
  b.until = noon + seconds{60};
  b.number = journal_number{id};
  return b;
}

struct fixture {
  address_book subject{routing_domain_id{1}, pool_id{3}, ipv4{10, 0, 0, 0}, ipv4{10, 0, 0, 15}};
  std::vector<ipv4> due;
};

BOOST_FIXTURE_TEST_SUITE(address_book_suite, fixture)

BOOST_AUTO_TEST_CASE(gives_back_every_field_of_a_binding) {
  const auto b = some(4, 2, binding_state::bound);
  subject.put(b);
  BOOST_TEST((subject.image(*subject.find(b.address)) == b));
  BOOST_TEST((subject.image(*subject.find(b.id)) == b));
  BOOST_TEST((subject.image(*subject.find(b.holder, b.place.key)) == b));
  BOOST_TEST(subject.last_number().value == 4u);
}

BOOST_AUTO_TEST_CASE(forgets_a_binding_that_ended_but_not_its_successor) {
  auto old = some(4, 2, binding_state::bound);
  subject.put(old);
  const auto next = some(5, 2, binding_state::offered, 2);
  subject.put(next);
  old.state = binding_state::free;
  old.number = journal_number{6};
  subject.put(old);
  BOOST_TEST((subject.image(*subject.find(next.address)) == next));
  BOOST_TEST(!subject.find(old.id));
  BOOST_TEST(!subject.find(old.holder, old.place.key));
  auto end = next;
  end.state = binding_state::free;
  subject.put(end);
  BOOST_TEST(subject.is_free(next.address));
  BOOST_TEST((subject.counts() == address_counts{}));
}

BOOST_AUTO_TEST_CASE(a_live_binding_of_a_place_hides_one_that_is_kept) {
  auto kept = some(1, 2, binding_state::held);
  auto live = some(2, 3, binding_state::bound);
  live.place = kept.place;
  subject.put(live);
  subject.put(kept);
  BOOST_TEST((subject.find(live.holder, live.place.key)->id == live.id));
}

// Against plain maps: few addresses, holders and places, so that everything meets everything.
BOOST_AUTO_TEST_CASE(finds_what_a_book_of_plain_maps_finds) {
  using spot = std::pair<account_id, attachment_key>;
  const auto seed = std::random_device{}();
  std::mt19937 random{seed};
  const auto any = [&](unsigned below) { return static_cast<unsigned>(random() % below); };
  std::map<ipv4, binding> at;
  std::map<spot, ipv4> of;
  const auto place_of = [](const binding& b) { return spot{b.holder, b.place.key}; };
  const auto forget_place = [&](const binding& b) {
    if (const auto there = of.find(place_of(b)); there != of.end() && there->second == b.address)
      of.erase(there);
  };
  for (std::uint64_t number = 1; number < 20'000; ++number) {
    const auto last = static_cast<std::uint8_t>(any(6));
    const auto known = at.find(ipv4{10, 0, 0, last});
    auto b = some(number, last, binding_state::offered, 1 + any(2));
    b.place.key = attachment_key{any(3)};
    if (known != at.end() && any(4) != 0)
      b = known->second; // the same binding in another state, and now and then elsewhere
    if (any(8) == 0)
      b.place.key = attachment_key{any(3)};
    b.number = journal_number{number};
    b.fixed = any(8) == 0;
    b.state = static_cast<binding_state>(any(5));
    subject.put(b);

    if (b.state == binding_state::free) {
      if (known != at.end() && known->second.id == b.id) {
        forget_place(known->second);
        at.erase(known);
      }
    } else {
      if (known != at.end())
        forget_place(known->second);
      at[b.address] = b;
      if (!b.fixed && b.place.key && b.state != binding_state::quarantined) {
        const auto [other, fresh] = of.try_emplace(place_of(b), b.address);
        if (fresh || is_live(b) || !is_live(at.at(other->second)))
          other->second = b.address;
      }
    }

    BOOST_TEST_CONTEXT("seed " << seed << ", step " << number) {
      address_counts counts;
      for (const auto& [address, one] : at) {
        BOOST_REQUIRE(subject.find(address) && subject.image(*subject.find(address)) == one);
        BOOST_REQUIRE(subject.find(one.id) == subject.find(address));
        counts.fixed += one.fixed;
        counts.offered += one.state == binding_state::offered;
        counts.bound += one.state == binding_state::bound;
        counts.held += one.state == binding_state::held;
        counts.quarantined += one.state == binding_state::quarantined;
      }
      BOOST_REQUIRE((subject.counts() == counts));
      BOOST_REQUIRE_EQUAL(subject.size(), at.size());
      for (std::uint64_t who = 1; who <= 2; ++who)
        for (std::uint64_t place = 1; place <= 2; ++place) {
          const auto* found = subject.find(account_id{who}, attachment_key{place});
          const auto there = of.find({account_id{who}, attachment_key{place}});
          BOOST_REQUIRE((there == of.end()) == !found);
          BOOST_REQUIRE((!found || found->address == there->second));
        }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_later_lapse_costs_nothing_until_the_old_one_comes) {
  const auto b = some(1, 2, binding_state::bound);
  subject.put(b);
  subject.refresh(b.address, noon + seconds{600}, noon + seconds{50});
  BOOST_TEST(!subject.take_due(noon + seconds{61}, 10, due));
  BOOST_TEST(due.empty());
  subject.take_due(noon + seconds{600}, 10, due);
  BOOST_TEST(due.size() == 1u);
  due.clear();
  subject.take_due(noon + seconds{601}, 10, due);
  BOOST_TEST(due.empty());
}

BOOST_AUTO_TEST_CASE(an_earlier_lapse_fires_once) {
  const auto b = some(1, 2, binding_state::bound);
  subject.put(b);
  subject.refresh(b.address, noon + seconds{5}, noon);
  subject.take_due(noon + seconds{5}, 10, due);
  subject.take_due(noon + seconds{60}, 10, due);
  BOOST_TEST(due.size() == 1u);
}

BOOST_AUTO_TEST_CASE(takes_no_more_than_asked_of_what_is_due) {
  for (std::uint8_t i = 0; i < 16; ++i)
    subject.put(some(1u + i, i, binding_state::held));
  BOOST_TEST(subject.take_due(noon + seconds{100}, 10, due));
  BOOST_TEST(due.size() == 10u);
  BOOST_TEST(!subject.take_due(noon + seconds{100}, 10, due));
  BOOST_TEST(due.size() == 16u);
}

BOOST_AUTO_TEST_CASE(names_what_is_kept_longest) {
  for (std::uint8_t i = 1; i <= 3; ++i)
    subject.put(some(i, i, binding_state::held));
  BOOST_TEST((subject.longest_held() == ipv4{10, 0, 0, 1}));
  auto again = some(1, 1, binding_state::bound);
  again.number = journal_number{9};
  subject.put(again);
  BOOST_TEST((subject.longest_held() == ipv4{10, 0, 0, 2}));
  auto fixed = some(2, 2, binding_state::held);
  fixed.fixed = true;
  fixed.number = journal_number{10};
  subject.put(fixed);
  BOOST_TEST((subject.longest_held() == ipv4{10, 0, 0, 3}));
}

BOOST_AUTO_TEST_CASE(pages_in_order_of_address_with_and_without_a_range) {
  address_book sparse{routing_domain_id{1}, pool_id{}};
  for (auto* book : {&subject, &sparse}) {
    for (const std::uint8_t i :
         {std::uint8_t{9}, std::uint8_t{3}, std::uint8_t{12}, std::uint8_t{1}})
      book->put(some(i, i, binding_state::bound));
    std::vector<binding> rows;
    bool last = true;
    book->page(ipv4{10, 0, 0, 1}, 2, rows, last);
    BOOST_REQUIRE(rows.size() == 2u);
    BOOST_TEST((rows[0].address == ipv4{10, 0, 0, 3} && rows[1].address == ipv4{10, 0, 0, 9}));
    BOOST_TEST(!last);
    rows.clear();
    book->page(ipv4{10, 0, 0, 9}, 2, rows, last);
    BOOST_TEST(rows.size() == 1u);
    BOOST_TEST(last);
  }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace uzel
