// What becomes of the users of a FreeRADIUS database: accounts and services, and a list of what
// cannot be taken.
#pragma once

#include "apps/uzelctl/import_plan.hpp"
#include "apps/uzelctl/import_radius_words.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace uzel::ctl {

struct radius_user {
  std::string name;
  std::vector<radius_attribute> check;
  std::vector<radius_attribute> reply;
  std::vector<std::string> groups; // the one with the lowest priority number first
};

struct radius_group {
  std::vector<radius_attribute> check;
  std::vector<radius_attribute> reply;
};
using radius_groups = std::map<std::string, radius_group>;

// What is not in the database.
struct radius_terms {
  std::string service = "freeradius"; // of users without a speed
  std::uint32_t session_limit = 1;    // of users without Simultaneous-Use
  instant now;
};

// What a NAS is told of a session, as a service here keeps it.
struct radius_profile {
  radius_speed speed;
  std::string filter_id;
  std::string address_list;
  std::uint32_t session_timeout = 0;
  bool operator==(const radius_profile&) const = default;
};

// "100M/50M burst 200M/100M 8s": down before up.
std::string name_of(const radius_profile& profile);

class radius_reader {
 public:
  radius_reader(const radius_groups& groups, radius_terms terms, moving_plan& into);
  // In the order of names, for services and problems to come out the same every time.
  void take(const radius_user& user);
  // Services come before what else is planned, notes behind it.
  void finish();

 private:
  // An attribute and who says it; the first that says it counts.
  struct said {
    const radius_attribute* what = nullptr;
    const std::string* group = nullptr; // null: the user himself
  };
  std::vector<said> all_of(const radius_user& user, bool check) const;
  void read_check(const radius_user& user, moved_account& out);
  void read_passwords(const std::vector<said>& all, moved_account& out);
  void read_reply(const radius_user& user, moved_account& out);
  bool read_profile(const said& s, radius_profile& out);
  void read_address(const said& s, moved_account& out);
  void lost(const moved_account& of, const said& s, std::string reason);
  void pass_over(const said& s) { ++passed_over_[s.what->name]; }
  std::string service_for(const radius_profile& profile, const std::string& name);
  bool claim(const moved_account& account, const std::string& key);

  const radius_groups& groups_;
  radius_terms terms_;
  moving_plan& plan_;
  std::map<std::string, radius_profile> services_;
  std::map<std::string, std::uint64_t> passed_over_;
  std::uint64_t nt_hashes_ = 0;
  std::unordered_map<std::string, std::string> claimed_; // key -> who has it
  std::set<std::string> told_of_groups_;                 // "group gold: …" once
};

} // namespace uzel::ctl
