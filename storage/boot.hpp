// From the database and the journal's tail to the state that actors are born from.
#pragma once

#include "domain/boot_image.hpp"
#include "domain/entities/entity.hpp"
#include "storage/database.hpp"
#include "storage/record.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <memory>
#include <string_view>

namespace uzel::storage {

// Reads everything live in one snapshot, and the records that the database refused on top of it.
[[nodiscard]] store_result<boot_image> load_boot(connection& db);

// Puts journal records onto an image, in the order of their numbers, exactly as the actors did when
// they appended them; of two states of one thing the newer number wins, so it may begin anywhere
// before the image's own numbers.
class boot_replay {
 public:
  explicit boot_replay(boot_image& image);
  void apply(const numbered_record& next);
  // Call once after the last record: drops what the records ended and closes up the vectors.
  void finish();

 private:
  void put(const account_changed& x);
  void put(const binding_changed& x);
  void put(const session_changed& x);
  void put(const nas_restarted& x);
  void put(const desk_changed& x);

  boot_image& image_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> accounts_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> sessions_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> nases_;
  boost::unordered_flat_map<std::uint64_t, std::size_t> bindings_; // by domain and address
};

// One record onto an image; for many use boot_replay.
void apply_tail(boot_image& image, const numbered_record& next);

// The desk's picture with one row of it as it stands in `fields` (empty: taken out). Rows of tables
// that live work does not read change nothing.
std::shared_ptr<const catalogue> with_row(const catalogue& before, const entity& e,
                                          std::uint64_t id, const row& fields,
                                          journal_number number);

} // namespace uzel::storage
