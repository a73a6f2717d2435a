// What a hundred thousand accounts cost in memory and time.
#include "tests/unit/actors/directory/bench.hpp"

#include <chrono>
#include <malloc.h>

using namespace uzel;
using namespace uzel::test;

BOOST_FIXTURE_TEST_SUITE(directory_budget, directory_bench)

BOOST_AUTO_TEST_CASE(a_plain_account_takes_less_than_400_bytes) {
  constexpr std::size_t count = 100'000;
  boot_image full;
  full.desk = desk.picture;
  for (std::uint64_t i = 1; i <= count; ++i) {
    account_state a;
    a.id = account_id{i};
    a.number = "1001" + std::to_string(100'000 + i);
    a.accesses = {by_login("demo" + std::to_string(i)), by_mac(0xF8E903000000 + i)};
    a.credential.assign(37, 'x');
    a.credential_form = 1;
    a.current = {subscription_id{i}, service_id{1},          subscription_state::active,
                 money{50'000},      instant{1'700'000'000}, {}};
    a.number_of_change = journal_number{i};
    full.accounts.push_back(std::move(a));
  }
  const auto before = mallinfo2().uordblks + mallinfo2().hblkhd;
  const auto begun = std::chrono::steady_clock::now();
  const auto slices = slice_boot_image(full, 2, {}, {});
  const auto took = std::chrono::steady_clock::now() - begun;
  const auto after = mallinfo2().uordblks + mallinfo2().hblkhd;
  const auto each = (after - before) / count;
  BOOST_TEST_MESSAGE("an account with a login and a MAC takes "
                     << each << " bytes; cutting the image took "
                     << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                     << " ms");
  BOOST_TEST(each < 400u);
  BOOST_TEST(slices[0]->accounts.size() + slices[1]->accounts.size() == count);
}

BOOST_AUTO_TEST_CASE(a_bulk_of_accounts_comes_in_seconds) {
  start(2);
  import_accounts in;
  constexpr int count = 20'000;
  for (int i = 0; i < count; ++i) {
    account_state a;
    a.accesses = {by_login("u" + std::to_string(i))};
    in.drafts.push_back(std::move(a));
    in.passwords.push_back("password-" + std::to_string(i));
  }
  const auto begun = std::chrono::steady_clock::now();
  const auto out = ask<accounts_imported>(wires.directory[0], in);
  const auto took = std::chrono::steady_clock::now() - begun;
  BOOST_TEST_MESSAGE(count << " accounts were imported in "
                           << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
                           << " ms");
  BOOST_TEST(out.value->created == static_cast<std::uint32_t>(count));
  BOOST_TEST(log.records.size() == static_cast<std::size_t>(count));
}

BOOST_AUTO_TEST_SUITE_END()
