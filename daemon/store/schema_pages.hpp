#pragma once

#include "daemon/store/database.hpp"

#include <filesystem>

// A damaged page costs the rows on it; a damaged page of the schema would cost every row, since nothing else
// says where a table begins. So these few pages are kept once more, beside the database.
namespace mizo::store {

// The copy of a database's schema pages: "<database>.schema".
std::filesystem::path schema_pages_file(const std::filesystem::path& database);

// Makes the copy what the database holds now, where it is not so already. Nobody else may have the database
// open. Throws Failure; a copy that cannot be written is left for the next start.
void keep_schema_pages(const DatabaseOptions& database);

// Puts the copy's pages in their place; those that they take the place of are kept in
// "<database>.overwritten". Nobody may have the database open. False: there is no whole copy that fits.
bool put_back_schema_pages(const std::filesystem::path& database);

} // namespace mizo::store
