#include "daemon/admin/halo.hpp"

#include "daemon/admin/contract.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/store/halo_calls.hpp"

#include <algorithm>

namespace mizo::admin {

namespace {

using std::chrono::milliseconds;

// A code that the contract lacks, such as one that another version has stored, is told as it is.
Message told(const std::string& code, json::object args)
{
    if (Contract::get().message(code) != nullptr) return message(code, std::move(args));
    return {code, code, std::move(args)};
}

Message message_of(const net::Message& given)
{
    json::object args;
    for (const auto& [name, value] : given.args) args[name] = value;
    return told(given.code, std::move(args));
}

std::optional<Message> message_of(const std::optional<net::Message>& given)
{
    if (!given) return {};
    return message_of(*given);
}

std::optional<Message> message_of(const std::optional<base::Error>& error)
{
    if (!error) return {};
    return told(error->code(), {{"reason", error->detail()}});
}

json::array words_json(const std::vector<std::string>& words)
{
    return json::array(words.begin(), words.end());
}

json::object scopes_json(const halo_api::ScopeView& scopes)
{
    return {{"asked", words_json(scopes.asked)},
            {"granted", words_json(scopes.granted)},
            {"refused", words_json(scopes.refused)}};
}

json::object step_json(const halo_api::TestStep& step)
{
    json::object out{{"step", step.step}, {"ok", step.ok}, {"took_ms", step.took.count()}};
    out["advice"] = to_json(message_of(step.advice));
    put_message(out, message_of(step.text));
    return out;
}

json::object call_json(const store::HaloCall& call)
{
    std::optional<Message> error;
    if (call.error_code) error = told(*call.error_code, {{"reason", call.error_reason}});
    return {{"id", call.id},
            {"at", to_json(call.at)},
            {"purpose", call.purpose},
            {"method", call.method},
            {"path", call.path},
            {"ticket", to_json(call.ticket)},
            {"status", to_json(call.status)},
            {"error", to_json(error)},
            {"duration_ms", call.duration.count()},
            {"waited_ms", call.waited.count()}};
}

Checked<store::HaloCallFilter> call_filter(const Query& query)
{
    store::HaloCallFilter filter;
    const auto ticket = integer_param(query, "ticket");
    if (!ticket) return ticket.error();
    filter.ticket = *ticket;
    const auto purpose = query.find("purpose");
    if (purpose == query.end() || purpose->second.empty()) return filter;
    if (!halo_api::purpose_from(purpose->second))
        return BadRequest{"bad_request", "There is no such purpose."};
    filter.purpose = purpose->second;
    return filter;
}

} // namespace

json::object halo_json(const halo_api::View& view)
{
    return {{"state", name_of(view.state)},
            {"url", text_or_null(view.url)},
            {"since", to_json(view.since)},
            {"last_success", to_json(view.last_success)},
            {"checked_at", to_json(view.checked)},
            {"last_error", to_json(message_of(view.last_error))},
            {"advice", to_json(message_of(view.advice))},
            {"scopes", scopes_json(view.scopes)},
            {"token_expires_at", to_json(view.token_expires)},
            {"calls_left", view.calls_left},
            {"calls_limit", view.calls_limit},
            {"limited_until", to_json(view.limited_until)},
            {"version", text_or_null(view.version)}};
}

Answer get_halo(Services& services, Call)
{
    co_return json_answer(200, halo_json(services.parts.halo.view()));
}

Answer test_halo(Services& services, Call)
{
    const base::WallTime at = services.now();
    const base::SteadyTime begun = services.parts.clock.steady();
    const auto steps = co_await services.parts.halo.test();
    const auto took = std::chrono::duration_cast<milliseconds>(services.parts.clock.steady() - begun);
    json::array shown;
    for (const halo_api::TestStep& step : steps) shown.emplace_back(step_json(step));
    const bool ok =
        std::all_of(steps.begin(), steps.end(), [](const halo_api::TestStep& step) { return step.ok; });
    json::object out{{"ok", ok}, {"at", to_json(at)}, {"took_ms", took.count()}, {"steps", std::move(shown)}};
    co_return json_answer(200, out);
}

Answer get_halo_calls(Services& services, Call call)
{
    const auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    const auto filter = call_filter(call.query);
    if (!filter) co_return problem(filter.error());
    auto read = [wanted = *page, by = *filter](store::Database& db) {
        return std::optional{store::list_halo_calls(db, wanted, by)};
    };
    const auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem_of(listed->error(), "cursor_invalid");
    co_return json_answer(200, page_json(**listed, call_json));
}

} // namespace mizo::admin
