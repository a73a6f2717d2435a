#include "net/bodies/bodies.hpp"

#include "domain/entities/declare.hpp"

namespace uzel::rest {
namespace {

using declare::of;

constexpr choice statuses[] = {{"active", 1}, {"disabled", 2}, {"closed", 3}};
constexpr choice kinds[] = {{"login", 1}, {"mac", 2}, {"port", 3}, {"client_identifier", 4}};

using l = login_form;
constexpr std::array login_table{
  of<l, &l::login>::text<0, 256>("login", trait_required, "The name to sign in with."),
  of<l, &l::password>::secret<0, 1024>("password", trait_required, "The password."),
};

using x = access_form;
constexpr std::array access_table{
  of<x, &x::what, &access::kind>::choose<kinds>("kind", trait_required, "What the network shows."),
  of<x, &x::what, &access::login>::text<0, 510>(
    "login", trait_none,
    "PPP login; of a client identifier the octets of DHCP option 61 in lower-case hex."),
  of<x, &x::what, &access::mac>::mac("mac", trait_none, "A device's MAC."),
  of<x, &x::what, &access::device>::reference("device_id", "device", trait_none,
                                              "The access device that option 82 names."),
  of<x, &x::what, &access::port>::reference("port_id", "port", trait_none,
                                            "Its port; none: the device as a whole."),
};

using t = static_address_form;
constexpr std::array address_table{
  of<t, &t::what, &static_address::domain>::reference(
    "routing_domain_id", "routing_domain", trait_none,
    "The address space; the default one when none is given."),
  of<t, &t::what, &static_address::address>::ipv4("address", trait_required,
                                                  "The account's for good."),
  of<t, &t::what, &static_address::mac>::mac("mac", trait_none, "Only for this device; none: any."),
};

using u = subscription_form;
constexpr std::array subscription_table{
  of<u, &u::service>::reference("service_id", "service", trait_required, "What is bought."),
  of<u, &u::price_paid>::money<0>("price_paid", trait_none, "Minor units of the currency."),
  of<u, &u::starts>::instant("starts", trait_none, "From when; none: from now."),
  of<u, &u::ends>::instant("ends", trait_none, "Until when; none: open-ended."),
};

using n = new_account;
constexpr std::array new_account_table{
  of<n, &n::draft, &account_state::number>::text<1, 64>("number", trait_required,
                                                        "The personal account number, unique."),
  of<n, &n::draft, &account_state::status>::choose<statuses>(
    "status", trait_none, "Whether the subscriber may use services."),
  of<n, &n::draft, &account_state::credit_limit>::money<0>(
    "credit_limit", trait_none, "How far below zero the balance may go, in minor units."),
  of<n, &n::draft, &account_state::session_limit>::integer<0, 1000>(
    "session_limit", trait_none, "How many places may be online at once."),
  of<n, &n::password>::secret<0, 253>("password", trait_none,
                                      "The network password; sealed, never shown again."),
  of<n, &n::nt_hash>::secret<0, 32>(
    "nt_hash", trait_none,
    "Instead of a password its NT hash, 32 hex digits: serves PAP and MS-CHAP, never CHAP."),
  of<n, &n::login>::text<0, 253>("login", trait_none, "PPP login: short for an access."),
  of<n, &n::mac>::mac("mac", trait_none, "A device's MAC: short for an access."),
  of<n, &n::address>::ipv4("address", trait_none, "A static address in the default domain."),
  of<n, &n::service>::reference("service_id", "service", trait_none,
                                "A subscription that begins at once."),
  of<n, &n::service_ends>::instant("service_ends", trait_none,
                                   "End of that subscription; none: open-ended."),
};

using c = account_change;
constexpr std::array change_table{
  of<c, &c::to, &account_state::number>::text<1, 64>("number", trait_none,
                                                     "The personal account number, unique."),
  of<c, &c::to, &account_state::status>::choose<statuses>(
    "status", trait_none, "Whether the subscriber may use services."),
  of<c, &c::to, &account_state::credit_limit>::money<0>(
    "credit_limit", trait_none, "How far below zero the balance may go, in minor units."),
  of<c, &c::to, &account_state::session_limit>::integer<0, 1000>(
    "session_limit", trait_none, "How many places may be online at once."),
  of<c, &c::password>::secret<0, 253>("password", trait_none,
                                      "A new network password; empty: none any more."),
};

using q = quarantine_form;
constexpr std::array quarantine_table{
  of<q, &q::domain>::reference("routing_domain_id", "routing_domain", trait_none,
                               "The address space; the default one when none is given."),
  of<q, &q::address>::ipv4("address", trait_required, "The address."),
  of<q, &q::until>::instant("until", trait_none, "Until when; none: back into use now."),
};

template <const auto& Table>
struct made {
  static constexpr auto fields = declare::fields_of(Table);
};

template <class T>
schema named(std::string_view name, std::string_view doc) {
  schema out{std::string{name}, doc, {}};
  for (const auto& f : fields_of<T>())
    out.members.push_back({f.name, &f, nullptr, false, f.has(trait_required), false, f.doc});
  return out;
}

} // namespace

#define UZEL_BODY(type, table, name, doc)                                                          \
  template <>                                                                                      \
  std::span<const field> fields_of<type>() {                                                       \
    return made<table>::fields;                                                                    \
  }                                                                                                \
  template <>                                                                                      \
  const schema& schema_for<type>() {                                                               \
    static const auto shape = named<type>(name, doc);                                              \
    return shape;                                                                                  \
  }

UZEL_BODY(login_form, login_table, "Login", "Who signs in.")
UZEL_BODY(access_form, access_table, "NewAccess", "A way to recognise an account.")
UZEL_BODY(static_address_form, address_table, "NewStaticAddress",
          "An address that becomes an account's property.")
UZEL_BODY(subscription_form, subscription_table, "NewSubscription", "What an account buys.")
UZEL_BODY(account_change, change_table, "AccountChange", "What is to change of an account.")
UZEL_BODY(quarantine_form, quarantine_table, "Quarantine", "An address out of use.")

template <>
std::span<const field> fields_of<new_account>() {
  return made<new_account_table>::fields;
}
template <>
const schema& schema_for<new_account>() {
  static const auto shape = [] {
    auto out = named<new_account>("NewAccount", "A new account.");
    out.members.push_back({"accesses", nullptr, &schema_for<access_form>(), true, false, false,
                           "Ways to recognise it."});
    out.members.push_back({"addresses", nullptr, &schema_for<static_address_form>(), true, false,
                           false, "Its static addresses."});
    return out;
  }();
  return shape;
}

} // namespace uzel::rest
