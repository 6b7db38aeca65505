#include "daemon/admin/test_ticket.hpp"

#include "daemon/admin/contract.hpp"
#include "daemon/admin/resources.hpp"

#include <array>

namespace mizo::admin {

namespace {

// What an earlier version has kept may have a code that this one lacks.
Message message_of(const setup::Said& said)
{
    if (Contract::get().message(said.code) != nullptr) return message(said.code, said.args);
    return {said.code, said.code, said.args};
}

json::value ms_or_null(const std::optional<std::chrono::milliseconds>& time)
{
    if (!time) return nullptr;
    return time->count();
}

json::object stage_json(setup::TicketStage stage, const setup::TicketStep& step)
{
    json::object out{
        {"stage", setup::name_of(stage)}, {"result", setup::name_of(step.result)}, {"ok", nullptr},
        {"at", to_json(step.at)},         {"took_ms", ms_or_null(step.took)},      {"advice", nullptr}};
    if (step.result == setup::StageResult::ok) out["ok"] = true;
    if (step.result == setup::StageResult::failed) out["ok"] = false;
    if (!step.advice.empty()) out["advice"] = to_json(message_of(setup::Said{step.advice, {}}));
    put_message(out, message_of(step.what));
    return out;
}

} // namespace

json::object to_json(const setup::TestTicket& ticket)
{
    json::array stages;
    if (ticket.state() != setup::TicketState::idle)
        for (const setup::TicketStage stage : setup::all_ticket_stages)
            stages.emplace_back(stage_json(stage, ticket.step(stage)));
    return {{"state", setup::name_of(ticket.state())},
            {"ticket", to_json(ticket.ticket())},
            {"ticket_type", to_json(ticket.wish().ticket_type)},
            {"clean_up", ticket.wish().clean_up},
            {"started_at", to_json(ticket.started())},
            {"ended_at", to_json(ticket.ended())},
            {"total_ms", ms_or_null(ticket.total())},
            {"stages", std::move(stages)}};
}

Answer get_test_ticket(Services& services, Call)
{
    co_return json_answer(200, to_json(services.parts.test_ticket.ticket()));
}

Answer start_test_ticket(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 2> members{"ticket_type", "clean_up"};
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    setup::TicketWish wish;
    const json::value* type = body->if_contains("ticket_type");
    if (type != nullptr && !type->is_null()) {
        const auto given = integer_member(*body, "ticket_type");
        if (!given) co_return problem(given.error());
        if (**given < 1) co_return problem(BadRequest{"invalid_json", "ticket_type must be above zero."});
        wish.ticket_type = *given;
    }
    const auto clean_up = bool_member(*body, "clean_up");
    if (!clean_up) co_return problem(clean_up.error());
    wish.clean_up = clean_up->value_or(true);
    if (!services.parts.test_ticket.begin(wish)) co_return problem("test_ticket_running");
    auto entry = services.deed(call, "test_ticket_started");
    co_await services.audit(std::move(entry));
    co_return json_answer(202, to_json(services.parts.test_ticket.ticket()));
}

} // namespace mizo::admin
