#include "net/bodies/keep_body.hpp"

#include "domain/entities/declare.hpp"

namespace uzel::rest {
namespace {

using declare::of;

using k = keep_form;
constexpr std::array keep_table{
  of<k, &k::domain>::reference("routing_domain_id", "routing_domain", trait_none,
                               "The address space; the default one when none is given."),
  of<k, &k::address>::ipv4("address", trait_required, "The address that he has."),
  of<k, &k::mac>::mac("mac", trait_none, "The device that has it; needed without a number."),
  of<k, &k::number>::text<0, 64>(
    "number", trait_none, "Number of the account; none: the account of the MAC, else its guest."),
  of<k, &k::until>::instant("until", trait_required,
                            "When what the other server promised ends; the pool keeps the address "
                            "for its sticky_seconds longer."),
};

constexpr auto fields = declare::fields_of(keep_table);

} // namespace

template <>
std::span<const field> fields_of<keep_form>() {
  return fields;
}

template <>
const schema& schema_for<keep_form>() {
  static const auto shape = [] {
    schema out{"KeptAddress", "An address that somebody has from another server.", {}};
    for (const auto& f : fields)
      out.members.push_back({f.name, &f, nullptr, false, f.has(trait_required), false, f.doc});
    return out;
  }();
  return shape;
}

} // namespace uzel::rest
