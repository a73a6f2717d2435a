#include "net/http/front.hpp"
#include "net/http/metrics.hpp"
#include "net/http/password.hpp"
#include "net/http/readiness.hpp"

#include <boost/test/unit_test.hpp>

using namespace uzel;
using namespace uzel::http;

BOOST_AUTO_TEST_SUITE(http_parts)

request get(std::string target) {
  request out;
  out.target = std::move(target);
  return out;
}

BOOST_AUTO_TEST_CASE(the_metrics_page_shows_every_registered_function) {
  metrics_page page;
  double count = 3;
  page.add_counter("uzel_things_total", "Things.", {{"kind", "a\"b"}}, [&] { return count; });
  page.add_counter("uzel_things_total", "Things.", {{"kind", "c"}}, [] { return 1.0; });
  page.add_gauge("uzel_level", "A level.", {}, [] { return 0.5; });
  const auto text = page.text();
  BOOST_TEST(text.find("# TYPE uzel_things_total counter") != std::string::npos);
  BOOST_TEST(text.find("uzel_things_total{kind=\"a\\\"b\"} 3") != std::string::npos);
  BOOST_TEST(text.find("uzel_level 0.5") != std::string::npos);
  count = 4;
  BOOST_TEST(page.text().find("} 4") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_daemon_is_ready_when_no_part_waits) {
  readiness ready;
  BOOST_TEST(answer_front(get("/readyz"), &ready, nullptr)->status == 200u);
  ready.wait_for("journal", "replaying \"x\"");
  const auto answer = answer_front(get("/readyz"), &ready, nullptr);
  BOOST_TEST(answer->status == 503u);
  BOOST_TEST(answer->body ==
             R"({"ready":false,"reasons":[{"part":"journal","reason":"replaying x"}]})");
  ready.clear("journal");
  BOOST_TEST(ready.ready());
}

BOOST_AUTO_TEST_CASE(the_page_and_its_parts_are_in_the_program) {
  for (const auto* path : {"/", "/index.html", "/live.js", "/live.css", "/mark.svg"})
    BOOST_TEST_CONTEXT(path) {
      const auto page = answer_front(get(path), nullptr, nullptr);
      BOOST_REQUIRE(page);
      BOOST_TEST(page->status == 200u);
      BOOST_TEST(page->body.size() > 100u);
    }
  BOOST_TEST(answer_front(get("/"), nullptr, nullptr)->content_type == "text/html; charset=utf-8");
  for (const auto* path : {"/../web/index.html", "/live.js/", "/api/v1/login", "/nothing"})
    BOOST_TEST_CONTEXT(path)
  BOOST_TEST(!answer_front(get(path), nullptr, nullptr));
}

BOOST_AUTO_TEST_CASE(a_password_verifies_against_its_own_hash_only) {
  const auto hash = hash_password("correct horse");
  BOOST_REQUIRE(hash);
  BOOST_TEST(hash->starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
  BOOST_TEST(verify_password("correct horse", *hash));
  BOOST_TEST(!verify_password("correct hors", *hash));
  BOOST_TEST(!verify_password("", *hash));
  BOOST_TEST(!verify_password("correct horse", "correct horse"));
  BOOST_TEST(!verify_password("correct horse", ""));
  BOOST_TEST(*hash != *hash_password("correct horse"));
}

BOOST_AUTO_TEST_SUITE_END()
