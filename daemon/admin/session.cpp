#include "certs/secret.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/config/settings.hpp"

#include <array>

namespace mizo::admin {

namespace {

json::object session_json(const Services& services, const Caller& caller, bool setup_required)
{
    json::object out{{"setup_required", setup_required}, {"signed_in", caller.signed_in()}};
    out["csrf"] = out["expires_at"] = out["fresh_until"] = out["version"] = nullptr;
    if (caller.signed_in()) out["version"] = services.parts.version;
    if (caller.session) {
        out["csrf"] = caller.session->csrf;
        out["expires_at"] = to_json(expiry_of(*caller.session));
        out["fresh_until"] = to_json(base::WallTime{caller.session->authenticated + password_fresh});
    }
    const std::string language = services.parts.settings.current()->text(config::Key::ui_language);
    out["language"] = text_or_null(language == "auto" ? "" : language);
    return out;
}

web::Response signed_in(const Services& services, SignedIn answer)
{
    if (!answer.problem.empty()) {
        ProblemMore more;
        more.retry_after = answer.retry_after;
        return problem(answer.problem, std::move(more));
    }
    Caller caller;
    caller.session = std::move(answer.session);
    web::Response response = json_answer(201, session_json(services, caller, false));
    response.headers.add("Set-Cookie", set_session_cookie(answer.token));
    return response;
}

// Takes a secret out of the request, and leaves no copy of it there.
Checked<base::Secret> take_secret(json::object& object, std::string_view name, std::size_t length_max)
{
    const auto text = text_member(object, name, length_max);
    if (!text) return text.error();
    if (!*text) return BadRequest{"invalid_json", "The member " + std::string{name} + " is missing."};
    auto& held = object[name].get_string();
    certs::cleanse(held.data(), held.size());
    return base::Secret{**text};
}

void forget_body(Call& call)
{
    certs::cleanse(call.request.body.data(), call.request.body.size());
    call.request.body.clear();
}

} // namespace

Answer post_setup(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 2> members{"code", "password"};
    auto body = read_object(call, members);
    forget_body(call);
    if (!body) co_return problem(body.error());
    auto code = take_secret(*body, "code", 64);
    if (!code) co_return problem(code.error());
    auto password = take_secret(*body, "password", 200);
    if (!password) co_return problem(password.error());
    Accounts::SetUp wanted{std::move(*code), std::move(*password), call.remote()};
    SignedIn answer = co_await services.accounts.set_up(std::move(wanted));
    co_return signed_in(services, std::move(answer));
}

Answer get_session(Services& services, Call call)
{
    const bool exists = co_await services.accounts.exists();
    co_return json_answer(200, session_json(services, call.caller, !exists));
}

Answer post_session(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 1> members{"password"};
    auto body = read_object(call, members);
    forget_body(call);
    if (!body) co_return problem(body.error());
    auto password = take_secret(*body, "password", 128);
    if (!password) co_return problem(password.error());
    std::string earlier = cookie(call.request.head.headers, session_cookie);
    Accounts::SignIn wanted{std::move(*password), call.remote(), std::move(earlier)};
    SignedIn answer = co_await services.accounts.sign_in(std::move(wanted));
    if (answer.problem.empty() && call.caller.session) services.hub.end_session(call.caller.session->id_hash);
    co_return signed_in(services, std::move(answer));
}

Answer delete_session(Services& services, Call call)
{
    web::Response response = web::empty_response(204);
    response.headers.add("Set-Cookie", clear_session_cookie());
    if (!call.caller.session) co_return response;
    services.hub.end_session(call.caller.session->id_hash);
    store::SessionRow session = *call.caller.session;
    co_await services.accounts.sign_out(std::move(session), call.remote());
    co_return response;
}

Answer post_password(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 1> members{"password"};
    auto body = read_object(call, members);
    forget_body(call);
    if (!body) co_return problem(body.error());
    auto password = take_secret(*body, "password", 200);
    if (!password) co_return problem(password.error());
    Deed deed{call.caller.name(), "password_reset"};
    deed.remote = call.remote();
    const std::string wrong =
        co_await services.accounts.change_password(std::move(*password), std::move(deed));
    if (!wrong.empty()) co_return problem(wrong);
    for (const certs::Bytes& session : services.hub.sessions()) services.hub.end_session(session);
    web::Response response = web::empty_response(204);
    if (call.caller.session) response.headers.add("Set-Cookie", clear_session_cookie());
    co_return response;
}

} // namespace mizo::admin
