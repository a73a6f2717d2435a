// What answers wait for: the journal's sync, and the lists for the caller's own change.
#include "tests/unit/net/rest/api_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

using namespace uzel;
using namespace uzel::test;

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// Somebody asks to be told: 100 ms later `mark` is at 41, and he is.
class later : public std::thread {
 public:
  later(api_fixture& api, std::atomic<std::uint64_t>& mark)
    : std::thread{[&api, &mark] {
      for (int i = 0; i < 500; ++i) {
        std::this_thread::sleep_for(milliseconds{10});
        const std::lock_guard lock{api.waiting_mutex};
        if (api.waiting.empty())
          continue;
        std::this_thread::sleep_for(milliseconds{100});
        mark = 41;
        api.waiting.front()();
        return;
      }
    }} {}
};

class waiting_fixture : public api_fixture {
 public:
  // How long the answer takes that must have this status.
  steady_clock::duration time_of(unsigned status, const std::string& verb,
                                 const std::string& target, const std::string& body = {}) {
    const auto begun = steady_clock::now();
    BOOST_TEST(ask(verb, target, body).status == status);
    return steady_clock::now() - begun;
  }
  bool is_anybody_waiting() {
    const std::lock_guard lock{waiting_mutex};
    return !waiting.empty();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(what_answers_wait_for, waiting_fixture)

BOOST_AUTO_TEST_CASE(an_answer_waits_until_what_it_rests_on_is_synced) {
  synced = 40;
  later journal{*this, synced};
  const auto took = time_of(201, "POST", "/api/v1/services", R"({"name":"a"})");
  journal.join();
  BOOST_TEST((took >= milliseconds{100}));
  BOOST_TEST(synced == 41u);
}

BOOST_AUTO_TEST_CASE(who_changed_something_sees_it_in_the_next_list) {
  applied = 40;
  BOOST_TEST(ask("POST", "/api/v1/services", R"({"name":"a"})").commit == "41");
  BOOST_TEST(!is_anybody_waiting()); // the change itself does not wait for the database
  later database{*this, applied};
  const auto took = time_of(200, "GET", "/api/v1/services");
  database.join();
  BOOST_TEST((took >= milliseconds{100}));
  BOOST_TEST(applied == 41u);
}

BOOST_AUTO_TEST_CASE(changes_that_follow_one_another_do_not_wait_for_the_database) {
  applied = 40;
  for (const char* name : {"a", "b", "c"})
    BOOST_TEST(
      ask("POST", "/api/v1/services", R"({"name":")" + std::string{name} + R"("})").status == 201u);
  BOOST_TEST(!is_anybody_waiting());
}

BOOST_AUTO_TEST_CASE(a_database_that_stays_behind_is_waited_for_once) {
  applied = 40;
  BOOST_TEST(ask("POST", "/api/v1/services", R"({"name":"a"})").status == 201u);
  const auto first = time_of(200, "GET", "/api/v1/services");
  BOOST_TEST((first >= milliseconds{300}));
  waiting.clear();
  BOOST_TEST(ask("GET", "/api/v1/services").status == 200u);
  BOOST_TEST(!is_anybody_waiting());
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_what_the_lists_have_or_others_changed) {
  BOOST_TEST(ask("POST", "/api/v1/services", R"({"name":"a"})").status == 201u);
  BOOST_TEST(ask("GET", "/api/v1/services").status == 200u);
  applied = 40;
  BOOST_TEST(ask("GET", "/api/v1/services").status == 200u); // was seen already
  BOOST_TEST(ask("POST", "/api/v1/services", R"({"name":"b"})").status == 201u);
  staff other;
  other.id = 2;
  other.login = "other";
  world.put(other);
  BOOST_TEST(ask("GET", "/api/v1/services", {}, token({"*"}, 2)).status == 200u);
  BOOST_TEST(!is_anybody_waiting());
}

BOOST_AUTO_TEST_SUITE_END()
