// RADIUS dictionaries in FreeRADIUS's text format: names, types and values of attributes. Loaded
// once, then read by any thread. Understood: ATTRIBUTE, VALUE, VENDOR, BEGIN-VENDOR, END-VENDOR,
// BEGIN-TLV, END-TLV, $INCLUDE, $INCLUDE-.
#pragma once

#include "protocols/radius/packet.hpp"

#include <boost/system/result.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace uzel::radius {

// How a value is written on the wire.
enum class value_type : std::uint8_t {
  text, // «string»
  raw,  // «octets»
  ipaddr,
  integer,
  date,
  ifid,
  ipv6addr,
  ipv6prefix,
  byte,
  short_,
  ether,
  tlv,
  integer64,
  signed_,
  ipv4prefix,
  combo_ip,
  abinary,
  vsa,
};

// Numbers from the type's name as dictionaries spell it ("ipaddr"); nothing for unknown ones.
std::optional<value_type> value_type_of(std::string_view name) noexcept;

struct attribute_definition {
  std::string name;
  std::uint32_t vendor = 0;       // 0 = the standard space
  std::vector<std::uint32_t> oid; // one number, more for attributes inside a tlv
  value_type type = value_type::raw;
  std::uint16_t fixed_size = 0; // of octets[N]; 0 = any
  bool has_tag = false;         // RFC 2868 section 3
  std::uint8_t encrypt = 0;     // 1 User-Password, 2 salted (RFC 2868 section 3.5), 3 Ascend
  bool array = false;           // several values of the type stand one after another
  bool concat = false;          // one value continues over several attributes
  bool secret = false;
};

struct vendor_definition {
  std::string name;
  std::uint32_t number = 0;
  vendor_format format;
};

// Where and why a dictionary was refused.
struct dictionary_fault {
  std::string file;
  unsigned line = 0;
  std::string reason;
  // "file:line: reason"
  std::string text() const;
};

struct dictionary_source {
  std::string path; // as faults and further includes name it
  std::string text;
};

// Gives the text of a file that $INCLUDE (or the caller) names; nothing when there is none. `from`
// is the including file's path, empty for roots.
using dictionary_loader =
  std::function<std::optional<dictionary_source>(std::string_view name, std::string_view from)>;

// All names of one installation. Names are compared without regard to case, as operators write
// them.
class dictionary {
 public:
  // Reads the root files in order; later files add, and may repeat what is already there.
  [[nodiscard]] static boost::system::result<dictionary, dictionary_fault>
  load(const std::vector<std::string>& roots, const dictionary_loader& loader);

  const attribute_definition* find(std::string_view name) const;
  // The first definition of that number.
  const attribute_definition* find(std::uint32_t vendor, std::uint32_t type) const;
  const vendor_definition* find_vendor(std::string_view name) const;
  const vendor_definition* find_vendor(std::uint32_t number) const;
  // What a VALUE line says; nothing for unknown ones.
  std::optional<std::uint64_t> value_of(const attribute_definition& a, std::string_view name) const;
  std::string_view name_of(const attribute_definition& a, std::uint64_t value) const;

  const std::vector<attribute_definition>& attributes() const noexcept { return attributes_; }
  const std::vector<vendor_definition>& vendors() const noexcept { return vendors_; }

 private:
  friend class dictionary_parser;

  struct value_names {
    std::unordered_map<std::string, std::uint64_t> by_name;
    std::map<std::uint64_t, std::string> by_number;
  };

  std::vector<attribute_definition> attributes_;
  std::vector<vendor_definition> vendors_;
  std::unordered_map<std::string, std::size_t> attribute_by_name_;
  std::map<std::pair<std::uint32_t, std::vector<std::uint32_t>>, std::size_t> attribute_by_number_;
  std::unordered_map<std::string, std::size_t> vendor_by_name_;
  std::map<std::uint32_t, std::size_t> vendor_by_number_;
  std::unordered_map<std::string, value_names> values_;
};

// ASCII lower case: how names are compared.
std::string folded(std::string_view name);

} // namespace uzel::radius
