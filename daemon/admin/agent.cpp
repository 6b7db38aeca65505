#include "daemon/admin/agent.hpp"

#include "daemon/admin/resources.hpp"

#include <boost/json/parse.hpp>

namespace mizo::admin {

namespace {

json::array allow_json(const agent::View& view)
{
    json::array out;
    for (const agent::AllowRule& rule : agent::allow_rules())
        out.emplace_back(json::object{{"permission", rule.permission},
                                      {"method", rule.method},
                                      {"pattern", rule.pattern},
                                      {"allowed", view.enabled && view.allow.allows(rule)}});
    return out;
}

json::array commands_json(const agent::View& view)
{
    json::array out;
    for (const agent::CommandView& each : view.commands)
        out.emplace_back(
            json::object{{"name", each.name}, {"allowed", each.allowed}, {"served", each.served}});
    return out;
}

json::value self_json(const std::optional<agent::Self>& self)
{
    if (!self) return nullptr;
    return json::object{{"id", self->id}, {"name", self->name}};
}

json::value error_json(const std::optional<std::string>& text)
{
    boost::system::error_code failed;
    const json::value parsed = text ? json::parse(*text, failed) : json::value{};
    const auto* error = parsed.if_object();
    return error == nullptr ? json::value{} : json::value(*error);
}

} // namespace

json::object to_json(const store::AgentCall& call)
{
    return {{"id", call.id},
            {"at", to_json(call.at)},
            {"kind", call.kind},
            {"rid", call.rid},
            {"method", to_json(call.method)},
            {"path", call.path},
            {"ticket", to_json(call.ticket)},
            {"status", to_json(call.status)},
            {"outcome", call.outcome},
            {"error", error_json(call.error)},
            {"duration_ms", call.duration.count()},
            {"repeated", call.repeated}};
}

Answer get_agent(Services& services, Call)
{
    const agent::View view = services.parts.agent.view();
    const agent::Counts& counts = view.counts;
    json::object out{{"enabled", view.enabled},
                     {"live", view.live},
                     {"self", self_json(view.self)},
                     {"in_hand", view.in_hand},
                     {"allow", allow_json(view)},
                     {"commands", commands_json(view)},
                     {"counts",
                      {{"done", counts.done},
                       {"refused", counts.refused},
                       {"denied", counts.denied},
                       {"failed", counts.failed},
                       {"cancelled", counts.cancelled},
                       {"repeated", counts.repeated}}}};
    co_return json_answer(200, out);
}

Answer get_agent_calls(Services& services, Call call)
{
    const auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    const auto ticket = integer_param(call.query, "ticket");
    if (!ticket) co_return problem(ticket.error());
    auto read = [request = *page, ticket = *ticket](store::Database& db) {
        return std::optional{store::list_agent_calls(db, request, ticket)};
    };
    const auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem("cursor_invalid");
    auto show = [](const store::AgentCall& each) { return to_json(each); };
    co_return json_answer(200, page_json(**listed, show));
}

} // namespace mizo::admin
