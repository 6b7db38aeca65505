#pragma once

#include "daemon/base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::halo {

enum class Kind { created, status_changed, changed, action_added, other };

// "created", "status_changed", ...: the word of the store, of the admin API and of the link's event types.
std::string_view name_of(Kind kind);
std::optional<Kind> kind_from(std::string_view name);
// HaloPSA's own words ("ticket status changed"), in either case; what is not known is `other`.
Kind kind_of_event(std::string_view event_text);

// One thing that happened, as far as HaloPSA said it. Everything but kind and dedupkey may be missing.
struct Occurrence {
    Kind kind = Kind::other;
    std::string event_text; // HaloPSA's words, cut to 200 bytes
    std::optional<std::int64_t> ticket;
    std::string title; // the ticket's summary, cut to 500 bytes
    std::optional<std::int64_t> ticket_type;
    std::optional<std::int64_t> status; // of the ticket
    std::optional<std::int64_t> agent;
    std::optional<std::int64_t> action;      // counts within its ticket
    std::optional<base::WallTime> time;      // HaloPSA's own timestamp
    std::optional<std::int64_t> batch_index; // empty where the body is one event

    // What repeats are found by, at most 300 bytes of printable ASCII; the first of these that is there:
    //   "escmsg:<escmsg_id>:<webhook_id>:<notification_id>:<object_id>"   the last three may be empty
    //   "id:<id>"
    //   "sha256:<hex of the body>", and in a batch "sha256:<hex of the body>:<batch_index>"
    // Ids are in lower case. A key of the first two forms that would be longer, or hold other characters,
    // becomes "key:<hex of the SHA-256 of it>".
    std::string dedupkey;

    bool operator==(const Occurrence&) const = default;
};

struct Decoded {
    std::vector<Occurrence> occurrences; // never empty
    bool understood = true;
    std::string note; // why not, for the admin; empty where understood
};

struct DecodeLimits {
    std::size_t max_depth = 64;
    std::size_t max_batch = 1000;
};

// Reads a verified webhook body: one object, an array of them, or an object that wraps one array of them.
// What cannot be understood is one occurrence of kind `other`, since what HaloPSA signed is never refused.
Decoded decode(std::string_view body, const DecodeLimits& limits = {});

} // namespace mizo::halo
