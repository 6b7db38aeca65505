#include "daemon/admin/handler.hpp"

#include "certs/digest.hpp"
#include "daemon/admin/agent.hpp"
#include "daemon/admin/checks.hpp"
#include "daemon/admin/halo.hpp"
#include "daemon/admin/static_files.hpp"
#include "daemon/admin/status.hpp"
#include "daemon/admin/test_ticket.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/failure.hpp"
#include "daemon/web/percent.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::admin {

namespace {

constexpr std::chrono::milliseconds turn_every{250};
constexpr std::uint64_t turns_per_second = 4;
// How often the status is judged while nobody looks, for the log's sake.
constexpr std::uint64_t judge_every = 15 * turns_per_second;
constexpr std::uint64_t whole_status_every = 5 * turns_per_second;
constexpr std::uint64_t sessions_every = 10 * turns_per_second;
constexpr int log_waiting_max = 1'000;
constexpr std::chrono::seconds refusal_told_every{10};

bool is_api(std::string_view path)
{
    return path == "/api" || path.starts_with("/api/");
}

// HEAD is served as GET; the connection leaves the body out.
std::string routed_method(const web::RequestHead& head)
{
    return head.method == "HEAD" ? "GET" : head.method;
}

web::Response not_allowed(const std::string& allow)
{
    web::Response response = problem("method_not_allowed");
    response.headers.add("Allow", allow);
    return response;
}

} // namespace

AdminHandler::AdminHandler(Parts parts, std::span<const embedded::File> page)
    : services_{std::move(parts)}, routes_{make_routes()}, page_{page}
{}

AdminHandler::~AdminHandler() = default;

net::Admission AdminHandler::admit(const web::RequestHead& head)
{
    net::Admission admission;
    const std::string_view code = check_gate(services_.address, head);
    if (!code.empty()) {
        tell_refusal(code, head);
        web::Response refusal = problem(code);
        add_security_headers(refusal, head.secure);
        admission.refusal = std::move(refusal);
        return admission;
    }
    admission.body_max = body_max_of(head.path);
    return admission;
}

// A page that tries again and again must not push everything else out of the log.
void AdminHandler::tell_refusal(std::string_view code, const web::RequestHead& head)
{
    const base::SteadyTime now = services_.parts.clock.steady();
    if (refusal_told_ && now - *refusal_told_ < refusal_told_every) return;
    refusal_told_ = now;
    services_.logger.warning("request refused", {{"why", std::string{code}}, {"path", head.path}});
}

web::Response AdminHandler::refuse(int status, std::string_view what)
{
    services_.logger.debug("request refused",
                           {{"status", std::to_string(status)}, {"why", std::string{what}}});
    web::Response response = status == 413   ? problem("too_large")
                             : status == 400 ? problem("bad_request")
                                             : web::empty_response(status);
    add_security_headers(response, false);
    return response;
}

asio::awaitable<web::Response> AdminHandler::handle(web::Request request)
{
    const web::RequestHead head = request.head;
    web::Response response;
    std::string failed;
    std::string unavailable;
    try {
        response = co_await respond(std::move(request));
    } catch (const store::Failure& failure) {
        unavailable = failure.name();
        failed = failure.what();
    } catch (const net::StoreRefused& refused) {
        unavailable = refused.error().code();
        failed = refused.error().text();
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (!unavailable.empty()) {
        services_.logger.warning("call failed: the store", {{"path", head.path}, {"why", failed}});
        ProblemMore more;
        more.args["reason"] = unavailable;
        more.retry_after = std::chrono::seconds{10};
        response = problem("store_unavailable", std::move(more));
    } else if (!failed.empty()) {
        response = broken(head, failed);
    }
    add_security_headers(response, head.secure);
    co_return response;
}

// A fault of ours: the caller gets a reference, the log what it stands for.
web::Response AdminHandler::broken(const web::RequestHead& head, const std::string& what)
{
    const std::string reference = base::uuid_v4(services_.parts.random);
    services_.logger.error("call failed", {{"reference", reference}, {"path", head.path}, {"why", what}});
    ProblemMore more;
    more.args["reference"] = reference;
    return problem("internal", std::move(more));
}

asio::awaitable<web::Response> AdminHandler::respond(web::Request request)
{
    if (services_.parts.service.stopping) co_return problem("shutting_down");
    const web::RequestHead& head = request.head;
    // However it is written: once set up, there is nothing there any more, not even the page.
    if (is_setup_path(head.path)) {
        const bool done = co_await services_.accounts.exists();
        if (done) co_return problem("setup_done");
    }
    auto match = routes_.find(routed_method(head), head.path);
    if (match.handler == nullptr) {
        if (!match.allow.empty()) co_return not_allowed(match.allow);
        if (is_api(head.path)) co_return problem("not_found");
        if (!is_safe(head.method)) co_return not_allowed("GET, HEAD");
        co_return static_file(page_, head.path);
    }
    auto query = web::parse_query(head.query);
    if (!query)
        co_return problem(BadRequest{"bad_request", "The query cannot be read, or a name stands twice."});
    Call wanted;
    wanted.parameters = std::move(match.parameters);
    wanted.query = std::move(*query);
    wanted.caller = co_await caller_of(head);
    wanted.request = std::move(request);
    co_return co_await call(*match.handler, std::move(wanted));
}

asio::awaitable<web::Response> AdminHandler::call(const Route& route, Call call)
{
    const std::string_view code = check_access(route, call);
    if (!code.empty()) co_return problem(code);
    co_return co_await route.action(services_, std::move(call));
}

std::string_view AdminHandler::check_access(const Route& route, const Call& call) const
{
    if (route.access == Access::open) return {};
    if (!call.caller.signed_in()) return "signed_out";
    if (call.caller.by_key) return {};
    const store::SessionRow& session = *call.caller.session;
    if (!is_safe(call.request.head.method)) {
        const auto& headers = call.request.head.headers;
        const std::string* token = headers.find("X-Mizo-CSRF");
        const bool right = token != nullptr && headers.count("X-Mizo-CSRF") == 1 &&
                           certs::equal_in_constant_time(*token, session.csrf);
        if (!right) return "csrf_refused";
    }
    if (route.access == Access::fresh && !is_fresh(session, services_.now())) return "reauth_required";
    return {};
}

asio::awaitable<Caller> AdminHandler::caller_of(web::RequestHead head)
{
    Caller caller;
    const std::string& key = services_.parts.admin_key;
    if (head.headers.find("Authorization") != nullptr) {
        // Who comes with a key is judged by it alone. Hashed first, so that its length is no secret either.
        const auto given = certs::sha256(bearer_token(head.headers));
        caller.by_key = !key.empty() && certs::equal_in_constant_time(given, certs::sha256(key));
        co_return caller;
    }
    std::string token = cookie(head.headers, session_cookie);
    if (!token.empty()) caller.session = co_await services_.accounts.find(std::move(token));
    co_return caller;
}

asio::awaitable<void> AdminHandler::run()
{
    asio::steady_timer timer{services_.parts.executor};
    for (;;) {
        timer.expires_after(turn_every);
        co_await timer.async_wait(asio::use_awaitable);
        std::string failed;
        try {
            co_await turn();
        } catch (const store::Failure& failure) {
            failed = failure.what();
        } catch (const net::StoreRefused& refused) {
            failed = refused.error().text();
        }
        // The store tells of its own failures; the streams only pause.
        if (!failed.empty()) services_.logger.debug("status not told", {{"why", failed}});
    }
}

asio::awaitable<void> AdminHandler::turn()
{
    ++turns_;
    const bool second = turns_ % turns_per_second == 0;
    log_wanted_ = services_.hub.wanted(Topic::log);
    if (second) services_.hub.tick();
    if (second) tell_halo();
    co_await services_.feed.flush(second);
    tell_checks();
    const bool looked_at = services_.hub.wanted(Topic::status);
    if ((second && looked_at) || turns_ % judge_every == 0) co_await tell_status();
    if (turns_ % sessions_every == 0) co_await end_dead_streams();
}

asio::awaitable<void> AdminHandler::tell_status()
{
    StatusReport report = co_await take_status(services_);
    if (!services_.hub.wanted(Topic::status)) co_return;
    const bool changed = report.essential != told_;
    if (!changed && turns_ % whole_status_every != 0) co_return;
    // The time alone is no change.
    json::object without_time = report.body;
    without_time.erase("now");
    std::string whole = json::serialize(without_time);
    if (!changed && whole == told_whole_) co_return;
    told_ = std::move(report.essential);
    told_whole_ = std::move(whole);
    services_.hub.publish(Topic::status, report.body);
}

void AdminHandler::test_ticket_changed()
{
    if (services_.hub.wanted(Topic::test_ticket))
        services_.hub.publish(Topic::test_ticket, to_json(services_.parts.test_ticket.ticket()));
}

void AdminHandler::tell_halo()
{
    if (!services_.hub.wanted(Topic::halo)) return;
    const json::object shown = halo_json(services_.parts.halo.view());
    std::string told = json::serialize(shown);
    if (told == told_halo_) return;
    told_halo_ = std::move(told);
    services_.hub.publish(Topic::halo, shown);
}

void AdminHandler::tell_checks()
{
    const std::uint64_t revision = services_.parts.guide.revision();
    if (revision == checks_told_ || !services_.hub.wanted(Topic::checks)) return;
    checks_told_ = revision;
    services_.hub.publish(Topic::checks, checks_json(services_.parts.guide.view()));
}

// A stream is not use: it ends with its session, whether that was signed out or left alone.
asio::awaitable<void> AdminHandler::end_dead_streams()
{
    for (certs::Bytes& session : services_.hub.sessions()) {
        certs::Bytes id = session;
        const bool alive = co_await services_.accounts.alive(std::move(id));
        if (!alive) services_.hub.end_session(session);
    }
}

void AdminHandler::agent_call(const store::AgentCall& call)
{
    if (services_.hub.wanted(Topic::agent)) services_.hub.publish(Topic::agent, to_json(call));
}

void AdminHandler::log_line(const base::LogLine& line)
{
    if (!log_wanted_) return;
    // A flood of lines is cut off here; the log itself has them all.
    if (log_waiting_.fetch_add(1) >= log_waiting_max) {
        --log_waiting_;
        return;
    }
    asio::post(services_.parts.executor, [this, line, alive = std::weak_ptr<bool>{alive_}] {
        if (alive.expired()) return;
        --log_waiting_;
        json::object shown{
            {"id", line.number},           {"at", to_json(line.time)}, {"level", name_of(line.level)},
            {"component", line.component}, {"text", line.text},        {"fields", json::object{}}};
        services_.hub.publish_log(line.level, shown);
    });
}

void AdminHandler::close()
{
    log_wanted_ = false;
    services_.hub.close();
}

asio::awaitable<void> AdminHandler::audit(std::string action, json::object args)
{
    Deed deed{"system", std::move(action), std::move(args)};
    auto entry = audit_entry(deed, services_.now(), services_.parts.random);
    co_await services_.audit(std::move(entry));
}

} // namespace mizo::admin
