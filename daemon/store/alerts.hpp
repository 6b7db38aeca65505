#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/page.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::store {

// A text for people as it is kept: code, English, arguments as JSON.
struct KeptMessage {
    std::string code;
    std::string text;
    std::string args = "{}";
    bool operator==(const KeptMessage&) const = default;
};

// Whether the newest state of an alert was told somewhere. off: it was not to be told there.
enum class Told : std::uint8_t { off, waiting, told, given_up };
std::string_view name_of(Told told);

// Something that a person was, or is, to know of.
struct AlertRow {
    std::string id;  // a UUID
    std::string key; // of two alerts with one key, only one is on
    KeptMessage what;
    std::optional<KeptMessage> advice;
    bool severe = false;
    base::WallTime since{};
    std::optional<base::WallTime> ended; // none: it is on
    Told webhook = Told::off;
    Told ticket = Told::off;
    bool ticket_asked = false; // HaloPSA was asked for a ticket, and what became of that is not known
    std::optional<std::int64_t> ticket_id;
    bool operator==(const AlertRow&) const = default;
};

inline constexpr std::int64_t alerts_limit = 1'000; // the oldest leave first

// New, or in place of what was there under this id.
void put_alert(Database& db, const AlertRow& row);
// Those that are on, or still to be told; oldest first.
std::vector<AlertRow> load_alerts_at_work(Database& db);
// Newest first.
base::Result<Page<AlertRow>> list_alerts(Database& db, const PageRequest& request);

} // namespace mizo::store
