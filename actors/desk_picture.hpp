// The published desk picture: one writer (the storage actor's desk worker), any number of readers.
#pragma once

#include "actors/api/ports.hpp"

#include <atomic>

namespace uzel {

class desk_picture final : public catalogue_source {
 public:
  explicit desk_picture(std::shared_ptr<const catalogue> first) { publish(std::move(first)); }

  std::shared_ptr<const catalogue> current() const override { return picture_.load(); }
  std::uint64_t version() const noexcept override {
    return version_.load(std::memory_order_acquire);
  }
  void publish(std::shared_ptr<const catalogue> next) {
    const auto version = next->version;
    picture_.store(std::move(next));
    version_.store(version, std::memory_order_release);
  }

 private:
  std::atomic<std::shared_ptr<const catalogue>> picture_;
  std::atomic<std::uint64_t> version_{0};
};

} // namespace uzel
