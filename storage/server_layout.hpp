// How a server keeps the tables whose rows change often. No part of the schema: rows are the same
// without it, and who has chosen otherwise keeps his choice.
#pragma once

#include "storage/database.hpp"

namespace uzel::storage {

// Leaves room in the pages of tables whose rows change, so that a change that no index knows of
// finds its place beside the row (PostgreSQL's HOT) and the indexes are left alone; pages that are
// there already keep their density. Has the tables that grow cleaned in small steps. What a server
// refuses, the next start tries again.
void lay_out_tables(connection& server);

} // namespace uzel::storage
