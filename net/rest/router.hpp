// Finds the operation of a verb and a path; built once at start.
#pragma once

#include "net/rest/operation.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace uzel::rest {

struct routed {
  const operation* found = nullptr;
  std::vector<std::string> arguments;
  std::string allowed; // the verbs of a path that has not the one asked; empty: no such path
};

// A tree of path segments; a literal wins over {…}.
class router {
 public:
  // The sentence names what stops the start: a verb and path that stand twice, an unknown
  // permission, a path without summary, id, handler or errors. The operations must stay where they
  // are.
  [[nodiscard]] std::string add(const std::vector<operation>& all);
  routed find(http::verb verb, std::string_view path) const;

 private:
  struct node {
    std::map<std::string, std::unique_ptr<node>, std::less<>> literals;
    std::unique_ptr<node> argument;
    std::map<http::verb, const operation*> operations;
  };
  std::string add(const operation& one);
  static const node* walk(const node& from, const std::vector<std::string>& segments,
                          std::size_t at, std::vector<std::string>& arguments);

  node root_;
  std::map<std::string, std::string, std::less<>> ids_;
};

} // namespace uzel::rest
