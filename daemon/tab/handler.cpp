#include "daemon/tab/handler.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/store/failure.hpp"
#include "daemon/tab/answers.hpp"
#include "daemon/tab/insight.hpp"
#include "daemon/tab/ticket_view.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::tab {

namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using config::Key;

constexpr std::size_t body_max = 16 * 1024;
constexpr std::size_t link_max = 8 * 1024;
constexpr std::size_t action_id_max = 128;

struct Call {
    std::string_view path;
    std::string_view method;
};
constexpr std::array calls{Call{"/tab/session", "POST"}, Call{"/tab/view", "GET"},
                           Call{"/tab/actions", "POST"}};

std::string_view method_of(std::string_view path)
{
    for (const Call& call : calls)
        if (call.path == path) return call.method;
    return "GET"; // a file of the page
}

bool is_allowed(const web::RequestHead& head)
{
    const std::string_view method = method_of(head.path);
    return head.method == method || (method == "GET" && head.method == "HEAD");
}

bool is_json(const web::RequestHead& head)
{
    const std::string* type = head.headers.find("Content-Type");
    const std::string* coding = head.headers.find("Content-Encoding");
    if (coding && !web::equals_ignoring_case(*coding, "identity")) return false;
    return type &&
           web::equals_ignoring_case(type->substr(0, type->find_first_of("; \t")), "application/json");
}

// The one text member of a body; nothing where the body is another.
std::optional<std::string> member_of(const std::string& body, std::string_view name, std::size_t length_max)
{
    boost::system::error_code failed;
    const json::value value = json::parse(body, failed);
    const json::object* object = failed ? nullptr : value.if_object();
    const json::value* member = object ? object->if_contains(name) : nullptr;
    const json::string* text = member ? member->if_string() : nullptr;
    if (!text || object->size() != 1 || text->size() > length_max) return {};
    return std::string{*text};
}

Error bad_request()
{
    return Error{Errc::malformed, "tab_bad_request",
                 "The relay did not understand the tab's page. Load it again."};
}

Error session_ended()
{
    return Error{Errc::unauthorised, "tab_session_ended", "This view has ended. It begins anew by itself."};
}

Error too_fast()
{
    return Error{Errc::rate_limited, "tab_too_fast", "This is too much at once. Wait a minute."};
}

std::string origin_of(const std::optional<config::Url>& url)
{
    return url ? url->scheme + "://" + url->authority() : std::string{};
}

} // namespace

TabHandler::TabHandler(Parts parts) : parts_{std::move(parts)}
{
    take_settings();
}

void TabHandler::take_settings()
{
    const auto next = parts_.settings.current();
    const bool another =
        settings_ && (settings_->secret(Key::halo_tab_secret) != next->secret(Key::halo_tab_secret) ||
                      settings_->text(Key::halo_url) != next->text(Key::halo_url));
    if (another) sessions_.clear();
    settings_ = next;
    names_ = names_in(settings_->text(Key::tab_query));
    origin_ = origin_of(settings_->url(Key::halo_url));
}

net::Admission TabHandler::admit(const web::RequestHead& head)
{
    net::Admission admission;
    const std::string_view method = method_of(head.path);
    if (!is_allowed(head)) {
        web::Response response = web::empty_response(405);
        response.headers.add("Allow", method == "POST" ? "POST" : "GET, HEAD");
        admission.refusal = secured(std::move(response));
    } else if (method == "POST" && !is_json(head)) {
        admission.refusal = secured(web::empty_response(415));
    }
    admission.body_max = method == "POST" ? body_max : 0;
    return admission;
}

asio::awaitable<web::Response> TabHandler::handle(web::Request request)
{
    web::Response response;
    std::string failed;
    try {
        response = co_await respond(std::move(request));
    } catch (const store::Failure& failure) {
        failed = failure.what();
    } catch (const net::StoreRefused& refused) {
        failed = refused.error().text();
    }
    if (!failed.empty()) {
        parts_.logger.warning("the tab cannot be served: the store", {{"why", failed}});
        response = problem(
            Error{Errc::unavailable, "tab_store_unavailable",
                  "The relay's database cannot be used at the moment. This is tried again by itself."});
    }
    co_return secured(std::move(response));
}

asio::awaitable<web::Response> TabHandler::respond(web::Request request)
{
    const std::string path = request.head.path;
    if (path == "/tab/session") co_return co_await open_session(std::move(request));
    if (path == "/tab/view") co_return co_await show(std::move(request));
    if (path == "/tab/actions") co_return co_await act(std::move(request));
    co_return page_file(path);
}

web::Response TabHandler::page_file(std::string_view path) const
{
    const std::string_view name = path == "/tab" ? "index.html" : path.substr(path.find('/', 1) + 1);
    const auto file = std::find_if(parts_.page.begin(), parts_.page.end(),
                                   [&](const embedded::File& each) { return each.path == name; });
    if (file == parts_.page.end() || path == "/tab/index.html") return web::empty_response(404);
    return file_answer(*file, settings_->text(Key::ui_language));
}

asio::awaitable<web::Response> TabHandler::open_session(web::Request request)
{
    const std::string remote = request.head.remote;
    const auto link = member_of(request.body, "link", link_max);
    if (!link) co_return problem(bad_request());
    const auto visit = verify_link(*link, settings_->secret(Key::halo_tab_secret), names_);
    if (!visit) {
        if (!bad_links_.take(remote, parts_.clock.steady())) co_return problem(too_fast());
        co_return turn_away(visit.error(), remote);
    }
    const Visit verified = *visit;
    const base::Result<void> checked = co_await parts_.gate.check(verified);
    if (!checked) co_return turn_away(checked.error(), remote);

    std::string token = sessions_.open(verified, parts_.clock.steady());
    ++opened_;
    last_opened_ = parts_.clock.wall();
    parts_.logger.debug("tab opened", {{"ticket", std::to_string(verified.ticket)},
                                       {"agent", std::to_string(verified.agent)},
                                       {"remote", remote}});
    const json::object body{{"token", std::move(token)},
                            {"ticket_id", verified.ticket},
                            {"expires_at", base::rfc3339(parts_.clock.wall() + Sessions::life)}};
    co_return web::json_response(201, json::serialize(body));
}

asio::awaitable<web::Response> TabHandler::show(web::Request request)
{
    const auto visit = visit_of(request.head);
    if (!visit) co_return problem(session_ended());
    const std::string who = std::to_string(visit->agent) + "/" + std::to_string(visit->ticket);
    if (!looks_.take(who, parts_.clock.steady())) co_return problem(too_fast());
    auto read = [ticket = visit->ticket, now = parts_.clock.wall()](store::Database& db) {
        return ticket_view(db, ticket, now);
    };
    json::object view = co_await net::on_readers(parts_.readers, std::move(read));
    view["link"] = json::object{{"live", parts_.live}};
    web::Response response = web::json_response(200, json::serialize(view));
    // A tab looks again and again, for hours: it must not hold one of the listener's connections.
    response.close = true;
    co_return response;
}

asio::awaitable<web::Response> TabHandler::act(web::Request request)
{
    const auto visit = visit_of(request.head);
    if (!visit) co_return problem(session_ended());
    const auto action = member_of(request.body, "action", action_id_max);
    if (!action) co_return problem(bad_request());
    if (!presses_.take(std::to_string(visit->agent), parts_.clock.steady())) co_return problem(too_fast());

    auto read = [ticket = visit->ticket, id = *action, now = parts_.clock.wall()](store::Database& db) {
        const auto insight = store::load_insight(db, ticket);
        return insight ? action_label(*insight, id, now) : std::nullopt;
    };
    const auto label = co_await net::on_readers(parts_.readers, std::move(read));
    if (!label)
        co_return problem(Error{Errc::gone, "tab_action_gone", "Mizo no longer offers this for the ticket."});
    Press press{*visit, *action, *label};
    const auto outcome = co_await parts_.actions.press(std::move(press));
    if (!outcome) co_return problem(outcome.error());
    const json::object body{{"ok", outcome->ok}, {"code", outcome->code}, {"text", outcome->text}};
    co_return web::json_response(200, json::serialize(body));
}

std::optional<Visit> TabHandler::visit_of(const web::RequestHead& head) const
{
    static constexpr std::string_view scheme = "Bearer ";
    const std::string* given = head.headers.find("Authorization");
    if (!given || !given->starts_with(scheme) || head.headers.count("Authorization") != 1) return {};
    return sessions_.find(std::string_view{*given}.substr(scheme.size()), parts_.clock.steady());
}

web::Response TabHandler::turn_away(const Error& error, const std::string& remote)
{
    ++refused_;
    last_refused_ = Refusal{error.code(), error.detail(), parts_.clock.wall()};
    const base::Fields fields{{"why", error.code()}, {"detail", error.detail()}, {"remote", remote}};
    // An outage of HaloPSA's is told once, by its client, and not for every tab that is open.
    if (error.kind() == Errc::unavailable || error.kind() == Errc::rate_limited)
        parts_.logger.debug("tab refused", fields);
    else
        parts_.logger.warning("tab refused", fields);
    return problem(error);
}

web::Response TabHandler::secured(web::Response response) const
{
    add_security_headers(response, origin_);
    return response;
}

View TabHandler::view() const
{
    View view;
    view.secret_set = !settings_->secret(Key::halo_tab_secret).empty();
    view.query = settings_->text(Key::tab_query);
    view.allowed_origin = origin_;
    view.last_opened = last_opened_;
    view.last_refused = last_refused_;
    view.opened = opened_;
    view.refused = refused_;
    view.sessions = sessions_.count(parts_.clock.steady());
    return view;
}

} // namespace mizo::tab
