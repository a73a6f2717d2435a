// What a move-in did, or would do: counts by kind, and everything that could not be taken.
#pragma once

#include "apps/uzelctl/context.hpp"
#include "apps/uzelctl/import_plan.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace uzel::ctl {

struct moved_count {
  std::string kind; // "accounts"
  std::uint64_t created = 0;
  std::uint64_t changed = 0;
  std::uint64_t there = 0; // as it should be already
  std::uint64_t refused = 0;
};

class import_report {
 public:
  // The counter of a kind; kinds are shown in the order in which they were first named. Valid until
  // the next call.
  moved_count& of(const std::string& kind);
  void add(moving_problem problem) { problems_.push_back(std::move(problem)); }
  void add(std::vector<moving_problem> more);
  void note(std::string text) { notes_.push_back(std::move(text)); }

  const std::vector<moving_problem>& problems() const { return problems_; }
  // As tables and sentences, or as one object with --json. Many problems are cut for people;
  // `file` (empty = none) gets all of them, one to a line.
  outcome<> show(const context& ctx, bool dry_run, const std::string& file) const;

 private:
  json to_json(bool dry_run) const;

  std::vector<moved_count> counts_;
  std::vector<moving_problem> problems_;
  std::vector<std::string> notes_;
};

} // namespace uzel::ctl
