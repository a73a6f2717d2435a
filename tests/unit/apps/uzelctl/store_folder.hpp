// Stores of their own for cases about the operator's store commands.
#pragma once

#include "config/settings.hpp"
#include "storage/journal/journal.hpp"
#include "storage/record.hpp"
#include "storage/store.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <unistd.h>
#include <vector>

namespace uzel::test {

// A store in a folder of its own, as a daemon leaves it.
struct store_folder {
  std::filesystem::path folder;
  config::store_settings settings;

  store_folder() {
    static int made = 0;
    folder = std::filesystem::temp_directory_path() /
             ("uzelctl-store-" + std::to_string(::getpid()) + "-" + std::to_string(made++));
    std::filesystem::create_directories(folder / "journal");
    settings.url = "sqlite:" + (folder / "uzel.db").string();
    settings.journal_directory = (folder / "journal").string();
    settings.journal_segment_bytes = 8u << 20;
    settings.journal_max_bytes = 64u << 20;
  }
  store_folder(const store_folder&) = delete;
  store_folder& operator=(const store_folder&) = delete;
  ~store_folder() { std::filesystem::remove_all(folder); }

  storage::journal_settings journal() const {
    storage::journal_settings out;
    out.directory = settings.journal_directory;
    out.segment_bytes = settings.journal_segment_bytes;
    out.max_bytes = settings.journal_max_bytes;
    return out;
  }

  // Starts as a daemon does, appends the records, stops.
  void run(const std::vector<storage::record>& records) {
    auto database = storage::store::open(settings);
    BOOST_REQUIRE_MESSAGE(database.has_value(), database.error().sentence);
    auto opened = storage::journal::open(journal(), (*database)->identity(), (*database)->applied(),
                                         [](const auto&) {});
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().sentence);
    opened->log->start();
    for (const auto& what : records) {
      std::vector<std::uint8_t> bytes;
      storage::encode(what, bytes);
      const storage::encoded_record one{static_cast<std::uint16_t>(storage::kind_of(what)), bytes};
      const auto number = opened->log->append(instant{1'700'000'000'000'000}, {&one, 1});
      BOOST_REQUIRE(number.has_value());
    }
    opened->log->stop();
  }

  std::filesystem::path segment() const {
    for (const auto& file : std::filesystem::directory_iterator{settings.journal_directory})
      if (file.is_regular_file() && file.file_size() >= 4096 &&
          file.path().filename().string().find("spare") == std::string::npos)
        return file.path();
    return {};
  }
};

inline storage::record bound(std::uint64_t id, ipv4 address, std::uint64_t holder) {
  binding b;
  b.id = binding_id{id};
  b.domain = routing_domain_id{1};
  b.address = address;
  b.state = binding_state::bound;
  b.holder = account_id{holder};
  return storage::binding_changed{b};
}

inline storage::record opened(std::uint64_t id) {
  account_state a;
  a.id = account_id{id};
  a.number = std::to_string(id);
  return storage::account_changed{a};
}

} // namespace uzel::test
