// links: uzel_net_bodies uzel_net_json uzel_domain uzel_protocols_proof
// Whatever a body says, it becomes a form, or everything wrong with it is named.
#include "net/bodies/bodies.hpp"

#include "net/bodies/account_body.hpp"
#include "protocols/proof/login_name.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace uzel;

constexpr auto now = instant::from_unix(1'700'000'000);

void require(bool holds) {
  if (!holds)
    std::abort();
}

template <class Form>
void read(const rest::json& from) {
  Form form;
  violations wrong;
  rest::read_object(rest::fields_of<Form>(), from, &form, "rows[0].", wrong);
  for (const auto& v : wrong)
    require(!v.problem.empty());
}

// What was taken is in normal form: a directory compares it byte by byte.
void read_account(const rest::json& from) {
  violations wrong;
  const auto account = rest::read_new_account(from, now, "", wrong);
  if (!wrong.empty())
    return;
  for (const auto& key : account.draft.accesses)
    if (key.kind == access_kind::login)
      require(proof::normalise_login(key.login) == key.login);
  for (const auto& each : account.draft.addresses)
    require(each.domain.value != 0);
}

bool read_all(const rest::json& from) {
  read<rest::login_form>(from);
  read<rest::access_form>(from);
  read<rest::static_address_form>(from);
  read<rest::subscription_form>(from);
  read<rest::account_change>(from);
  read<rest::quarantine_form>(from);
  read_account(from);
  return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)rest::for_each_json({reinterpret_cast<const char*>(data), size}, read_all);
  return 0;
}
