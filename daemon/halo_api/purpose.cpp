#include "daemon/halo_api/purpose.hpp"

namespace mizo::halo_api {

std::string_view name_of(Purpose purpose)
{
    switch (purpose) {
    case Purpose::agent: return "agent";
    case Purpose::tab: return "tab";
    case Purpose::test_ticket: return "test_ticket";
    case Purpose::check: return "check";
    case Purpose::alert: return "alert";
    case Purpose::reconcile: return "reconcile";
    case Purpose::poll: return "poll";
    }
    return "";
}

std::optional<Purpose> purpose_from(std::string_view name)
{
    for (const Purpose purpose : all_purposes)
        if (name_of(purpose) == name) return purpose;
    return {};
}

} // namespace mizo::halo_api
