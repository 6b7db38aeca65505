#pragma once

#include <optional>
#include <string_view>

namespace mizo::store {

// The words of the database's own columns. Their names are what the tables hold and what the admin API says.
enum class Outcome { accepted, repeated, rejected };
enum class EventKind { created, status_changed, changed, action_added, other };
enum class Origin { webhook, reconcile, poll, test };
// Derived, never stored: dead where a dead letter names it, acked up to the watermark, else queued; unscoped
// has no seq.
enum class EventState { queued, acked, dead, unscoped };
enum class SendOutcome { acked, nacked, lost };
enum class GivenUpBy { relay, cloud };

std::string_view name_of(Outcome value);
std::string_view name_of(EventKind value);
std::string_view name_of(Origin value);
std::string_view name_of(EventState value);
std::string_view name_of(SendOutcome value);
std::string_view name_of(GivenUpBy value);

// The value of that name, where there is one: from_name<Outcome>("accepted").
template <class Kind>
std::optional<Kind> from_name(std::string_view name);

} // namespace mizo::store
