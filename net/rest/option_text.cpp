#include "net/rest/option_text.hpp"

#include "protocols/dhcp4/option_text.hpp"

namespace uzel::rest {
namespace {

// Which option is wrong and why; empty = none.
std::string problem_of_options(std::string_view text) {
  const auto read = dhcp4::parse_option_text(text);
  if (read)
    return {};
  const auto& fault = read.error();
  return fault.field.empty() ? fault.problem : fault.field + ": " + fault.problem;
}

} // namespace

void check_option_texts(const entity& e, const row& fields, violations& wrong) {
  const auto at = e.index_of("options");
  if (at == e.fields.size() || at >= fields.size())
    return;
  if (auto problem = problem_of_options(fields[at].text); !problem.empty())
    wrong.push_back({"options", std::move(problem)});
}

} // namespace uzel::rest
