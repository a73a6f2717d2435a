#include "protocols/radius/dictionary.hpp"

#include "tests/unit/protocols/radius/shipped_words.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

using namespace uzel;
using namespace uzel::radius::test;
namespace radius = uzel::radius;
namespace attr = uzel::radius::attr;
using radius::value_type;

namespace {

using files = std::map<std::string, std::string>;

auto load(const files& tree, std::vector<std::string> roots = {"main"}) {
  return radius::dictionary::load(
    roots,
    [&](std::string_view name, std::string_view) -> std::optional<radius::dictionary_source> {
      const auto found = tree.find(std::string{name});
      if (found == tree.end())
        return std::nullopt;
      return radius::dictionary_source{found->first, found->second};
    });
}

struct refusal {
  const char* text;
  const char* fault;
};

const refusal refused[]{
  {"NONSENSE x", "main:1: unknown keyword \"NONSENSE\""},
  {"\n\nATTRIBUTE A 1", "main:3: expected: ATTRIBUTE name number type [flags]"},
  {"ATTRIBUTE A 256 string", "main:1: no attribute number: \"256\""},
  {"ATTRIBUTE A -1 string", "main:1: no attribute number: \"-1\""},
  {"ATTRIBUTE A 0x string", "main:1: no attribute number: \"0x\""},
  {"ATTRIBUTE A 1 float", "main:1: unknown type \"float\""},
  {"ATTRIBUTE A 1 octets[0]", "main:1: no size of octets: \"octets[0]\""},
  {"ATTRIBUTE A 1 octets[254]", "main:1: no size of octets: \"octets[254]\""},
  {"ATTRIBUTE A 1 string encrypt=4", "main:1: unknown flag \"encrypt=4\""},
  {"ATTRIBUTE A 1 string has_tag,magic", "main:1: unknown flag \"magic\""},
  {"ATTRIBUTE A 1 ipaddr has_tag", "main:1: has_tag suits string and integer only"},
  {"ATTRIBUTE A 1 string\nATTRIBUTE a 2 string", "main:2: another attribute has the name \"a\""},
  {"ATTRIBUTE A 1.2 string", "main:1: no tlv attribute holds \"A\""},
  {"VALUE A x 1", "main:1: unknown attribute \"A\""},
  {"ATTRIBUTE A 1 integer\nVALUE A x 1\nVALUE A X 2", "main:3: another value has the name \"X\""},
  {"ATTRIBUTE A 1 integer\nVALUE A x one", "main:2: no value: \"one\""},
  {"VENDOR V 0", "main:1: no vendor number: \"0\""},
  {"VENDOR V 1 format=3,1", "main:1: vendor format is not supported: \"format=3,1\""},
  {"VENDOR V 1 format=1,1,c", "main:1: vendor format is not supported: \"format=1,1,c\""},
  {"VENDOR V 1\nVENDOR V 2", "main:2: another vendor has the name \"V\""},
  {"BEGIN-VENDOR V", "main:1: unknown vendor \"V\""},
  {"VENDOR V 1\nBEGIN-VENDOR V\nBEGIN-VENDOR V", "main:3: END-VENDOR is missing for \"V\""},
  {"VENDOR V 1\nBEGIN-VENDOR V\n", "main:2: END-VENDOR is missing for \"V\""},
  {"VENDOR V 1\nEND-VENDOR V", "main:2: END-VENDOR does not match BEGIN-VENDOR"},
  {"BEGIN-TLV T", "main:1: no tlv attribute of this vendor: \"T\""},
  {"$INCLUDE", "main:1: expected: $INCLUDE file"},
  {"$INCLUDE absent", "main:1: no such file \"absent\""},
  {"$INCLUDE main", "main:1: the file includes itself: \"main\""},
};

} // namespace

BOOST_AUTO_TEST_SUITE(dictionary)

BOOST_AUTO_TEST_CASE(reads_attributes_types_and_flags) {
  const auto d = load({{"main", "# a comment\n"
                                "ATTRIBUTE\tUser-Name\t1\tstring # behind a line\r\n"
                                "ATTRIBUTE User-Password 2 string encrypt=1\n"
                                "attribute Tunnel-Password 0x45 string has_tag,encrypt=2\n"
                                "ATTRIBUTE Fixed 200 octets[3] secret\n"
                                "ATTRIBUTE Many 201 ipaddr array,concat"}});
  BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().text());
  BOOST_REQUIRE(d->find("user-NAME") != nullptr);
  BOOST_TEST((d->find("User-Name")->type == value_type::text));
  BOOST_TEST(d->find(0, 2)->name == "User-Password");
  BOOST_TEST(int{d->find(0, 2)->encrypt} == 1);
  BOOST_TEST(d->find("Tunnel-Password")->oid[0] == 69u);
  BOOST_TEST(d->find("Tunnel-Password")->has_tag);
  BOOST_TEST(d->find("Fixed")->fixed_size == 3u);
  BOOST_TEST(d->find("Fixed")->secret);
  BOOST_TEST(d->find("Many")->array);
  BOOST_TEST(d->find("Many")->concat);
  BOOST_TEST(d->find("Absent") == nullptr);
  BOOST_TEST(d->find(0, 99) == nullptr);
}

BOOST_AUTO_TEST_CASE(keeps_vendors_apart_and_knows_their_formats) {
  const auto d = load({{"main", "VENDOR One 100\nVENDOR Two 200 format=2,0\n"
                                "BEGIN-VENDOR One\nATTRIBUTE One-A 1 string\nEND-VENDOR One\n"
                                "BEGIN-VENDOR Two\nATTRIBUTE Two-A 1 integer\n"
                                "ATTRIBUTE Two-B 40000 integer\nEND-VENDOR Two\n"}});
  BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().text());
  BOOST_TEST(d->find(100, 1)->name == "One-A");
  BOOST_TEST(d->find(200, 1)->name == "Two-A");
  BOOST_TEST(d->find(200, 40000)->name == "Two-B");
  BOOST_TEST(d->find(0, 1) == nullptr);
  BOOST_TEST((d->find_vendor(200)->format == radius::vendor_format{2, 0}));
  BOOST_TEST(d->find_vendor("ONE")->number == 100u);
}

BOOST_AUTO_TEST_CASE(values_may_precede_their_attribute_and_the_first_name_is_shown) {
  const auto d = load({{"main", "VALUE Kind Old 1\nATTRIBUTE Kind 6 integer\n"
                                "VALUE Kind New 1\nVALUE Kind Hex 0x10\n"}});
  BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().text());
  const auto& kind = *d->find("Kind");
  BOOST_TEST(d->name_of(kind, 1) == "Old");
  BOOST_TEST(*d->value_of(kind, "new") == 1u);
  BOOST_TEST(*d->value_of(kind, "HEX") == 16u);
  BOOST_TEST(d->name_of(kind, 2).empty());
  BOOST_TEST(!d->value_of(kind, "none").has_value());
}

BOOST_AUTO_TEST_CASE(tlv_members_are_named_by_number_or_by_block) {
  const auto d = load({{"main", "VENDOR V 1\nBEGIN-VENDOR V\nATTRIBUTE T 9 tlv\n"
                                "ATTRIBUTE T-A 9.1 string\nBEGIN-TLV T\nATTRIBUTE T-B 2 integer\n"
                                "END-TLV T\nEND-VENDOR V\n"}});
  BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().text());
  BOOST_TEST(d->find("T-A")->oid == (std::vector<std::uint32_t>{9, 1}),
             boost::test_tools::per_element());
  BOOST_TEST(d->find("T-B")->oid == (std::vector<std::uint32_t>{9, 2}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(later_files_add_and_may_repeat) {
  const auto d = load({{"main", "ATTRIBUTE A 1 string\n$INCLUDE more\n$INCLUDE- absent\n"},
                       {"more", "ATTRIBUTE B 2 string\n"},
                       {"own", "ATTRIBUTE A 1 string\nATTRIBUTE C 3 string\n"}},
                      {"main", "own"});
  BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().text());
  BOOST_TEST(d->attributes().size() == 3u);
}

BOOST_AUTO_TEST_CASE(names_file_line_and_reason_of_every_refusal) {
  for (const refusal& one : refused)
    BOOST_TEST_CONTEXT(one.text) {
      const auto d = load({{"main", one.text}});
      BOOST_REQUIRE(d.has_error());
      BOOST_TEST(d.error().text() == one.fault);
    }
  const auto inner = load({{"main", "\n$INCLUDE more"}, {"more", "\n\nbad"}});
  BOOST_TEST(inner.error().text() == "more:3: unknown keyword \"bad\"");
  const auto circle = load({{"main", "$INCLUDE more"}, {"more", "$INCLUDE main"}});
  BOOST_TEST(circle.error().text() == "more:1: the file includes itself: \"main\"");
  BOOST_TEST(load({}).error().text() == "main:0: no such file");
}

BOOST_AUTO_TEST_CASE(includes_cannot_multiply_without_end) {
  unsigned loads = 0;
  const auto d = radius::dictionary::load({"0"}, [&](std::string_view, std::string_view) {
    ++loads;
    const std::string next = std::to_string(loads);
    return std::optional{radius::dictionary_source{next, "$INCLUDE a\n$INCLUDE b\n"}};
  });
  BOOST_TEST(d.has_error());
  BOOST_TEST(loads < 3000u);
}

BOOST_AUTO_TEST_CASE(the_shipped_dictionaries_agree_with_the_code) {
  const auto& d = shipped_words();
  const std::map<std::string, std::uint32_t> standard{
    {"User-Name", attr::user_name},
    {"User-Password", attr::user_password},
    {"CHAP-Password", attr::chap_password},
    {"NAS-IP-Address", attr::nas_ip_address},
    {"NAS-Port", attr::nas_port},
    {"Service-Type", attr::service_type},
    {"Framed-Protocol", attr::framed_protocol},
    {"Framed-IP-Address", attr::framed_ip_address},
    {"Framed-IP-Netmask", attr::framed_ip_netmask},
    {"Filter-Id", attr::filter_id},
    {"Reply-Message", attr::reply_message},
    {"State", attr::state},
    {"Class", attr::class_},
    {"Session-Timeout", attr::session_timeout},
    {"Idle-Timeout", attr::idle_timeout},
    {"Termination-Action", attr::termination_action},
    {"Called-Station-Id", attr::called_station_id},
    {"Calling-Station-Id", attr::calling_station_id},
    {"NAS-Identifier", attr::nas_identifier},
    {"Proxy-State", attr::proxy_state},
    {"Acct-Status-Type", attr::acct_status_type},
    {"Acct-Delay-Time", attr::acct_delay_time},
    {"Acct-Input-Octets", attr::acct_input_octets},
    {"Acct-Output-Octets", attr::acct_output_octets},
    {"Acct-Session-Id", attr::acct_session_id},
    {"Acct-Authentic", attr::acct_authentic},
    {"Acct-Session-Time", attr::acct_session_time},
    {"Acct-Input-Packets", attr::acct_input_packets},
    {"Acct-Output-Packets", attr::acct_output_packets},
    {"Acct-Terminate-Cause", attr::acct_terminate_cause},
    {"Acct-Multi-Session-Id", attr::acct_multi_session_id},
    {"Acct-Input-Gigawords", attr::acct_input_gigawords},
    {"Acct-Output-Gigawords", attr::acct_output_gigawords},
    {"Event-Timestamp", attr::event_timestamp},
    {"CHAP-Challenge", attr::chap_challenge},
    {"NAS-Port-Type", attr::nas_port_type},
    {"Tunnel-Password", attr::tunnel_password},
    {"Connect-Info", attr::connect_info},
    {"EAP-Message", attr::eap_message},
    {"Message-Authenticator", attr::message_authenticator},
    {"Acct-Interim-Interval", attr::acct_interim_interval},
    {"NAS-Port-Id", attr::nas_port_id},
    {"Framed-Pool", attr::framed_pool},
    {"Chargeable-User-Identity", attr::chargeable_user_identity},
    {"NAS-IPv6-Address", attr::nas_ipv6_address},
    {"Framed-IPv6-Prefix", attr::framed_ipv6_prefix},
    {"Framed-IPv6-Pool", attr::framed_ipv6_pool},
    {"Error-Cause", attr::error_cause},
    {"Delegated-IPv6-Prefix", attr::delegated_ipv6_prefix},
    {"Framed-IPv6-Address", attr::framed_ipv6_address},
    {"Delegated-IPv6-Prefix-Pool", attr::delegated_ipv6_prefix_pool},
  };
  for (const auto& [name, number] : standard)
    BOOST_TEST_CONTEXT(name) {
      const auto* a = d.find(name);
      BOOST_REQUIRE(a != nullptr);
      BOOST_TEST(a->vendor == 0u);
      BOOST_TEST(a->oid[0] == number);
    }
}

BOOST_AUTO_TEST_CASE(the_shipped_vendors_agree_with_the_code) {
  const auto& d = shipped_words();
  struct known {
    const char* name;
    std::uint32_t vendor;
    std::uint32_t type;
  };
  for (const known& k : {
         known{"Mikrotik-Rate-Limit", radius::vendor::mikrotik, radius::mikrotik::rate_limit},
         {"Mikrotik-Address-List", radius::vendor::mikrotik, radius::mikrotik::address_list},
         {"Mikrotik-Host-IP", radius::vendor::mikrotik, radius::mikrotik::host_ip},
         {"Mikrotik-Delegated-IPv6-Pool", radius::vendor::mikrotik,
          radius::mikrotik::delegated_ipv6_pool},
         {"ERX-Service-Activate", radius::vendor::erx, radius::erx::service_activate},
         {"ERX-Service-Deactivate", radius::vendor::erx, radius::erx::service_deactivate},
         {"ERX-Service-Session", radius::vendor::erx, radius::erx::service_session},
         {"ERX-Dhcp-Mac-Addr", radius::vendor::erx, radius::erx::dhcp_mac_addr},
         {"ERX-Primary-Dns", radius::vendor::erx, radius::erx::primary_dns},
         {"ADSL-Agent-Circuit-Id", radius::vendor::adsl_forum,
          radius::adsl_forum::agent_circuit_id},
         {"ADSL-Agent-Remote-Id", radius::vendor::adsl_forum, radius::adsl_forum::agent_remote_id},
         {"Agent-Circuit-Id", radius::vendor::redback, radius::redback::agent_circuit_id},
         {"Agent-Remote-Id", radius::vendor::redback, radius::redback::agent_remote_id},
         {"MS-CHAP-Response", radius::vendor::microsoft, radius::microsoft::chap_response},
         {"MS-CHAP-Error", radius::vendor::microsoft, radius::microsoft::chap_error},
         {"MS-CHAP-Challenge", radius::vendor::microsoft, radius::microsoft::chap_challenge},
         {"MS-CHAP2-Response", radius::vendor::microsoft, radius::microsoft::chap2_response},
         {"MS-CHAP2-Success", radius::vendor::microsoft, radius::microsoft::chap2_success},
         {"MS-CHAP-MPPE-Keys", radius::vendor::microsoft, radius::microsoft::chap_mppe_keys},
         {"MS-MPPE-Send-Key", radius::vendor::microsoft, radius::microsoft::mppe_send_key},
         {"MS-MPPE-Recv-Key", radius::vendor::microsoft, radius::microsoft::mppe_recv_key},
         {"MS-Primary-DNS-Server", radius::vendor::microsoft,
          radius::microsoft::primary_dns_server},
         {"WISPr-Bandwidth-Max-Up", radius::vendor::wispr, radius::wispr::bandwidth_max_up},
         {"WISPr-Bandwidth-Max-Down", radius::vendor::wispr, radius::wispr::bandwidth_max_down},
         {"Cisco-AVPair", radius::vendor::cisco, radius::cisco::avpair},
       })
    BOOST_TEST_CONTEXT(k.name) {
      const auto* a = d.find(k.name);
      BOOST_REQUIRE(a != nullptr);
      BOOST_TEST(a->vendor == k.vendor);
      BOOST_TEST(a->oid[0] == k.type);
    }
  BOOST_TEST(d.name_of(*d.find("Acct-Status-Type"), 3) == "Interim-Update");
  BOOST_TEST(*d.value_of(*d.find("Service-Type"), "Framed-User") == 2u);
  BOOST_TEST(*d.value_of(*d.find("Error-Cause"), "Session-Context-Not-Found") == 503u);
}

BOOST_AUTO_TEST_SUITE_END()
