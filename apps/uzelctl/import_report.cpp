#include "apps/uzelctl/import_report.hpp"

#include "apps/uzelctl/text_table.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

namespace uzel::ctl {
namespace {

// More lines than anybody reads.
constexpr std::size_t most_shown = 1000;

std::string line_of(const moving_problem& p) {
  return printable(p.from) + ": " + printable(p.reason);
}

} // namespace

moved_count& import_report::of(const std::string& kind) {
  const auto at = std::find_if(counts_.begin(), counts_.end(),
                               [&](const moved_count& c) { return c.kind == kind; });
  if (at != counts_.end())
    return *at;
  counts_.push_back({kind});
  return counts_.back();
}

void import_report::add(std::vector<moving_problem> more) {
  std::move(more.begin(), more.end(), std::back_inserter(problems_));
}

json import_report::to_json(bool dry_run) const {
  auto kinds = json::array();
  for (const auto& c : counts_)
    kinds.items.push_back(json::object()
                            .set("kind", json::of(std::string_view{c.kind}))
                            .set("created", json::of(c.created))
                            .set("changed", json::of(c.changed))
                            .set("there", json::of(c.there))
                            .set("refused", json::of(c.refused)));
  auto problems = json::array();
  for (const auto& p : problems_)
    problems.items.push_back(json::object()
                               .set("from", json::of(std::string_view{p.from}))
                               .set("reason", json::of(std::string_view{p.reason})));
  auto notes = json::array();
  for (const auto& n : notes_)
    notes.items.push_back(json::of(std::string_view{n}));
  auto out = json::object();
  out.set("dry_run", json::of(dry_run)).set("kinds", std::move(kinds));
  out.set("problems", std::move(problems)).set("notes", std::move(notes));
  return out;
}

outcome<> import_report::show(const context& ctx, bool dry_run, const std::string& file) const {
  if (!file.empty()) {
    std::ofstream out{file};
    for (const auto& p : problems_)
      out << line_of(p) << '\n';
    if (!out.flush())
      return failure{exit_code::usage, say("{} cannot be written", file)};
  }
  if (ctx.json) {
    std::cout << to_text(to_json(dry_run), true) << '\n';
    return {};
  }
  text_table table{{"", tr("created"), tr("changed"), tr("there already"), tr("refused")}, {}};
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  for (const auto& c : counts_) {
    created += c.created;
    changed += c.changed;
    table.rows.push_back({tr(c.kind), std::to_string(c.created), std::to_string(c.changed),
                          std::to_string(c.there), std::to_string(c.refused)});
  }
  std::cout << render(table);
  for (const auto& n : notes_)
    std::cout << tr("note") << ": " << printable(n) << '\n';
  if (!problems_.empty())
    std::cout << say("not taken, or not as it was: {}", problems_.size()) << '\n';
  for (std::size_t i = 0; i < problems_.size() && i < most_shown; ++i)
    std::cout << "  " << line_of(problems_[i]) << '\n';
  if (problems_.size() > most_shown)
    std::cout << say("  ... and {} more; --report FILE writes all of them",
                     problems_.size() - most_shown)
              << '\n';
  std::cout << (dry_run ? say("{} would be created, {} changed", created, changed)
                        : say("{} created, {} changed", created, changed))
            << '\n';
  return {};
}

} // namespace uzel::ctl
