#pragma once

#include "daemon/admin/services.hpp"

#include <string>
#include <vector>

namespace mizo::admin {

struct DiagnosticFile {
    std::string name;
    std::string text; // what it is
    std::string bytes;
};
using DiagnosticFiles = std::vector<DiagnosticFile>;

// What support needs, and nothing of the tickets: no body, no title, no secret.
asio::awaitable<DiagnosticFiles> collect_diagnostics(Services& services);
// Their names, sizes and meanings.
json::array listing_json(const DiagnosticFiles& files);

} // namespace mizo::admin
