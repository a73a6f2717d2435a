// One setting, declared once: everything the daemon and its manual know of it comes from this
// value.
#pragma once

#include "config/values.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace uzel::config {

// Whether a change takes effect at SIGHUP or at the next start.
enum class reload : std::uint8_t { yes, restart };

// A declared setting with its type erased. Reasons are empty when all is well.
struct setting {
  std::string name;        // "radius.auth_listen"
  std::string environment; // "UZEL_RADIUS_AUTH_LISTEN"
  std::string type;
  std::string bounds; // in words; empty when every value of the type will do
  std::string doc;
  reload when = reload::restart;
  bool is_table = false; // its keys are free: [log.levels]
  std::function<std::string(settings&, const raw_value&)> assign;
  std::function<std::string(const settings&)> print;
  std::function<bool(const settings&, const settings&)> same;
  std::function<void(settings&, const settings&)> copy; // to, from
};

// A section of the file with the sentence that introduces it in the manual.
struct section {
  std::string name;
  std::string doc;
  std::vector<setting> settings;
};

// Rules: refuse() says why a value will not do, words() what would.
struct anything {
  template <class T>
  std::string refuse(const T&) const {
    return {};
  }
  template <class T>
  std::string words() const {
    return {};
  }
};

// Least and most, both allowed.
template <class U>
struct range {
  U least;
  U most;

  template <class T>
  std::string refuse(const T& value) const {
    if (value < T{least})
      return "must be at least " + print_value(T{least}) + ", is " + print_value(value);
    if (value > T{most})
      return "must be at most " + print_value(T{most}) + ", is " + print_value(value);
    return {};
  }
  template <class T>
  std::string words() const {
    return print_value(T{least}) + " to " + print_value(T{most});
  }
};
template <class U>
range(U, U) -> range<U>;

// A rule in a function: used for texts, lists and tables.
template <class T>
struct checked {
  std::string (*why_not)(const T&);
  std::string_view what;

  std::string refuse(const T& value) const { return why_not(value); }
  template <class>
  std::string words() const {
    return std::string{what};
  }
};

// Declares the settings of one section: in("name", &section::member, rule, reload::yes, "doc").
template <class Section>
class declare {
 public:
  declare(std::string_view name, Section settings::*in) : name_{name}, in_{in} {}

  template <class T, class Rule>
  setting operator()(std::string_view name, T Section::*member, Rule rule, reload when,
                     std::string_view doc) const {
    setting out = described(name, when, doc);
    out.type = type_name(static_cast<const T*>(nullptr));
    out.bounds = rule.template words<T>();
    out.is_table = std::is_same_v<T, std::map<std::string, log::level>>;
    out.assign = [in = in_, member, rule](settings& to, const raw_value& from) {
      T value = (to.*in).*member;
      std::string why = read_value(from, value);
      if (why.empty())
        why = rule.refuse(value);
      if (why.empty())
        (to.*in).*member = std::move(value);
      return why;
    };
    out.print = [in = in_, member](const settings& of) { return print_value((of.*in).*member); };
    out.same = [in = in_, member](const settings& a, const settings& b) {
      return (a.*in).*member == (b.*in).*member;
    };
    out.copy = [in = in_, member](settings& to, const settings& from) {
      (to.*in).*member = (from.*in).*member;
    };
    return out;
  }

 private:
  setting described(std::string_view name, reload when, std::string_view doc) const;

  std::string_view name_;
  Section settings::*in_;
};

// The environment variable that overrides "section.name".
std::string environment_name(std::string_view section, std::string_view name);

template <class Section>
setting declare<Section>::described(std::string_view name, reload when,
                                    std::string_view doc) const {
  setting out;
  out.name = std::string{name_} + "." + std::string{name};
  out.environment = environment_name(name_, name);
  out.doc = doc;
  out.when = when;
  return out;
}

// The tables, each in its section_*.cpp, and all of them in the order of the manual.
section radius_section();
section dhcp_section();
section http_section();
section store_section();
section actors_section();
section clock_section();
section log_section();
section secrets_section();
const std::vector<section>& all_sections();

// The declared setting of that name, or null; "log.levels.radius" finds the table "log.levels".
const setting* find_setting(std::string_view name);

} // namespace uzel::config
