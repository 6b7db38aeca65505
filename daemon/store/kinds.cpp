#include "daemon/store/kinds.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace mizo::store {

namespace {

// In the order of their enumerators.
constexpr std::array<std::string_view, 3> outcomes{"accepted", "repeated", "rejected"};
constexpr std::array<std::string_view, 5> event_kinds{"created", "status_changed", "changed", "action_added",
                                                      "other"};
constexpr std::array<std::string_view, 4> origins{"webhook", "reconcile", "poll", "test"};
constexpr std::array<std::string_view, 4> event_states{"queued", "acked", "dead", "unscoped"};
constexpr std::array<std::string_view, 3> send_outcomes{"acked", "nacked", "lost"};
constexpr std::array<std::string_view, 2> givers_up{"relay", "cloud"};

template <class Kind>
std::optional<Kind> find(std::span<const std::string_view> names, std::string_view name)
{
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<Kind>(i);
    return std::nullopt;
}

} // namespace

std::string_view name_of(Outcome value)
{
    return outcomes[static_cast<std::size_t>(value)];
}
std::string_view name_of(EventKind value)
{
    return event_kinds[static_cast<std::size_t>(value)];
}
std::string_view name_of(Origin value)
{
    return origins[static_cast<std::size_t>(value)];
}
std::string_view name_of(EventState value)
{
    return event_states[static_cast<std::size_t>(value)];
}
std::string_view name_of(SendOutcome value)
{
    return send_outcomes[static_cast<std::size_t>(value)];
}
std::string_view name_of(GivenUpBy value)
{
    return givers_up[static_cast<std::size_t>(value)];
}

template <>
std::optional<Outcome> from_name(std::string_view name)
{
    return find<Outcome>(outcomes, name);
}
template <>
std::optional<EventKind> from_name(std::string_view name)
{
    return find<EventKind>(event_kinds, name);
}
template <>
std::optional<Origin> from_name(std::string_view name)
{
    return find<Origin>(origins, name);
}
template <>
std::optional<EventState> from_name(std::string_view name)
{
    return find<EventState>(event_states, name);
}
template <>
std::optional<SendOutcome> from_name(std::string_view name)
{
    return find<SendOutcome>(send_outcomes, name);
}
template <>
std::optional<GivenUpBy> from_name(std::string_view name)
{
    return find<GivenUpBy>(givers_up, name);
}

} // namespace mizo::store
