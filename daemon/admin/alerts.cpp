#include "daemon/admin/condition_tracker.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/admin/resources.hpp"

#include <boost/json/parse.hpp>

namespace mizo::admin {

namespace {

// As it was said at the time: the code may be of another version, so its text is kept beside it.
Message message_of(const store::KeptMessage& kept)
{
    boost::system::error_code failed;
    const json::value args = json::parse(kept.args, failed);
    return {kept.code, kept.text, !failed && args.is_object() ? args.get_object() : json::object{}};
}

json::object alert_json(const store::AlertRow& row)
{
    json::object out{
        {"id", row.id},
        {"severity", row.severe ? "error" : "warning"},
        {"severe", row.severe},
        {"since", to_json(row.since)},
        {"ended_at", to_json(row.ended)},
        {"advice", nullptr},
        {"webhook", name_of(row.webhook)},
        {"ticket", json::object{{"state", name_of(row.ticket)}, {"id", to_json(row.ticket_id)}}}};
    if (row.advice) out["advice"] = to_json(message_of(*row.advice));
    put_message(out, message_of(row.what));
    return out;
}

json::object args_of(const alerts::Tested& tested)
{
    if (tested.code == "alert_refused") return {{"status", tested.status}};
    if (tested.code == "alert_unreachable") return {{"reason", tested.reason}};
    return {};
}

} // namespace

Answer get_alerts(Services& services, Call call)
{
    const auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    auto read = [wanted = *page](store::Database& db) {
        return std::optional{store::list_alerts(db, wanted)};
    };
    const auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem_of(listed->error(), "cursor_invalid");
    co_return json_answer(200, page_json(**listed, alert_json));
}

Answer test_alerts(Services& services, Call call)
{
    const Message sample = message("alert_test");
    const alerts::Tested tested = co_await services.parts.alerts.test(sample.code, sample.text);
    auto entry = services.deed(call, "alerts_tested");
    co_await services.audit(std::move(entry));
    std::optional<Message> error;
    if (!tested.code.empty()) error = message(tested.code, args_of(tested));
    json::object out{{"sent", !error.has_value()}, {"error", to_json(error)}};
    co_return json_answer(200, out);
}

} // namespace mizo::admin
