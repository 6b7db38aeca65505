#include "daemon/tab/tab.hpp"

#include "daemon/admin/resources.hpp"
#include "daemon/admin/webhook.hpp"
#include "daemon/tab/insight.hpp"

#include <charconv>

namespace mizo::admin {

namespace {

json::value refusal_json(const std::optional<tab::Refusal>& refusal)
{
    if (!refusal) return nullptr;
    json::object out{{"at", to_json(refusal->at)}};
    put_message(out, message(refusal->code, {{"reason", refusal->detail}}));
    return out;
}

std::optional<std::int64_t> ticket_in(const std::string& text)
{
    std::int64_t ticket = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), ticket);
    if (failed != std::errc{} || end != text.data() + text.size() || ticket <= 0) return {};
    return ticket;
}

} // namespace

Answer get_tab(Services& services, Call)
{
    const tab::View view = services.parts.tab.view();
    std::string url = public_url(*services.parts.settings.current(), services.parts.service.webhook_port);
    while (url.ends_with('/')) url.pop_back();
    url += "/tab";
    const json::object out{{"url_template", url + "?" + view.query},
                           {"url", url},
                           {"query", view.query},
                           {"secret_set", view.secret_set},
                           {"allowed_origin", text_or_null(view.allowed_origin)},
                           {"last_opened", to_json(view.last_opened)},
                           {"last_refused", refusal_json(view.last_refused)},
                           {"opened", view.opened},
                           {"refused", view.refused},
                           {"sessions", view.sessions}};
    co_return json_answer(200, out);
}

Answer get_insight(Services& services, Call call)
{
    const auto ticket = ticket_in(call.parameters.front());
    if (!ticket) co_return problem(BadRequest{"bad_request", "A ticket is a number above zero."});
    auto read = [ticket = *ticket, now = services.now()](store::Database& db) -> std::optional<json::object> {
        const auto insight = store::load_insight(db, ticket);
        if (!insight) return {};
        return tab::insight_json(*insight, now, true);
    };
    const auto shown = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!shown) co_return problem("not_found");
    co_return json_answer(200, *shown);
}

} // namespace mizo::admin
