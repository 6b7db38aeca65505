#pragma once

#include <string>
#include <string_view>

struct sqlite3;

namespace mizo::store {

// Text in the form in which case does not count, for Latin, Greek and Cyrillic letters.
std::string fold_case(std::string_view text);

// Adds the SQL function `holds(word, text, …)`: whether a folded word occurs in one of the texts.
void add_text_search(sqlite3* handle);

} // namespace mizo::store
