#pragma once

#include "daemon/setup/collector.hpp"
#include "daemon/setup/plan.hpp"

#include <functional>

namespace mizo::setup {

// Writes into HaloPSA what a plan says, one call for each object, once. Whether it was taken is for the next
// reading to say: a call without an answer may have been done all the same.
class Mender {
public:
    struct Parts {
        halo_api::Api& api;
        std::function<std::string()> tab_secret; // the one that is set; empty: none
        std::function<asio::awaitable<base::Result<void>>(std::string)> keep_tab_secret;
    };

    explicit Mender(Parts parts) : parts_{std::move(parts)} {}

    // Errors: those of the API; refused "halo_refused"; those of keeping the secret.
    asio::awaitable<base::Result<void>> apply(Edit edit);
    // POST of one object to this path; the answer's object, empty where it cannot be read.
    asio::awaitable<base::Result<json::object>> post(std::string path, json::object body);
    asio::awaitable<base::Result<void>> remove(std::string path);

private:
    Parts parts_;
};

// What has to be read anew for these areas, in the order in which each needs the others.
std::vector<Area> needed_for(Area area);
// The area that a check is about.
Area area_of(std::string_view check);

} // namespace mizo::setup
