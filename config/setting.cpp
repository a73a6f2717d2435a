#include "config/setting.hpp"

#include "config/words.hpp"

namespace uzel::config {

std::string environment_name(std::string_view section, std::string_view name) {
  return "UZEL_" + upper_case(section) + "_" + upper_case(name);
}

const std::vector<section>& all_sections() {
  static const std::vector<section> sections{radius_section(), dhcp_section(),   http_section(),
                                             store_section(),  actors_section(), clock_section(),
                                             log_section(),    secrets_section()};
  return sections;
}

const setting* find_setting(std::string_view name) {
  for (const section& part : all_sections())
    for (const setting& each : part.settings)
      if (each.name == name || (each.is_table && name.starts_with(each.name + ".")))
        return &each;
  return nullptr;
}

} // namespace uzel::config
