#include "net/rest/router.hpp"

#include "net/url/url.hpp"

#include <charconv>

namespace uzel::rest {

std::uint64_t call::id(std::size_t index) const {
  if (index >= arguments.size())
    return 0;
  const auto& text = arguments[index];
  std::uint64_t out = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), out);
  const bool fits = bad == std::errc{} && end == text.data() + text.size() && out >> 63 == 0;
  return fits ? out : 0;
}

std::string router::add(const std::vector<operation>& all) {
  for (const auto& one : all)
    if (auto problem = add(one); !problem.empty())
      return problem;
  return {};
}

std::string router::add(const operation& one) {
  const auto name = std::string{http::name_of(one.verb)} + ' ' + one.path;
  if (!is_known(one.needs))
    return name + " needs the unknown permission " + std::string{one.needs.name()};
  if (one.summary.empty() || one.id.empty() || !one.run || one.errors.empty())
    return name + " lacks a summary, an id, a handler or its errors";
  if (!ids_.emplace(one.id, name).second)
    return name + " has the id of " + ids_[one.id];
  const auto segments = http::split_path(one.path);
  if (!segments)
    return name + " is no path";
  auto* at = &root_;
  for (const auto& segment : *segments) {
    auto& next = segment.starts_with('{') ? at->argument : at->literals[segment];
    if (!next)
      next = std::make_unique<node>();
    at = next.get();
  }
  if (!at->operations.emplace(one.verb, &one).second)
    return name + " is declared twice";
  return {};
}

const router::node* router::walk(const node& from, const std::vector<std::string>& segments,
                                 std::size_t at, std::vector<std::string>& arguments) {
  if (at == segments.size())
    return from.operations.empty() ? nullptr : &from;
  if (const auto next = from.literals.find(segments[at]); next != from.literals.end())
    if (const auto* found = walk(*next->second, segments, at + 1, arguments))
      return found;
  if (!from.argument || segments[at].empty())
    return nullptr;
  arguments.push_back(segments[at]);
  if (const auto* found = walk(*from.argument, segments, at + 1, arguments))
    return found;
  arguments.pop_back();
  return nullptr;
}

routed router::find(http::verb verb, std::string_view path) const {
  routed out;
  const auto segments = http::split_path(path);
  if (!segments)
    return out;
  const auto* const at = walk(root_, *segments, 0, out.arguments);
  if (!at)
    return out;
  if (const auto found = at->operations.find(verb); found != at->operations.end())
    out.found = found->second;
  for (const auto& [each, unused] : at->operations)
    (out.allowed += out.allowed.empty() ? "" : ", ") += http::name_of(each);
  return out;
}

} // namespace uzel::rest
