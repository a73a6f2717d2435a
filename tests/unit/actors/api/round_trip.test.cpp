// Every message survives its way through CAF's wire format: none holds what cannot travel.
#include "actors/api/interfaces.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include <array>
#include <type_traits>

using namespace uzel;

namespace {

// An inspector that gives every field of a message a value of its own.
class filler {
 public:
  using result_type = void;

  template <class... Ts>
  void operator()(Ts&... fields) {
    (fill(fields), ...);
  }
  std::size_t leaves() const { return leaves_; }

 private:
  template <class T>
  void fill(T& x) {
    if constexpr (std::is_same_v<T, bool>)
      x = (++leaves_, !x);
    else if constexpr (std::is_enum_v<T>)
      x = static_cast<T>(1 + ++leaves_ % 2);
    else if constexpr (std::is_integral_v<T>)
      x = static_cast<T>(1 + ++leaves_);
    else
      inspect(*this, x);
  }
  void fill(std::string& x) { x = "text " + std::to_string(++leaves_); }
  template <class T>
  void fill(std::vector<T>& x) {
    x.resize(2);
    for (auto& each : x)
      fill(each);
  }
  template <class T, std::size_t N>
  void fill(std::array<T, N>& x) {
    for (auto& each : x)
      fill(each);
  }

  std::size_t leaves_ = 0;
};

template <class Message>
std::vector<char> written(const Message& message) {
  std::vector<char> out;
  caf::binary_serializer sink{nullptr, out};
  auto copy = message;
  const auto problem = sink(copy);
  BOOST_TEST(!problem);
  return out;
}

template <class Message>
void check(const char* name) {
  BOOST_TEST_CONTEXT(name) {
    Message full{};
    filler fill;
    inspect(fill, full);
    const auto octets = written(full);
    BOOST_TEST((octets != written(Message{})));
    BOOST_TEST(octets.size() >= fill.leaves());

    Message back{};
    caf::binary_deserializer source{nullptr, octets};
    const auto problem = source(back);
    BOOST_TEST(!problem);
    BOOST_TEST(source.remaining() == 0u);
    BOOST_TEST((written(back) == octets));

    for (const std::size_t cut : {std::size_t{0}, octets.size() / 2, octets.size() - 1}) {
      Message part{};
      caf::binary_deserializer torn{nullptr, octets.data(), cut};
      BOOST_TEST(static_cast<bool>(torn(part)));
    }
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(actors_api)

#define CHECK(message) check<message>(#message)

BOOST_AUTO_TEST_CASE(logins_and_reports_travel_whole) {
  CHECK(ticket);
  CHECK(network_facts);
  CHECK(login);
  CHECK(login_answered);
  CHECK(account_usage);
  CHECK(usage_recorded);
  CHECK(close_restarted);
  CHECK(close_stale);
  CHECK(hand_over_session);
  CHECK(continue_session);
  CHECK(session_noted);
}

BOOST_AUTO_TEST_CASE(commands_about_accounts_travel_whole) {
  CHECK(create_account);
  CHECK(import_accounts);
  CHECK(accounts_imported);
  CHECK(account_shown);
  CHECK(show_account);
  CHECK(find_account);
  CHECK(change_account);
  CHECK(add_access);
  CHECK(remove_access);
  CHECK(set_subscription);
  CHECK(add_static_address);
  CHECK(remove_static_address);
  CHECK(disconnect_session);
  CHECK(session_disconnected);
  CHECK(page_sessions);
  CHECK(sessions_page);
}

BOOST_AUTO_TEST_CASE(what_shards_tell_each_other_travels_whole) {
  CHECK(claim_keys);
  CHECK(release_keys);
  CHECK(keys_claimed);
  CHECK(claim_batch);
  CHECK(batch_claimed);
  CHECK(release_batch);
  CHECK(plant_accounts);
  CHECK(accounts_planted);
  CHECK(continue_intake);
  CHECK(account_settled);
}

BOOST_AUTO_TEST_CASE(words_about_addresses_travel_whole) {
  CHECK(take_address);
  CHECK(address_taken);
  CHECK(address_refused);
  CHECK(pool_full);
  CHECK(pool_has_room);
  CHECK(confirm_binding);
  CHECK(release_binding);
  CHECK(adopt_address);
  CHECK(give_up);
  CHECK(given_up);
  CHECK(binding_kept);
  CHECK(assign_static);
  CHECK(withdraw_static);
  CHECK(static_settled);
  CHECK(check_range);
  CHECK(range_checked);
  CHECK(range_settled);
  CHECK(remove_binding);
  CHECK(binding_removed);
  CHECK(quarantine_address);
  CHECK(keep_address);
  CHECK(address_kept);
  CHECK(page_bindings);
  CHECK(bindings_page);
  CHECK(count_pools);
  CHECK(pools_counted);
  CHECK(pool_defined);
  CHECK(left_place);
  CHECK(place_left);
  CHECK(look_at_time);
}

BOOST_AUTO_TEST_CASE(words_about_leases_travel_whole) {
  CHECK(find_leaseholder);
  CHECK(end_lease);
  CHECK(decline_binding);
}

BOOST_AUTO_TEST_CASE(words_about_nases_and_time_travel_whole) {
  CHECK(end_session);
  CHECK(session_ended);
  CHECK(dynauth_answered);
  CHECK(sweep_stale);
  CHECK(continue_closing);
  CHECK(dialogue_expired);
  CHECK(list_nases);
  CHECK(nases_listed);
  CHECK(show_clock);
  CHECK(clock_shown);
  CHECK(confirm_clock);
}

BOOST_AUTO_TEST_CASE(the_desk_and_its_events_travel_whole) {
  CHECK(desk_create);
  CHECK(desk_change);
  CHECK(desk_remove);
  CHECK(desk_settled);
  CHECK(show_row);
  CHECK(row_shown);
  CHECK(list_rows);
  CHECK(rows_listed);
  CHECK(find_holder);
  CHECK(show_store);
  CHECK(store_shown);
  CHECK(desk_published);
  CHECK(event);
  CHECK(login_happened);
  CHECK(alarm_raised);
  CHECK(subscribe_events);
  CHECK(events_subscribed);
  CHECK(unsubscribe_events);
}

BOOST_AUTO_TEST_SUITE_END()
