#pragma once

#include "daemon/store/alerts.hpp"

#include <string>
#include <string_view>

// An alert as others take it. What it says may come from outside (HaloPSA's reasons, a cloud's texts), and is
// made harmless for each.
namespace mizo::alerts {

enum class Format { teams, slack, json };
Format format_from(std::string_view setting);

// Who tells it.
struct Sender {
    std::string host; // of the public URL, for an admin with several relays
    std::string version;
};

// The body of a post to the webhook: the alert's beginning, or its end.
std::string post_of(const store::AlertRow& alert, Format format, const Sender& sender);

// HaloPSA's bodies, for POST /Tickets and POST /Actions. The mark stands in the ticket's summary, so that it
// is found again.
std::string mark_of(const store::AlertRow& alert); // "[alert 0193a2b4c5d6]"
std::string ticket_of(const store::AlertRow& alert, std::int64_t ticket_type, const Sender& sender);
std::string note_of(const store::AlertRow& alert, std::int64_t ticket);

} // namespace mizo::alerts
