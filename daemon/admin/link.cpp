#include "daemon/admin/resources.hpp"
#include "daemon/admin/settings.hpp"
#include "daemon/store/stream.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

using config::Key;
using std::chrono::milliseconds;

constexpr milliseconds skew_allowed{60'000};

json::value ms_or_null(const std::optional<milliseconds>& duration)
{
    if (!duration) return nullptr;
    return duration->count();
}

json::array disconnects_json(const relay::View& view)
{
    json::array out;
    for (auto each = view.disconnects.rbegin(); each != view.disconnects.rend(); ++each) {
        json::object row{{"at", to_json(each->at)}};
        row["close_code"] = row["lasted_ms"] = nullptr;
        if (each->code != 0) row["close_code"] = each->code;
        put_message(row, message_of(*each));
        out.emplace_back(std::move(row));
    }
    return out;
}

// Settings hold no credentials in the proxy's address.
std::string shown_proxy(const config::Settings& settings)
{
    const std::string proxy = settings.text(Key::link_proxy);
    return proxy == "none" ? std::string{} : proxy;
}

bool is_by_batches(const relay::View& view)
{
    return view.state == relay::LinkState::live && view.transport == relay::Transport::batches;
}

void put_transport(json::object& out, const relay::View& view, base::WallTime now)
{
    out["transport"] = relay::name_of(view.transport);
    out["transport_since"] = to_json(view.transport_since);
    out["websocket_retry_at"] = out["note"] = nullptr;
    if (view.websocket_try_in)
        out["websocket_retry_at"] = to_json(base::WallTime{now + *view.websocket_try_in});
    if (is_by_batches(view)) out["note"] = to_json(message("link_by_batches"));
}

json::object link_json(const Services& services, const store::Stream& stream)
{
    const relay::View view = services.parts.link.view();
    const auto enrolment = services.parts.link.enrolment();
    const bool live = view.state == relay::LinkState::live;
    json::object out{{"state", link_state(view.state)},
                     {"since", to_json(view.since)},
                     {"session", text_or_null(view.session)},
                     {"last_ack", to_json(view.last_ack)},
                     {"last_error", to_json(last_link_error(view))},
                     {"advice", to_json(link_advice(view, services.parts.link.alerts()))},
                     {"attempt", view.attempt},
                     {"proxy", text_or_null(shown_proxy(*services.parts.settings.current()))},
                     {"epoch", text_or_null(stream.epoch)},
                     {"acked_seq", stream.acked},
                     {"next_seq", stream.next_seq},
                     {"round_trip_ms", ms_or_null(view.rtt)},
                     {"disconnects", disconnects_json(view)}};
    out["in_flight"] = json::object{{"events", view.in_flight}, {"bytes", view.in_flight_bytes}};
    out["url"] = out["relay_id"] = out["enrolled_at"] = out["connected_at"] = nullptr;
    out["next_attempt_at"] = out["window"] = out["clock_skew_ms"] = nullptr;
    if (enrolment) {
        out["url"] = enrolment->url;
        out["relay_id"] = enrolment->relay_id;
        out["enrolled_at"] = to_json(enrolment->at);
    }
    if (live) {
        out["connected_at"] = to_json(view.since);
        out["window"] = json::object{{"events", view.window.events}, {"bytes", view.window.bytes}};
    }
    put_transport(out, view, services.now());
    if (view.next_try_in)
        out["next_attempt_at"] = to_json(base::WallTime{services.now() + *view.next_try_in});
    return out;
}

asio::awaitable<web::Response> answer_link(Services& services, int status)
{
    const auto read = [](store::Database& db) { return store::load_stream(db); };
    const store::Stream stream = co_await net::on_readers(services.parts.readers, read);
    co_return json_answer(status, link_json(services, stream));
}

// The link's own codes are the contract's; what else went wrong on the way to the cloud is one problem.
web::Response enroll_problem(const base::Error& error)
{
    const std::string& code = error.code();
    if (code == "link_already_enrolled" || code == "enroll_code_refused") return problem(code);
    if (code == "value_url") return problem("link_url_invalid");
    ProblemMore more;
    if (code == "enroll_rate_limited") {
        more.retry_after = std::chrono::seconds{60};
        return problem(code, std::move(more));
    }
    more.args["reason"] = error.text();
    if (code == "cloud_answer_unexpected") return problem(code, std::move(more));
    if (error.kind() == base::Errc::unavailable) return problem_of(error, "store_unavailable");
    return problem("cloud_unreachable", std::move(more));
}

// ---- the test ----

json::object args_json(const net::Message& message)
{
    json::object args;
    for (const auto& [name, value] : message.args) args[name] = value;
    return args;
}

Message message_of(const net::Message& given)
{
    return {given.code, given.text, args_json(given)};
}

json::object step_json(std::string_view step, std::string_view result, const Message& what)
{
    json::object out{{"step", step}, {"result", result}, {"took_ms", 0}};
    out["advice"] = nullptr;
    put_message(out, what);
    return out;
}

// What was tried, as the trace tells it; a step the way did not need says so.
json::object traced_step(const net::Trace& trace, net::DialStage stage)
{
    const std::string_view name = net::name_of(stage);
    for (const net::DialStep& step : trace.steps) {
        if (step.stage != stage) continue;
        json::object out = step_json(name, step.ok ? "ok" : "failed", message_of(step.message));
        out["took_ms"] = step.took.count();
        if (step.advice) out["advice"] = to_json(message_of(*step.advice));
        return out;
    }
    const bool passed_by = std::any_of(trace.steps.begin(), trace.steps.end(),
                                       [&](const net::DialStep& step) { return step.stage > stage; });
    if (stage == net::DialStage::proxy && (passed_by || trace.failed() == nullptr))
        return step_json(name, "ok", message("test_proxy_none"));
    if (stage == net::DialStage::tls && (passed_by || trace.failed() == nullptr))
        return step_json(name, "ok", message("test_tls_plain"));
    return step_json(name, "skipped", message("test_skipped"));
}

json::object clock_step(const net::Trace& trace)
{
    if (!trace.clock_ahead) return step_json("clock", "skipped", message("test_skipped"));
    const milliseconds skew = *trace.clock_ahead;
    const json::object args{{"skew_ms", skew.count()}};
    if (skew < skew_allowed && skew > -skew_allowed)
        return step_json("clock", "ok", message("test_clock_ok", args));
    json::object out = step_json("clock", "warning", message("clock_wrong", args));
    out["advice"] = to_json(message("advice_clock"));
    return out;
}

json::object ack_step(const relay::View& view)
{
    if (view.state != relay::LinkState::live || !view.rtt)
        return step_json("ack", "skipped", message("test_skipped"));
    json::object out = step_json("ack", "ok", message("test_ack_ok", {{"took_ms", view.rtt->count()}}));
    out["took_ms"] = view.rtt->count();
    return out;
}

// An upgrade that does not pass is no failure where the link has found another way.
json::object upgrade_step(const net::Trace& trace, const relay::View& view)
{
    json::object out = traced_step(trace, net::DialStage::upgrade);
    if (out["result"] != "failed" || !is_by_batches(view)) return out;
    out["result"] = "warning";
    const json::value why = out["text"];
    put_message(out, message("test_upgrade_stripped", {{"reason", why}}));
    return out;
}

bool is_good(const json::array& steps)
{
    return std::none_of(steps.begin(), steps.end(),
                        [](const json::value& step) { return step.as_object().at("result") == "failed"; });
}

json::array steps_json(const net::Trace& trace, const relay::View& view)
{
    return {traced_step(trace, net::DialStage::resolve),
            traced_step(trace, net::DialStage::connect),
            traced_step(trace, net::DialStage::proxy),
            traced_step(trace, net::DialStage::tls),
            clock_step(trace),
            upgrade_step(trace, view),
            ack_step(view)};
}

} // namespace

Answer get_link(Services& services, Call)
{
    co_return co_await answer_link(services, 200);
}

Answer enroll_link(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 2> members{"url", "code"};
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    const auto url = text_member(*body, "url", 500);
    if (!url) co_return problem(url.error());
    const auto code = text_member(*body, "code", 200);
    if (!code) co_return problem(code.error());
    if (!*url || !*code) co_return problem(BadRequest{"invalid_json", "url and code are needed."});

    base::Secret secret{**code};
    auto enrolled = co_await services.parts.link.enroll(**url, std::move(secret));
    if (!enrolled) co_return enroll_problem(enrolled.error());
    json::object args{{"url", **url}};
    auto entry = services.deed(call, "link_enrolled", std::move(args));
    json::object patch{{"link.url", **url}};
    // Where the file pins another address, that one stays; the identity knows where it belongs.
    const bool pinned = services.parts.settings.current()->locked(Key::link_url);
    if (pinned)
        co_await services.audit(std::move(entry));
    else
        co_await change_settings(services, std::move(patch), std::move(entry));
    co_return co_await answer_link(services, 201);
}

Answer test_link(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 1> members{"url"};
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    const auto given = text_member(*body, "url", 500);
    if (!given) co_return problem(given.error());
    const auto enrolment = services.parts.link.enrolment();
    std::string url = given->value_or("");
    const bool own = url.empty();
    if (own && enrolment) url = enrolment->url;
    if (url.empty()) url = services.parts.settings.current()->text(Key::link_url);
    if (url.empty()) co_return problem("link_not_enrolled");

    const base::WallTime at = services.now();
    const base::SteadyTime begun = services.parts.clock.steady();
    auto trace = co_await services.parts.link.test(url);
    if (!trace) co_return problem("link_url_invalid");
    const auto took = std::chrono::duration_cast<milliseconds>(services.parts.clock.steady() - begun);
    const relay::View view = own ? services.parts.link.view() : relay::View{};
    json::array steps = steps_json(*trace, view);
    json::object out{{"ok", is_good(steps)}, {"url", url}, {"at", to_json(at)}, {"took_ms", took.count()}};
    out["steps"] = std::move(steps);
    co_return json_answer(200, out);
}

Answer retry_link(Services& services, Call call)
{
    if (!services.parts.link.enrolment()) co_return problem("link_not_enrolled");
    services.parts.link.retry_now();
    auto entry = services.deed(call, "link_retried");
    co_await services.audit(std::move(entry));
    co_return co_await answer_link(services, 202);
}

Answer forget_link(Services& services, Call call)
{
    if (!services.parts.link.enrolment()) co_return problem("link_not_enrolled");
    auto forgotten = co_await services.parts.link.forget();
    if (!forgotten) co_return problem_of(forgotten.error(), "link_not_enrolled");
    auto entry = services.deed(call, "link_forgotten");
    co_await services.audit(std::move(entry));
    co_return web::empty_response(204);
}

} // namespace mizo::admin
