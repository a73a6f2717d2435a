// The line-by-line reader behind dictionary::load().
#pragma once

#include "protocols/radius/dictionary.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace uzel::radius {

// Fills one dictionary; stops at the first fault. A file that includes itself, however indirectly,
// is a fault.
class dictionary_parser {
 public:
  dictionary_parser(dictionary& into, const dictionary_loader& loader)
    : into_{into}
    , loader_{loader} {}

  // False: fault() says where and why.
  bool read_root(std::string_view name);
  // VALUE lines may stand before their ATTRIBUTE, so they are settled last.
  bool settle_values();
  const dictionary_fault& fault() const noexcept { return fault_; }

 private:
  using words = std::vector<std::string_view>;

  struct pending_value {
    std::string file;
    unsigned line = 0;
    std::string attribute;
    std::string name;
    std::uint64_t number = 0;
  };

  bool read_source(const dictionary_source& source);
  bool read_line(const words& line);
  bool include(const words& line, bool optional);
  bool add_vendor(const words& line);
  bool begin_vendor(const words& line);
  bool end_vendor(const words& line);
  bool begin_tlv(const words& line);
  bool end_tlv(const words& line);
  bool add_attribute(const words& line);
  bool read_type(std::string_view text, attribute_definition& a);
  bool read_number(std::string_view text, attribute_definition& a);
  bool read_flags(std::string_view text, attribute_definition& a);
  bool store(attribute_definition a);
  bool add_value(const words& line);
  bool fail(std::string reason);

  dictionary& into_;
  const dictionary_loader& loader_;
  dictionary_fault fault_;
  std::vector<std::string> open_files_;
  unsigned files_read_ = 0;
  std::string file_;
  unsigned line_ = 0;
  std::string vendor_name_; // of the open BEGIN-VENDOR
  std::uint32_t vendor_ = 0;
  std::vector<std::vector<std::uint32_t>> tlv_; // oids of the open BEGIN-TLV
  std::vector<pending_value> values_;
};

} // namespace uzel::radius
