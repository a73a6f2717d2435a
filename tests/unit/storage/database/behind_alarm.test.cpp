#include "storage/behind_alarm.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using storage::behind_alarm;

BOOST_AUTO_TEST_SUITE(behind_alarms)

BOOST_AUTO_TEST_CASE(it_is_told_once_and_ends_at_half_of_the_limit) {
  using news = behind_alarm::news;
  behind_alarm alarm{seconds{60}};
  struct step {
    int behind;
    news told;
    bool raised;
  };
  for (const auto& s :
       {step{0, news::none, false}, step{60, news::none, false}, step{61, news::raised, true},
        step{90, news::none, true}, step{31, news::none, true}, step{30, news::ended, false},
        step{60, news::none, false}, step{61, news::raised, true}, step{0, news::ended, false}})
    BOOST_TEST_CONTEXT(s.behind << " s") {
      BOOST_TEST((alarm.look(seconds{s.behind}) == s.told));
      BOOST_TEST(alarm.is_raised() == s.raised);
    }
}

BOOST_AUTO_TEST_SUITE_END()
