// DHCP options that people write into desk rows: networks, pools and accounts have such texts.
#pragma once

#include "domain/entities/entity.hpp"

namespace uzel::rest {

// Adds what is wrong with the option text of a row; rows of entities without one have nothing
// wrong.
void check_option_texts(const entity& e, const row& fields, violations& wrong);

} // namespace uzel::rest
