// The live state at start: the database's rows with the journal's tail applied. Actors are born
// from it.
#pragma once

#include "domain/account.hpp"
#include "domain/binding.hpp"
#include "domain/catalogue.hpp"
#include "domain/session.hpp"

#include <memory>
#include <vector>

namespace uzel {

struct boot_image {
  std::shared_ptr<const catalogue> desk;
  std::vector<account_state> accounts;
  std::vector<binding> bindings; // all that are not free
  std::vector<session> sessions; // open ones, and those that ended lately
  std::vector<nas_state> nases;
  journal_number last;            // the highest record applied
  instant last_time;              // its time
  std::uint64_t next_account = 1; // ids never given before
  std::uint64_t next_binding = 1;
  std::uint64_t next_session = 1;
};

} // namespace uzel
