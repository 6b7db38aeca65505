#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mizo::store {

struct PageRequest {
    std::int64_t limit = 50;
    std::optional<std::string> cursor; // as an earlier page gave it; another one is Error malformed
};

// A page of a list, newest first. A page may hold fewer than asked for, even none, and still have a next
// cursor: a search looks at a bounded number of rows at a time.
template <class Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::string> next_cursor;
};

} // namespace mizo::store
