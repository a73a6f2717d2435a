// Fields of live rows: read by everybody, written by actors through the journal alone.
#include "domain/entities/declare.hpp"
#include "domain/entities/live.hpp"
#include "domain/hash.hpp"

namespace uzel {
namespace {

using declare::of;

constexpr choice account_statuses[] = {{"active", 1}, {"disabled", 2}, {"closed", 3}};
constexpr choice credential_forms[] = {{"none", 0}, {"cleartext", 1}, {"nt_hash", 2}};
constexpr choice access_kinds[] = {{"login", 1}, {"mac", 2}, {"port", 3}, {"client_identifier", 4}};
constexpr choice subscription_states[] = {{"none", 0}, {"queued", 1}, {"active", 2}, {"ended", 3}};
constexpr choice binding_states[] = {
  {"free", 0}, {"offered", 1}, {"bound", 2}, {"held", 3}, {"quarantined", 4}};
constexpr choice session_states[] = {{"open", 1}, {"closed", 2}};

constexpr int shown = trait_read_only;
constexpr int found = trait_filter;
constexpr int listed = trait_read_only | trait_filter | trait_sort;
constexpr std::string_view id_doc = "Number of the object, never given twice.";
constexpr std::string_view record_doc = "Number of the journal record that made this row.";
constexpr std::string_view device_doc = "The access device that option 82 named.";
constexpr std::string_view port_doc = "The port of that device.";

using a = account_state;
constexpr std::array account_table{
  of<a, &a::id>::integer<>("id", listed, id_doc),
  of<a, &a::number>::text<1, 64>("number",
                                 trait_required | trait_unique | trait_search | found | trait_sort,
                                 "The personal account number, unique."),
  of<a, &a::status>::choose<account_statuses>("status", found | trait_sort,
                                              "Whether the subscriber may use services."),
  of<a, &a::credential>::secret<0, 4096>("credential", trait_none,
                                         "The network password, sealed; never shown."),
  of<a, &a::credential_form>::choose<credential_forms>("credential_form", shown | found,
                                                       "What is sealed."),
  of<a, &a::balance>::money<>("balance", listed, "Minor units of the currency."),
  of<a, &a::credit_limit>::money<0>("credit_limit", trait_sort,
                                    "How far below zero the balance may go."),
  of<a, &a::session_limit>::integer<0, 1000>("session_limit", found,
                                             "How many places may be online at once."),
  of<a, &a::number_of_change>::integer<>("record", listed, record_doc),
};

using x = access_row;
constexpr std::array access_table{
  of<x, &x::id>::integer<>("id", listed, id_doc),
  of<x, &x::account>::reference("account_id", "account", listed | trait_required,
                                "The account it recognises."),
  of<x, &x::position>::integer<>("position", shown, "Its place in the account's list."),
  of<x, &x::what, &access::kind>::choose<access_kinds>("kind", found | trait_sort | trait_required,
                                                       "What the network shows."),
  of<x, &x::what, &access::login>::text<0, 510>(
    "login", trait_search | found | trait_sort,
    "PPP login in its normal form; of a client identifier its octets in hex."),
  of<x, &x::what, &access::mac>::mac("mac", trait_search | found | trait_sort, "A device's MAC."),
  of<x, &x::what, &access::device>::reference("device_id", "device", found, device_doc),
  of<x, &x::what, &access::port>::reference("port_id", "port", found, port_doc),
  of<x, &x::record>::integer<>("record", listed, record_doc),
};

using t = static_address_row;
constexpr std::array static_table{
  of<t, &t::id>::integer<>("id", listed, id_doc),
  of<t, &t::account>::reference("account_id", "account", listed | trait_required,
                                "The account that owns it."),
  of<t, &t::position>::integer<>("position", shown, "Its place in the account's list."),
  of<t, &t::what, &static_address::domain>::reference(
    "routing_domain_id", "routing_domain", found | trait_required, "The address space it is in."),
  of<t, &t::what, &static_address::address>::ipv4("address", found | trait_sort | trait_required,
                                                  "The account's for good."),
  of<t, &t::what, &static_address::mac>::mac("mac", found, "Only for this device; none = any."),
  of<t, &t::record>::integer<>("record", listed, record_doc),
};

using u = subscription_row;
constexpr std::array subscription_table{
  of<u, &u::id>::integer<>("id", listed, id_doc),
  of<u, &u::account>::reference("account_id", "account", listed | trait_required,
                                "The account that bought it."),
  of<u, &u::what, &subscription::id>::integer<>("subscription", shown,
                                                "Its number within the account."),
  of<u, &u::what, &subscription::service>::reference("service_id", "service",
                                                     found | trait_required, "What was bought."),
  of<u, &u::what, &subscription::state>::choose<subscription_states>("state", found | trait_sort,
                                                                     "Where it is in its life."),
  of<u, &u::what, &subscription::price_paid>::money<0>("price_paid", shown | trait_sort,
                                                       "Minor units of the currency."),
  of<u, &u::what, &subscription::start>::instant("starts", found | trait_sort, "From when."),
  of<u, &u::what, &subscription::end>::instant("ends", found | trait_sort,
                                               "Until when; none = open-ended."),
  of<u, &u::record>::integer<>("record", listed, record_doc),
};

using b = binding;
constexpr std::array binding_table{
  of<b, &b::id>::integer<>("id", listed, id_doc),
  of<b, &b::domain>::reference("routing_domain_id", "routing_domain", listed,
                               "The address space it is in."),
  of<b, &b::pool>::reference("pool_id", "pool", listed, "The pool; none = the static range."),
  of<b, &b::address>::ipv4("address", listed | trait_required, "What is held."),
  of<b, &b::state>::choose<binding_states>("state", listed, "Where it is in its life."),
  of<b, &b::fixed>::boolean("fixed", listed, "A static address of the account."),
  of<b, &b::holder>::reference("account_id", "account", listed, "Who holds it."),
  of<b, &b::place, &attachment::key>::integer<>("place", shown, "Key of the attachment."),
  of<b, &b::place, &attachment::nas>::reference("nas_id", "nas_state", listed, "Where it is used."),
  of<b, &b::place, &attachment::mac>::mac("mac", listed | trait_search, "The device's MAC."),
  of<b, &b::place, &attachment::device>::reference("device_id", "device", listed, device_doc),
  of<b, &b::place, &attachment::port>::reference("port_id", "port", listed, port_doc),
  of<b, &b::place, &attachment::vlan>::integer<0, 4095>("vlan", listed,
                                                        "The customer's VLAN; 0 = not known."),
  of<b, &b::place, &attachment::nas_port>::text<0, 253>("nas_port", shown, "NAS-Port-Id as sent."),
  of<b, &b::session>::reference("session_id", "session", listed, "The session that uses it."),
  of<b, &b::since>::instant("since", listed, "When this holder got it."),
  of<b, &b::until>::instant("until", listed, "When it lapses unless renewed; none = never."),
  of<b, &b::last_seen>::instant("last_seen", listed, "The last sign of use."),
  of<b, &b::number>::integer<>("record", listed, record_doc),
};

using e = session;
constexpr std::array session_table{
  of<e, &e::id>::integer<>("id", listed, id_doc),
  of<e, &e::account>::reference("account_id", "account", listed, "Whose session it is."),
  of<e, &e::nas>::reference("nas_id", "nas_state", listed, "The NAS that serves it."),
  of<e, &e::epoch>::integer<>("epoch", shown, "How often that NAS had restarted."),
  of<e, &e::acct_session_id>::text<0, 253>("acct_session_id", listed | trait_search,
                                           "The NAS's own name for it."),
  of<e, &e::user_name>::text<0, 253>("user_name", listed | trait_search, "User-Name as sent."),
  of<e, &e::place, &attachment::key>::integer<>("place", shown, "Key of the attachment."),
  of<e, &e::place, &attachment::nas>::reference("place_nas_id", "nas_state", shown,
                                                "The NAS of the attachment."),
  of<e, &e::place, &attachment::mac>::mac("mac", listed | trait_search, "The device's MAC."),
  of<e, &e::place, &attachment::device>::reference("device_id", "device", listed, device_doc),
  of<e, &e::place, &attachment::port>::reference("port_id", "port", listed, port_doc),
  of<e, &e::place, &attachment::vlan>::integer<0, 4095>("vlan", listed,
                                                        "The customer's VLAN; 0 = not known."),
  of<e, &e::place, &attachment::nas_port>::text<0, 253>("nas_port", shown, "NAS-Port-Id as sent."),
  of<e, &e::binding>::reference("binding_id", "binding", listed, "The address it uses."),
  of<e, &e::address>::ipv4("address", listed, "Framed-IP-Address."),
  of<e, &e::state>::choose<session_states>("state", listed, "Open or closed."),
  of<e, &e::flags>::integer<>("flags", listed, "Why it is as it is; bits."),
  of<e, &e::terminate_cause>::integer<>("terminate_cause", listed,
                                        "Acct-Terminate-Cause (RFC 2866 section 5.10)."),
  of<e, &e::started>::instant("started", listed, "When it began."),
  of<e, &e::last_seen>::instant("last_seen", listed, "The last report."),
  of<e, &e::ended>::instant("ended", listed, "When it ended; none while open."),
  of<e, &e::used, &usage::in_octets>::integer<>("in_octets", shown | trait_sort,
                                                "Octets from the subscriber."),
  of<e, &e::used, &usage::out_octets>::integer<>("out_octets", shown | trait_sort,
                                                 "Octets to the subscriber."),
  of<e, &e::used, &usage::in_packets>::integer<>("in_packets", shown,
                                                 "Packets from the subscriber."),
  of<e, &e::used, &usage::out_packets>::integer<>("out_packets", shown,
                                                  "Packets to the subscriber."),
  of<e, &e::reported, &usage::in_octets>::integer<>("reported_in_octets", shown,
                                                    "The NAS's own counter."),
  of<e, &e::reported, &usage::out_octets>::integer<>("reported_out_octets", shown,
                                                     "The NAS's own counter."),
  of<e, &e::reported, &usage::in_packets>::integer<>("reported_in_packets", shown,
                                                     "The NAS's own counter."),
  of<e, &e::reported, &usage::out_packets>::integer<>("reported_out_packets", shown,
                                                      "The NAS's own counter."),
  of<e, &e::number>::integer<>("record", listed, record_doc),
};

using n = nas_state;
constexpr std::array nas_state_table{
  of<n, &n::id>::integer<>("id", listed, id_doc),
  of<n, &n::client>::reference("client_id", "client", listed, "The client it speaks through."),
  of<n, &n::name>::text<0, 253>("name", listed | trait_search,
                                "Its NAS-Identifier, else its NAS-IP-Address."),
  of<n, &n::epoch>::integer<>("epoch", shown, "How often it has restarted."),
  of<n, &n::restarted>::instant("restarted", listed, "When it last restarted."),
  of<n, &n::number>::integer<>("record", listed, record_doc),
};

using h = address_use;
constexpr std::array history_table{
  of<h, &h::id>::integer<>("id", listed, "Number of the record that began it."),
  of<h, &h::domain>::reference("routing_domain_id", "routing_domain", listed,
                               "The address space it is in."),
  of<h, &h::address>::ipv4("address", listed, "What was used."),
  of<h, &h::account>::reference("account_id", "account", listed, "Who used it."),
  of<h, &h::mac>::mac("mac", listed | trait_search, "The device's MAC."),
  of<h, &h::device>::reference("device_id", "device", listed, device_doc),
  of<h, &h::port>::reference("port_id", "port", listed, port_doc),
  of<h, &h::nas>::reference("nas_id", "nas_state", listed, "The NAS it was used at."),
  of<h, &h::session>::reference("session_id", "session", listed, "The session that used it."),
  of<h, &h::binding>::reference("binding_id", "binding", listed, "The binding it belongs to."),
  of<h, &h::begun>::instant("begun", listed, "From when."),
  of<h, &h::ended>::instant("ended", listed, "Until when; none = still in use."),
  of<h, &h::record>::integer<>("record", listed, record_doc),
};

template <const auto& Table>
struct made {
  static constexpr auto fields = declare::fields_of(Table);
  static constexpr auto columns = declare::columns_in(Table);
};

constexpr entity account_state_entity{"account", "accounts", writing_class::live,
                                      "A subscriber's personal account.",
                                      made<account_table>::fields};
constexpr entity access_row_entity{"access", "accesses", writing_class::live,
                                   "One way the network recognises an account.",
                                   made<access_table>::fields};
constexpr entity static_address_row_entity{
  "static_address", "static_addresses", writing_class::live,
  "An address that is an account's property.", made<static_table>::fields};
constexpr entity subscription_row_entity{"subscription", "subscriptions", writing_class::live,
                                         "One purchase of a service.",
                                         made<subscription_table>::fields};
constexpr entity binding_entity{"binding", "bindings", writing_class::live,
                                "An address held by an account for one attachment.",
                                made<binding_table>::fields};
constexpr entity session_entity{"session", "sessions", writing_class::live,
                                "One stay on the network.", made<session_table>::fields};
constexpr entity nas_state_entity{"nas_state", "nas_states", writing_class::live,
                                  "A NAS as accounting knows it.", made<nas_state_table>::fields};
constexpr entity address_use_entity{"address_use", "address_history", writing_class::live,
                                    "Who used an address from when to when.",
                                    made<history_table>::fields};

// Ids of rows that have no number of their own: a hash of who owns them and what they say, never 0
// and never negative in the database.
class row_key {
 public:
  explicit row_key(account_id owner) { add(owner.value); }
  row_key& add(std::uint64_t part) {
    (text_ += std::to_string(part)) += '/';
    return *this;
  }
  row_key& add(std::string_view part) {
    text_ += part;
    return add(part.size());
  }
  std::uint64_t id() const { return (stable_hash(text_) & 0x3FFF'FFFF'FFFF'FFFFull) | 1; }

 private:
  std::string text_;
};

} // namespace

#define UZEL_ENTITY(type, table)                                                                   \
  template <>                                                                                      \
  const entity& entity_of<type>() {                                                                \
    return type##_entity;                                                                          \
  }                                                                                                \
  template <>                                                                                      \
  std::span<const stored_column> columns_of<type>() {                                              \
    return made<table>::columns;                                                                   \
  }

UZEL_ENTITY(account_state, account_table)
UZEL_ENTITY(access_row, access_table)
UZEL_ENTITY(static_address_row, static_table)
UZEL_ENTITY(subscription_row, subscription_table)
UZEL_ENTITY(binding, binding_table)
UZEL_ENTITY(session, session_table)
UZEL_ENTITY(nas_state, nas_state_table)
UZEL_ENTITY(address_use, history_table)

access_row row_of(account_id owner, std::uint32_t position, const access& what,
                  journal_number record) {
  row_key key{owner};
  key.add(static_cast<std::uint64_t>(what.kind)).add(what.login).add(what.mac.value);
  key.add(what.device.value).add(what.port.value);
  return {key.id(), owner, position, what, record};
}

static_address_row row_of(account_id owner, std::uint32_t position, const static_address& what,
                          journal_number record) {
  row_key key{owner};
  key.add(what.domain.value).add(std::uint64_t{what.address.value});
  return {key.id(), owner, position, what, record};
}

subscription_row row_of(account_id owner, const subscription& what, journal_number record) {
  return {row_key{owner}.add(what.id.value).id(), owner, what, record};
}

} // namespace uzel
