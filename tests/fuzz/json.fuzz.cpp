// links: uzel_net_json uzel_domain
// Whatever a body says, reading it ends in values or violations, and what is written is JSON again.
#include "net/json/json.hpp"

#include "domain/entities/entity.hpp"
#include "net/json/schema.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace uzel;

void require(bool holds) {
  if (!holds)
    std::abort();
}

void write(rest::json_writer& w, const rest::json& from) {
  using type = rest::json::type;
  switch (from.kind) {
  case type::null:
  case type::real:
    w.null();
    return;
  case type::boolean:
    w.boolean(from.number != 0);
    return;
  case type::integer:
    w.number(from.number);
    return;
  case type::text:
    w.text(from.text);
    return;
  case type::array:
    w.begin_array();
    for (const auto& item : from.items)
      write(w, item);
    w.end_array();
    return;
  case type::object:
    w.begin_object();
    for (const auto& [name, member] : from.members)
      write(w.key(name), member);
    w.end_object();
  }
}

void read_as_everything(const rest::json& from) {
  for (const auto* e : all_entities()) {
    auto in = rest::to_row(*e, from, default_row(*e));
    rest::add_missing(*e, in, in.wrong);
    auto wrong = check_row(*e, in.fields);
    std::string out;
    rest::json_writer w{out};
    w.begin_object();
    rest::write_members(w, *e, in.fields);
    w.end_object();
    require(rest::parse_json(out).has_value());
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto read = rest::parse_json(text)) {
    std::string out;
    rest::json_writer w{out};
    write(w, *read);
    const auto again = rest::parse_json(out);
    require(again.has_value());
    std::string twice;
    rest::json_writer second{twice};
    write(second, *again);
    require(out == twice);
    read_as_everything(*read);
  }
  (void)rest::for_each_json(text, [](const rest::json& each) {
    read_as_everything(each);
    return true;
  });
  // Texts of any bytes are written as valid JSON.
  std::string out;
  rest::json_writer w{out};
  w.text(text);
  require(rest::parse_json(out).has_value());
  return 0;
}
