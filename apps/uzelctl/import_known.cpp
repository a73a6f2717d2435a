#include "apps/uzelctl/import_known.hpp"

#include "apps/uzelctl/lookup.hpp"
#include "domain/entities/live.hpp"

namespace uzel::ctl {
namespace {

std::uint64_t number_in(const json& row, std::string_view name) {
  std::uint64_t out = 0;
  (void)read_number(row.text_of(name), out);
  return out;
}

} // namespace

outcome<known_accounts> fetch_known_accounts(api& server) {
  known_accounts out;
  std::unordered_map<std::uint64_t, known_account*> by_id;
  auto done = server.each("/accounts", {}, [&](const json& row) {
    auto& known = out.by_number[row.text_of("number")];
    known.id = number_in(row, "id");
    known.status = row.text_of("status");
    by_id[known.id] = &known; // nodes of the map stay where they are
  });
  if (done)
    done = server.each(path_of(entity_of<access_row>()), {}, [&](const json& row) {
      const auto kind = row.text_of("kind");
      if (kind == "login" || kind == "mac")
        out.keys[kind + " " + row.text_of(kind)] = number_in(row, "account_id");
    });
  if (done)
    done = server.each(path_of(entity_of<static_address_row>()), {}, [&](const json& row) {
      if (number_in(row, "routing_domain_id") == 1)
        out.keys["address " + row.text_of("address")] = number_in(row, "account_id");
    });
  if (done)
    done = server.each(path_of(entity_of<subscription_row>()), {{"state", "active"}},
                       [&](const json& row) {
                         const auto of = by_id.find(number_in(row, "account_id"));
                         if (of == by_id.end())
                           return;
                         of->second->service = number_in(row, "service_id");
                         of->second->ends = row.text_of("ends");
                       });
  if (!done)
    return done.error();
  return out;
}

} // namespace uzel::ctl
