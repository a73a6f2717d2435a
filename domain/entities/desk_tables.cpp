// Fields of what people edit. Adding one here needs a migration of the same name and type.
#include "domain/entities/declare.hpp"
#include "domain/entities/desk.hpp"

namespace uzel {
namespace {

using declare::declared;
using declare::of;

constexpr choice vendors[] = {{"generic", 1}, {"mikrotik", 2}, {"juniper", 3}};
constexpr choice tristates[] = {{"no", 0}, {"yes", 1}, {"auto", 2}};
constexpr choice refusals[] = {{"reject", 1}, {"guest", 2}};
constexpr choice limit_policies[] = {{"refuse", 1}, {"preempt", 2}};
constexpr choice realm_rules[] = {{"keep", 1}, {"strip", 2}};
constexpr choice pool_kinds[] = {
  {"internet", 1}, {"guest", 2}, {"trusted", 3}, {"devices", 4}, {"admin", 5}};

constexpr int listed = trait_filter | trait_sort;

template <class T>
constexpr declared
  id_field = of<T, &T::id>::template integer<>("id", trait_read_only | listed,
                                               "Number of the object, never given twice.");
template <class T>
constexpr declared version_field = of<T, &T::version>::template integer<>(
  "version", trait_read_only, "Counts the changes; send it back to change only what you saw.");
template <class T>
constexpr declared updated_field = of<T, &T::updated>::instant("updated",
                                                               trait_read_only | trait_sort,
                                                               "When it last changed.");
template <class T, std::int64_t Max = 128>
constexpr declared name_field(int traits, std::string_view doc) {
  return of<T, &T::name>::template text<1, Max>(
    "name", trait_required | trait_search | listed | traits, doc);
}

using d = routing_domain;
constexpr std::array domain_table{
  id_field<d>,
  version_field<d>,
  updated_field<d>,
  name_field<d>(trait_unique, "What operators call this address space."),
  of<d, &d::static_range>::prefix(
    "static_range", trait_none,
    "Static addresses outside every pool must lie here; 0.0.0.0/0 allows any."),
};

using c = client;
constexpr std::array client_table{
  id_field<c>,
  version_field<c>,
  updated_field<c>,
  name_field<c>(trait_unique, "What operators call this client."),
  of<c, &c::source>::prefix("source", trait_required | trait_unique | listed,
                            "Source addresses of its datagrams; the longest match counts."),
  of<c, &c::secret>::secret<1, 512>("secret", trait_required,
                                    "The RADIUS shared secret; never shown again."),
  of<c, &c::routing_domain_id>::reference<1>(
    "routing_domain_id", "routing_domain", trait_filter,
    "The address space its subscribers live in; the default one when none is given."),
  of<c, &c::vendor>::choose<vendors>("vendor", listed, "Which attributes its NASes understand."),
  of<c, &c::require_message_authenticator>::choose<tristates>(
    "require_message_authenticator", trait_filter,
    "Refuse Access-Requests without Message-Authenticator; auto: once it was seen to send one."),
  of<c, &c::limit_proxy_state>::choose<tristates>(
    "limit_proxy_state", trait_filter,
    "Refuse Proxy-State in packets without Message-Authenticator (CVE-2024-3596)."),
  of<c, &c::on_unknown>::choose<refusals>("on_unknown", trait_filter,
                                          "What becomes of subscribers that nobody knows."),
  of<c, &c::on_disabled>::choose<refusals>("on_disabled", trait_filter,
                                           "What becomes of subscribers that are disabled."),
  of<c, &c::on_unpaid>::choose<refusals>(
    "on_unpaid", trait_filter, "What becomes of subscribers without a current subscription."),
  of<c, &c::on_session_limit>::choose<limit_policies>(
    "on_session_limit", trait_filter, "What becomes of a login beyond the session limit."),
  of<c, &c::realm>::choose<realm_rules>("realm", trait_filter,
                                        "Whether user@realm keeps its realm in the login."),
  of<c, &c::trust_option82>::boolean("trust_option82", trait_filter,
                                     "Believe the port that option 82 names."),
  of<c, &c::interim_interval>::integer<60, 86400>("interim_interval", trait_none,
                                                  "Seconds between interim reports."),
  of<c, &c::dynauth_port>::integer<0, 65535>(
    "dynauth_port", trait_none,
    "UDP port for Disconnect-Requests (RFC 5176); 0 = radius.coa_port."),
  of<c, &c::enabled>::boolean("enabled", trait_filter, "A client that is off is not answered."),
  of<c, &c::limit_dhcp>::boolean(
    "limit_dhcp", trait_filter,
    "Whether the rate and starvation limits of [dhcp] count for this relay."),
};

using n = nas;
constexpr std::array nas_table{
  id_field<n>,
  version_field<n>,
  updated_field<n>,
  of<n, &n::client_id>::reference("client_id", "client", trait_required | trait_filter,
                                  "The client it speaks through."),
  name_field<n, 253>(trait_none, "Its NAS-Identifier, else its NAS-IP-Address."),
  of<n, &n::vendor>::choose<vendors>("vendor", listed, "Which attributes it understands."),
  of<n, &n::dynauth_address>::ipv4("dynauth_address", trait_filter,
                                   "Where Disconnect-Requests go; none: where it asks from."),
  of<n, &n::dynauth_port>::integer<0, 65535>(
    "dynauth_port", trait_none,
    "UDP port for Disconnect-Requests (RFC 5176); 0 = radius.coa_port."),
};

using v = device;
constexpr std::array device_table{
  id_field<v>,
  version_field<v>,
  updated_field<v>,
  name_field<v>(trait_none, "What operators call this switch, OLT or ONU."),
  of<v, &v::mac>::mac("mac", trait_unique | trait_search | listed,
                      "The address that option 82 names it by."),
  of<v, &v::kind>::text<0, 64>("kind", trait_search | listed, "Make and model; may be empty."),
  of<v, &v::tells_ports>::boolean(
    "tells_ports", trait_filter,
    "Whether subscribers hang on its ports; false: one subscriber on the whole device (an ONU)."),
  of<v, &v::uplink_device_id>::reference("uplink_device_id", "device", trait_filter,
                                         "The device above it."),
  of<v, &v::uplink_port>::integer<0, 65535>("uplink_port", trait_none,
                                            "Its port of the device above; 0 = not known."),
  of<v, &v::comment>::text<0, 1024>("comment", trait_search, "Anything worth knowing."),
};

using p = port;
constexpr std::array port_table{
  id_field<p>,
  version_field<p>,
  updated_field<p>,
  of<p, &p::device_id>::reference("device_id", "device", trait_required | listed,
                                  "The device it is a port of."),
  of<p, &p::number>::integer<0, 16777215>("number", trait_required | listed,
                                          "Its number as option 82 names it."),
  of<p, &p::child_device_id>::reference("child_device_id", "device", trait_filter,
                                        "The device plugged in here."),
  of<p, &p::comment>::text<0, 1024>("comment", trait_search, "Anything worth knowing."),
};

using s = service;
constexpr std::array service_table{
  id_field<s>,
  version_field<s>,
  updated_field<s>,
  name_field<s>(trait_unique, "What it is sold as."),
  of<s, &s::price>::money<0>("price", trait_sort, "Price of a period in minor units."),
  of<s, &s::down_kbit>::integer<>("down_kbit", listed,
                                  "Kilobits per second to the subscriber; 0 = not limited."),
  of<s, &s::up_kbit>::integer<>("up_kbit", listed,
                                "Kilobits per second from the subscriber; 0 = not limited."),
  of<s, &s::burst_down_kbit>::integer<>("burst_down_kbit", trait_none,
                                        "Burst speed to the subscriber; 0 = no burst."),
  of<s, &s::burst_up_kbit>::integer<>("burst_up_kbit", trait_none,
                                      "Burst speed from the subscriber; 0 = no burst."),
  of<s, &s::burst_seconds>::integer<0, 86400>("burst_seconds", trait_none,
                                              "How long a burst may last."),
  of<s, &s::address_list>::text<0, 128>("address_list", trait_filter,
                                        "MikroTik address list of its subscribers."),
  of<s, &s::filter_id>::text<0, 253>("filter_id", trait_filter, "Filter-Id sent to the NAS."),
  of<s, &s::service_template>::text<0, 128>(
    "service_template", trait_filter,
    "Juniper: name of the service to activate; empty = SERVICE-INET."),
  of<s, &s::session_timeout>::integer<>(
    "session_timeout", trait_none, "Seconds a session may last; 0 = until the subscription ends."),
};

using o = pool;
constexpr std::array pool_table{
  id_field<o>,
  version_field<o>,
  updated_field<o>,
  name_field<o>(trait_unique, "What operators call this range."),
  of<o, &o::routing_domain_id>::reference<1>(
    "routing_domain_id", "routing_domain", listed,
    "The address space it is a part of; the default one when none is given."),
  of<o, &o::first>::ipv4("first", trait_required | listed, "Its first address."),
  of<o, &o::last>::ipv4("last", trait_required | listed, "Its last address."),
  of<o, &o::kind>::choose<pool_kinds>("kind", listed, "Whom it serves."),
  of<o, &o::vlan>::integer<0, 4094>("vlan", listed, "Serves only this VLAN; 0 = any."),
  of<o, &o::client_id>::reference("client_id", "client", listed,
                                  "Serves only this client; none = any."),
  of<o, &o::dynamic>::boolean("dynamic", trait_filter,
                              "Whether addresses are given out; false: only static ones."),
  of<o, &o::sticky_seconds>::integer<0, 31536000>(
    "sticky_seconds", trait_none, "How long an address is kept for who used it last."),
  of<o, &o::options>::text<0, 2048>("options", trait_none,
                                    "DHCP options of its leases, before those of the network."),
};

using t = network;
constexpr std::array network_table{
  id_field<t>,
  version_field<t>,
  updated_field<t>,
  name_field<t>(trait_unique, "What operators call this subnet."),
  of<t, &t::routing_domain_id>::reference<1>(
    "routing_domain_id", "routing_domain", listed,
    "The address space it is a part of; the default one when none is given."),
  of<t, &t::prefix>::prefix("prefix", trait_required | listed,
                            "The subnet; relays name it by an address in it (RFC 2131, giaddr)."),
  of<t, &t::link>::text<0, 64>("link", trait_filter,
                               "Networks with the same link share one wire; empty = alone."),
  of<t, &t::interface>::text<0, 15>("interface", trait_filter,
                                    "Clients heard directly on this interface belong here."),
  of<t, &t::router>::ipv4("router", trait_none, "The default router; none: no option 3."),
  of<t, &t::dns>::text<0, 256>("dns", trait_none,
                               "Addresses of name servers, separated by commas."),
  of<t, &t::options>::text<0, 2048>(
    "options", trait_none,
    "Further DHCP options, as in ntp=10.0.0.1; 43=hex:0104; 121=10.0.0.0/8 via 10.0.0.1."),
  of<t, &t::next_server>::ipv4("next_server", trait_none, "Boot server (siaddr)."),
  of<t, &t::boot_file>::text<0, 127>("boot_file", trait_none, "Boot file name."),
  of<t, &t::lease_seconds>::integer<10, 31536000>("lease_seconds", trait_none,
                                                  "How long a lease lasts."),
  of<t, &t::guest_lease_seconds>::integer<10, 86400>(
    "guest_lease_seconds", trait_none,
    "How long a guest's lease lasts: short, so that a payment shows soon."),
  of<t, &t::authoritative>::boolean(
    "authoritative", trait_filter,
    "Refuse strangers' leases that nobody here knows of; false: silence, another server may know."),
  of<t, &t::one_lease_per_port>::boolean(
    "one_lease_per_port", trait_filter,
    "A new device behind a subscriber's port takes over the port's address at once."),
  of<t, &t::ping_check>::boolean("ping_check", trait_filter,
                                 "Ping a new address before it is offered."),
};

using b = subscriber_options;
constexpr std::array subscriber_options_table{
  id_field<b>,
  version_field<b>,
  updated_field<b>,
  of<b, &b::account_id>::integer<1>("account_id", trait_required | trait_unique | listed,
                                    "The account whose leases get these options."),
  of<b, &b::options>::text<0, 2048>("options", trait_none,
                                    "DHCP options, before those of the pool and the network."),
};

using w = staff;
constexpr std::array staff_table{
  id_field<w>,
  version_field<w>,
  updated_field<w>,
  of<w, &w::login>::login<1, 64>("login", trait_required | trait_unique | trait_search | listed,
                                 "The name to sign in with."),
  of<w, &w::name>::text<0, 128>("name", trait_search | trait_sort, "The person's name."),
  of<w, &w::password_hash>::secret<0, 512>("password_hash", trait_none,
                                           "Argon2id hash of the password; never shown."),
  of<w, &w::permissions>::permissions("permissions", trait_none,
                                      "Permission names separated by spaces; * = all."),
  of<w, &w::enabled>::boolean("enabled", trait_filter, "Whether this person may sign in."),
};

// The entity of a table, with static storage.
template <const auto& Table>
struct made {
  static constexpr auto fields = declare::fields_of(Table);
  static constexpr auto columns = declare::columns_in(Table);
};

constexpr entity routing_domain_entity{"routing_domain", "routing_domains", writing_class::desk,
                                       "An address space (VRF); addresses are unique within one.",
                                       made<domain_table>::fields};
constexpr entity client_entity{"client", "clients", writing_class::desk,
                               "Who may send us RADIUS datagrams or relay DHCP.",
                               made<client_table>::fields};
constexpr entity nas_entity{"nas", "nases", writing_class::desk,
                            "A NAS that needs more than its client says.", made<nas_table>::fields};
constexpr entity device_entity{"device", "devices", writing_class::desk,
                               "An access switch, OLT or ONU that option 82 names.",
                               made<device_table>::fields};
constexpr entity port_entity{"port", "ports", writing_class::desk, "A port of a device.",
                             made<port_table>::fields};
constexpr entity service_entity{"service", "services", writing_class::desk,
                                "What is sold: price, speeds and what a NAS is told.",
                                made<service_table>::fields};
constexpr entity pool_entity{"pool", "pools", writing_class::desk,
                             "A range of addresses; ranges of a routing domain never overlap.",
                             made<pool_table>::fields};
constexpr entity network_entity{"network", "networks", writing_class::desk,
                                "One subnet as DHCP sees it.", made<network_table>::fields};
constexpr entity subscriber_options_entity{"subscriber_options", "subscriber_options",
                                           writing_class::desk, "DHCP options of one account.",
                                           made<subscriber_options_table>::fields};
constexpr entity staff_entity{"staff", "staff", writing_class::desk,
                              "A person who works at the desk.", made<staff_table>::fields};

} // namespace

#define UZEL_ENTITY(type, prefix)                                                                  \
  template <>                                                                                      \
  const entity& entity_of<type>() {                                                                \
    return type##_entity;                                                                          \
  }                                                                                                \
  template <>                                                                                      \
  std::span<const stored_column> columns_of<type>() {                                              \
    return made<prefix##_table>::columns;                                                          \
  }

UZEL_ENTITY(routing_domain, domain)
UZEL_ENTITY(client, client)
UZEL_ENTITY(nas, nas)
UZEL_ENTITY(device, device)
UZEL_ENTITY(port, port)
UZEL_ENTITY(service, service)
UZEL_ENTITY(pool, pool)
UZEL_ENTITY(network, network)
UZEL_ENTITY(subscriber_options, subscriber_options)
UZEL_ENTITY(staff, staff)

} // namespace uzel
