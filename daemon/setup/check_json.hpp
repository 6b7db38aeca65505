#pragma once

#include "daemon/setup/check.hpp"

namespace mizo::setup {

// A check with when it was looked at, and since when its verdict is what it is.
struct CheckState {
    Check check;
    base::WallTime since{};
    base::WallTime checked{};
    bool was_right = false; // it has been, once: a wrong verdict is news then
};

// As it lies in the database; and back, empty where it cannot be read.
std::string content_of(const CheckState& state);
std::optional<CheckState> from_content(std::string id, Verdict verdict, std::string_view content);

} // namespace mizo::setup
