#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/page.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace mizo::store {

// One call of HaloPSA's API: what was asked, never with its query, its body or a header.
struct HaloCall {
    std::int64_t id = 0; // given by the store
    base::WallTime at{};
    std::string purpose;
    std::string method;
    std::string path;
    std::optional<std::int64_t> ticket;
    std::optional<std::int64_t> status; // none: no answer came
    std::optional<std::string> error_code;
    std::string error_reason;
    std::chrono::milliseconds duration{0}; // of the request itself
    std::chrono::milliseconds waited{0};   // before it, for the rate limit and a token
};

inline constexpr std::int64_t halo_calls_limit = 10'000; // the oldest leave first

void add_halo_call(Database& db, const HaloCall& call);

struct HaloCallFilter {
    std::optional<std::string> purpose = {};
    std::optional<std::int64_t> ticket = {};
};
// Newest first.
base::Result<Page<HaloCall>> list_halo_calls(Database& db, const PageRequest& request,
                                             const HaloCallFilter& filter = {});

} // namespace mizo::store
