#include "net/rest/account_json.hpp"

#include "domain/entities/live.hpp"

namespace uzel::rest {
namespace {

template <class T>
void write_object(json_writer& w, const T& object) {
  w.begin_object();
  write_members(w, entity_of<T>(), to_row(object));
  w.end_object();
}

} // namespace

const schema& account_schema() {
  static const auto shape = [] {
    auto out = schema_of(entity_of<account_state>());
    const auto add = [&out](std::string_view name, const entity& e, bool many,
                            std::string_view doc) {
      out.members.push_back({name, nullptr, &schema_of(e), many, false, true, doc});
    };
    out.name = "AccountWithParts";
    add("accesses", entity_of<access_row>(), true, "Ways to recognise it.");
    add("addresses", entity_of<static_address_row>(), true, "Its static addresses.");
    add("subscription", entity_of<subscription_row>(), false, "The current one, or null.");
    add("bindings", entity_of<binding>(), true, "Addresses it holds.");
    add("sessions", entity_of<session>(), true, "Its sessions that the directory remembers.");
    return out;
  }();
  return shape;
}

reply shown_account(const account_shown& shown, unsigned status) {
  reply out;
  out.status = status;
  out.rests_on = shown.commit;
  const auto& a = shown.account;
  json_writer w{out.body};
  w.begin_object();
  write_members(w, entity_of<account_state>(), to_row(a));
  w.key("accesses").begin_array();
  for (std::uint32_t i = 0; i < a.accesses.size(); ++i)
    write_object(w, row_of(a.id, i, a.accesses[i], a.number_of_change));
  w.end_array().key("addresses").begin_array();
  for (std::uint32_t i = 0; i < a.addresses.size(); ++i)
    write_object(w, row_of(a.id, i, a.addresses[i], a.number_of_change));
  w.end_array().key("subscription");
  if (a.current.state == subscription_state::none)
    w.null();
  else
    write_object(w, row_of(a.id, a.current, a.number_of_change));
  w.key("bindings").begin_array();
  for (const auto& b : shown.bindings)
    write_object(w, b);
  w.end_array().key("sessions").begin_array();
  for (const auto& s : shown.sessions)
    write_object(w, s);
  w.end_array().member("commit", shown.commit.value).end_object();
  return out;
}

} // namespace uzel::rest
