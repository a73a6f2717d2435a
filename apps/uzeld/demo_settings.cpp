#include "apps/uzeld/demo_settings.hpp"

namespace uzel {

void apply_demo(config::loaded& loaded, const std::string& folder) {
  auto& s = loaded.settings;
  const auto set = [&](const char* name, auto& field, auto to) {
    if (loaded.origins.contains(name))
      return;
    field = std::move(to);
    loaded.origins[name] = "demo";
  };
  set("radius.auth_listen", s.radius.auth_listen, std::vector<std::string>{"127.0.0.1:1812"});
  set("radius.acct_listen", s.radius.acct_listen, std::vector<std::string>{"127.0.0.1:1813"});
  set("dhcp.listen", s.dhcp.listen, std::vector<std::string>{"127.0.0.1:67"});
  set("actors.guest_limit", s.actors.guest_limit, 200000u);
  set("http.listen", s.http.listen, std::vector<std::string>{"127.0.0.1:8080"});
  set("store.url", s.store.url, "sqlite:" + folder + "/uzel.db");
  set("store.journal_directory", s.store.journal_directory, folder + "/journal");
  set("secrets.master_key_file", s.secrets.master_key_file, folder + "/master.key");
  set("secrets.token_key_file", s.secrets.token_key_file, folder + "/token.key");
}

} // namespace uzel
