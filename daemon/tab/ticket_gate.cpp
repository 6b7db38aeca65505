#include "daemon/tab/ticket_gate.hpp"

#include "daemon/halo/api_error.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

#include <algorithm>

namespace mizo::tab {

namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr std::chrono::milliseconds asked_for{8'000}; // somebody looks at an empty frame meanwhile
constexpr std::size_t answer_max = 1024 * 1024;

Error ticket_unknown()
{
    return Error{Errc::not_found, "tab_ticket_unknown", "HaloPSA shows the relay no ticket of this number."};
}

Error unavailable(std::string reason)
{
    return Error{
        Errc::unavailable, "tab_halo_unavailable",
        "HaloPSA cannot be asked about this ticket at the moment, so nothing of it is shown. This is tried "
        "again by itself.",
        std::move(reason)};
}

Error not_asked(const Error& why)
{
    if (why.code() == "halo_not_configured")
        return Error{
            Errc::unavailable, "tab_halo_not_configured",
            "The relay cannot ask HaloPSA about this ticket: an administrator enters HaloPSA's address, "
            "client ID and client secret in the relay's settings."};
    return unavailable(why.detail().empty() ? why.code() : why.detail());
}

} // namespace

asio::awaitable<Result<void>> TicketGate::check(Visit visit)
{
    const Result<void> agent = co_await check_agent(visit);
    if (!agent) co_return agent;
    co_return co_await check_ticket(visit);
}

void TicketGate::forget()
{
    tickets_.clear();
    agents_.clear();
}

// The agent's signature never changes, so a link that was copied outlives the agent. Where the rights do not
// allow this question, the signature alone must do.
asio::awaitable<Result<void>> TicketGate::check_agent(Visit visit)
{
    const Error refused{Errc::denied, "tab_agent_refused", "HaloPSA knows no active agent of this number."};
    if (const Agent* agent = known(agents_, visit.agent)) {
        if (!agent->may) co_return refused;
        co_return Result<void>{};
    }
    const auto answer = co_await ask(visit, "/Agent/" + std::to_string(visit.agent));
    if (!answer) co_return answer.error();
    Agent agent;
    if (answer->status == 404) agent.may = false;
    if (answer->ok()) {
        const auto object = halo::read_object(answer->body);
        agent.may = object && !halo::Fields{*object}.flag("isdisabled").value_or(false);
    }
    if (answer->status >= 500 || answer->status == 429)
        co_return unavailable(halo::api_error(answer->status, answer->body));
    remember(agents_, visit.agent, agent);
    if (!agent.may) co_return refused;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> TicketGate::check_ticket(Visit visit)
{
    if (const Ticket* ticket = known(tickets_, visit.ticket)) co_return judge(*ticket);
    const auto answer = co_await ask(visit, "/Tickets/" + std::to_string(visit.ticket));
    if (!answer) co_return answer.error();
    Ticket ticket;
    if (answer->ok()) {
        const auto object = halo::read_object(answer->body);
        if (!object) co_return unavailable(object.error().code());
        const halo::Fields fields{*object};
        ticket.exists = fields.number("id") == visit.ticket;
        ticket.type = fields.first_number({"tickettype_id", "tickettype.id", "requesttype"});
    } else if (answer->status != 404 && answer->status != 400) {
        co_return unavailable(halo::api_error(answer->status, answer->body));
    }
    remember(tickets_, visit.ticket, ticket);
    co_return judge(ticket);
}

asio::awaitable<Result<halo_api::Answer>> TicketGate::ask(Visit visit, std::string path)
{
    if (!asked_.take(std::to_string(visit.agent), clock_.steady()))
        co_return Error{Errc::rate_limited, "tab_too_many_tickets",
                        "This agent opens many tickets at once; wait a minute."};
    halo_api::Call call;
    call.purpose = halo_api::Purpose::tab;
    call.path = std::move(path);
    call.ticket = visit.ticket;
    call.deadline = asked_for;
    call.body_max = answer_max;
    auto answer = co_await api_.call(std::move(call));
    if (!answer) co_return not_asked(answer.error());
    co_return answer;
}

Result<void> TicketGate::judge(const Ticket& ticket) const
{
    if (!ticket.exists) return ticket_unknown();
    // HaloPSA always tells the type; without it nobody can say that it is enabled.
    const bool enabled = enabled_.empty() || (ticket.type && std::find(enabled_.begin(), enabled_.end(),
                                                                       *ticket.type) != enabled_.end());
    if (!enabled)
        return Error{
            Errc::denied, "tab_ticket_out_of_scope",
            "Mizo is not enabled for this type of ticket; an administrator chooses the types in the relay's "
            "settings (scope.ticket_types)."};
    return {};
}

} // namespace mizo::tab
