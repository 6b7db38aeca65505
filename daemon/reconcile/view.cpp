#include "daemon/reconcile/view.hpp"

namespace mizo::reconcile {

std::string_view name_of(Way way)
{
    switch (way) {
    case Way::delivery_log: return "delivery_log";
    case Way::api: return "api";
    }
    return "api";
}

std::string_view name_of(Reason reason)
{
    switch (reason) {
    case Reason::start: return "start";
    case Reason::outage: return "outage";
    case Reason::daily: return "daily";
    case Reason::ledger: return "ledger";
    case Reason::command: return "command";
    case Reason::admin: return "admin";
    case Reason::more: return "more";
    }
    return "start";
}

std::string_view name_of(RunState state)
{
    switch (state) {
    case RunState::done: return "done";
    case RunState::partial: return "partial";
    case RunState::failed: return "failed";
    }
    return "failed";
}

std::string_view name_of(PollMode mode)
{
    switch (mode) {
    case PollMode::automatic: return "auto";
    case PollMode::on: return "on";
    case PollMode::off: return "off";
    }
    return "auto";
}

} // namespace mizo::reconcile
