// Accounts: new ones in chunks, differences of known ones one by one.
#include "apps/uzelctl/import_known.hpp"
#include "apps/uzelctl/import_move.hpp"
#include "apps/uzelctl/import_retry.hpp"

#include <algorithm>

namespace uzel::ctl {
namespace {

// Rows of one request: the server reads a body on the thread that serves everybody's HTTP.
constexpr std::size_t rows_per_request = 1000;

json text(const std::string& value) {
  return json::of(std::string_view{value});
}

std::vector<std::string> keys_of(const moved_account& a) {
  std::vector<std::string> out;
  if (!a.login.empty())
    out.push_back("login " + a.login);
  for (const auto& mac : a.macs)
    out.push_back("mac " + mac);
  for (const auto& address : a.addresses)
    out.push_back("address " + address);
  return out;
}

json access_of(const std::string& mac) {
  return json::object().set("kind", text("mac")).set("mac", text(mac));
}

json body_of(const moved_account& a, std::uint64_t service) {
  auto out = json::object();
  out.set("number", text(a.number));
  const auto optional = [&](std::string_view name, const std::string& value) {
    if (!value.empty())
      out.set(name, text(value));
  };
  optional("login", a.login);
  optional("password", a.password);
  optional("nt_hash", a.nt_hash);
  if (a.disabled)
    out.set("status", text("disabled"));
  if (a.session_limit)
    out.set("session_limit", json::of(std::uint64_t{*a.session_limit}));
  if (service != 0) {
    out.set("service_id", json::of(service));
    optional("service_ends", a.ends);
  }
  auto accesses = json::array();
  for (const auto& mac : a.macs)
    accesses.items.push_back(access_of(mac));
  if (!a.client_identifier.empty())
    accesses.items.push_back(json::object()
                               .set("kind", text("client_identifier"))
                               .set("login", text(a.client_identifier)));
  auto addresses = json::array();
  for (const auto& address : a.addresses)
    addresses.items.push_back(json::object().set("address", text(address)));
  if (!accesses.items.empty())
    out.set("accesses", std::move(accesses));
  if (!addresses.items.empty())
    out.set("addresses", std::move(addresses));
  return out;
}

class account_mover {
 public:
  account_mover(api& server, const row_ids& rows, const moving_options& how, import_report& report)
    : server_{server}
    , rows_{rows}
    , how_{how}
    , report_{report} {}

  outcome<> load() {
    auto found = fetch_known_accounts(server_);
    if (!found)
      return found.error();
    known_ = std::move(*found);
    for (const auto& [number, known] : known_.by_number)
      ids_["number " + number] = known.id;
    for (const auto& [key, id] : known_.keys)
      if (key.starts_with("mac "))
        ids_[key] = id;
    return {};
  }

  outcome<> take(const moved_account& a) {
    if (!a.service.empty() && !rows_.contains({"service", a.service})) {
      refuse(a, say("there is no service {}", a.service));
      return {};
    }
    const auto at = known_.by_number.find(a.number);
    const auto id = at == known_.by_number.end() ? 0 : at->second.id;
    for (const auto& key : keys_of(a)) {
      const auto owner = known_.keys.find(key);
      if (owner != known_.keys.end() && owner->second != id) {
        refuse(a, say("{} is another account's (id {})", key, owner->second));
        return {};
      }
    }
    if (at != known_.by_number.end())
      return update(a, at->second);
    waiting_.push_back(&a);
    return waiting_.size() < rows_per_request ? outcome<>{} : flush();
  }

  outcome<> flush() {
    while (!waiting_.empty()) {
      if (how_.dry_run) {
        for (const auto* a : waiting_)
          note_created(*a);
        break;
      }
      const auto done =
        post_patiently(server_, "/accounts/import", lines(), "application/x-ndjson");
      if (done) {
        for (const auto* a : waiting_)
          note_created(*a);
        break;
      }
      if (done.error().code != exit_code::refused)
        return done.error(); // not the rows' fault: the next run goes on here
      if (const auto dropped = drop_refused(done.error()); !dropped)
        return dropped;
    }
    waiting_.clear();
    return {};
  }
  account_ids ids() { return std::move(ids_); }

 private:
  std::uint64_t service_of(const moved_account& a) const {
    const auto at = rows_.find({"service", a.service});
    return at == rows_.end() ? 0 : at->second;
  }

  std::string lines() const {
    std::string out;
    for (const auto* a : waiting_)
      out.append(to_text(body_of(*a, service_of(*a)))).append("\n");
    return out;
  }

  void refuse(const moved_account& a, std::string reason) {
    ++report_.of("accounts").refused;
    report_.add({a.from, std::move(reason)});
  }

  // The id is not told by an import; 0 stands for a new account.
  void note_created(const moved_account& a) {
    ++report_.of("accounts").created;
    ids_["number " + a.number] = 0;
    for (const auto& mac : a.macs)
      ids_["mac " + mac] = 0;
  }

  // An import is all or none: the rows that are in the way leave, the rest is sent again.
  outcome<> drop_refused(const failure& why) {
    std::vector<bool> gone(waiting_.size());
    for (const auto& line : why.lines)
      if (const auto row = row_named_in(line); row && row->index < waiting_.size()) {
        if (!gone[row->index])
          refuse(*waiting_[row->index], row->problem);
        gone[row->index] = true;
      }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < waiting_.size(); ++i)
      if (!gone[i])
        waiting_[kept++] = waiting_[i];
    if (kept == waiting_.size())
      return why;
    waiting_.resize(kept);
    return {};
  }

  outcome<> update(const moved_account& a, const known_account& there) {
    if (there.status == "closed") {
      refuse(a, tr("the account is closed"));
      return {};
    }
    const auto changes = changes_of(a, there);
    for (const auto& c : changes) {
      if (how_.dry_run)
        break;
      const auto path = "/accounts/" + std::to_string(there.id) + c.path;
      const auto done =
        c.verb == "DELETE" ? server_.call(c.verb, path) : server_.send(c.verb, path, c.body);
      if (done)
        continue;
      if (done.error().code != exit_code::refused)
        return done.error();
      refuse(a, done.error().lines.empty() ? std::string{} : done.error().lines.front());
      return {};
    }
    auto& count = report_.of("accounts");
    ++(changes.empty() ? count.there : count.changed);
    return {};
  }

  // A request that makes the account more like it is there.
  struct change {
    std::string verb;
    std::string path;
    json body;
  };
  std::vector<change> changes_of(const moved_account& a, const known_account& there) const {
    std::vector<change> out;
    const std::string status = a.disabled ? "disabled" : "active";
    if (there.status != status)
      out.push_back({"PATCH", "", json::object().set("status", text(status))});
    const auto service = service_of(a);
    if (service != 0 && (there.service != service || there.ends != a.ends)) {
      auto body = json::object().set("service_id", json::of(service));
      if (!a.ends.empty())
        body.set("ends", text(a.ends));
      out.push_back({"PUT", "/subscription", std::move(body)});
    }
    if (a.service.empty() && there.service != 0)
      out.push_back({"DELETE", "/subscription", {}});
    for (const auto& mac : a.macs)
      if (!known_.keys.contains("mac " + mac))
        out.push_back({"POST", "/accesses", access_of(mac)});
    for (const auto& address : a.addresses)
      if (!known_.keys.contains("address " + address))
        out.push_back({"POST", "/addresses", json::object().set("address", text(address))});
    return out;
  }

  api& server_;
  const row_ids& rows_;
  const moving_options& how_;
  import_report& report_;
  known_accounts known_;
  account_ids ids_;
  std::vector<const moved_account*> waiting_;
};

} // namespace

outcome<account_ids> move_accounts(api& server, const std::vector<moved_account>& accounts,
                                   const row_ids& rows, const moving_options& how,
                                   import_report& report) {
  account_mover mover{server, rows, how, report};
  if (!accounts.empty())
    report.of("accounts");
  auto done = mover.load();
  for (std::size_t i = 0; i < accounts.size() && done; ++i)
    done = mover.take(accounts[i]);
  if (done)
    done = mover.flush();
  if (!done)
    return done.error();
  return mover.ids();
}

} // namespace uzel::ctl
