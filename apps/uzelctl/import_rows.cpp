// Rows of the desk: services, clients, networks, pools.
#include "apps/uzelctl/import_move.hpp"
#include "apps/uzelctl/lookup.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

// Secrets are never shown, so nobody can tell whether they are the same.
constexpr std::string_view hidden = "***";

std::string spelled(const json& value) {
  return value.kind == json::type::boolean ? (value.truth ? "yes" : "no") : value.text;
}

// The field that is not as it should be; null = all are.
const std::pair<std::string, json>* difference(const json& there, const json& wanted) {
  for (const auto& member : wanted.members) {
    const auto* has = there.find(member.first);
    if (!has || (has->text != hidden && spelled(*has) != spelled(member.second)))
      return &member;
  }
  return nullptr;
}

class row_mover {
 public:
  row_mover(api& server, const moving_options& how, import_report& report)
    : server_{server}
    , how_{how}
    , report_{report} {}

  outcome<> move(const moved_row& row) {
    const auto& e = *find_entity(row.entity);
    if (const auto known = load(e); !known)
      return known;
    auto& count = report_.of(std::string{e.plural});
    const auto at = there_.find({row.entity, row.name});
    if (at != there_.end()) {
      compare(row, at->second, count);
      return {};
    }
    if (how_.dry_run) {
      ++count.created;
      ids_[{row.entity, row.name}] = 0;
      return {};
    }
    return create(e, row, count);
  }
  row_ids ids() { return std::move(ids_); }

 private:
  outcome<> load(const entity& e) {
    const std::string name{e.name};
    if (std::find(loaded_.begin(), loaded_.end(), name) != loaded_.end())
      return {};
    loaded_.push_back(name);
    return server_.each(path_of(e), {}, [&](const json& row) {
      std::uint64_t id = 0;
      if (read_number(row.text_of("id"), id))
        ids_[{name, row.text_of("name")}] = id;
      there_[{name, row.text_of("name")}] = row;
    });
  }

  void compare(const moved_row& row, const json& there, moved_count& count) {
    const auto* other = difference(there, row.fields);
    if (!other) {
      ++count.there;
      return;
    }
    ++count.refused;
    const auto* has = there.find(other->first);
    report_.add({row.entity + " " + row.name,
                 say("is there already and is left as it is: {} is {}, not {}", other->first,
                     has ? spelled(*has) : std::string{}, spelled(other->second))});
  }

  outcome<> create(const entity& e, const moved_row& row, moved_count& count) {
    const auto made = server_.send("POST", path_of(e), row.fields);
    if (made) {
      ++count.created;
      std::uint64_t id = 0;
      if (read_number(made->text_of("id"), id))
        ids_[{row.entity, row.name}] = id;
      there_[{row.entity, row.name}] = *made;
      return {};
    }
    if (made.error().code != exit_code::refused)
      return made.error();
    ++count.refused;
    std::string reason;
    for (const auto& line : made.error().lines)
      reason.append(reason.empty() ? "" : "; ").append(line);
    report_.add({row.entity + " " + row.name, std::move(reason)});
    return {};
  }

  api& server_;
  const moving_options& how_;
  import_report& report_;
  std::vector<std::string> loaded_;
  std::map<std::pair<std::string, std::string>, json> there_;
  row_ids ids_;
};

} // namespace

outcome<row_ids> move_rows(api& server, const std::vector<moved_row>& rows,
                           const moving_options& how, import_report& report) {
  row_mover mover{server, how, report};
  for (const auto& row : rows)
    if (const auto done = mover.move(row); !done)
      return done.error();
  return mover.ids();
}

} // namespace uzel::ctl
