// Handles of actors by id, for whoever has something to say to one of them.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <utility>
#include <vector>

namespace uzel {

// One thread at a time adds; readers never wait for it, and each sees a whole table. Adding
// copies the whole table: it is meant for what appears once and stays.
template <class Id, class Handle>
class handle_table {
 public:
  // Null when there is none.
  Handle of(Id id) const {
    const auto rows = rows_.load();
    const auto at = std::ranges::lower_bound(*rows, id, {}, &row::first);
    return at != rows->end() && at->first == id ? at->second : Handle{};
  }
  // In the place of the one that was there before.
  void add(Id id, Handle handle) {
    auto rows = std::make_shared<std::vector<row>>(*rows_.load());
    const auto at = std::ranges::lower_bound(*rows, id, {}, &row::first);
    if (at != rows->end() && at->first == id)
      at->second = std::move(handle);
    else
      rows->emplace(at, id, std::move(handle));
    rows_.store(std::move(rows));
  }
  // In the place of all that were there before; ids in any order, each once.
  void assign(std::vector<std::pair<Id, Handle>> all) {
    std::ranges::sort(all, {}, &row::first);
    rows_.store(std::make_shared<std::vector<row>>(std::move(all)));
  }
  void clear() { assign({}); }

 private:
  using row = std::pair<Id, Handle>;
  std::atomic<std::shared_ptr<const std::vector<row>>> rows_{
    std::make_shared<const std::vector<row>>()};
};

} // namespace uzel
