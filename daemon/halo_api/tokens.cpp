#include "daemon/halo_api/tokens.hpp"

#include "daemon/halo/api_fault.hpp"

#include <algorithm>

namespace mizo::halo_api {

namespace {

using namespace std::chrono_literals;
using base::Errc;
using std::chrono::milliseconds;

constexpr milliseconds request_limit = 15s;
constexpr std::size_t answer_max = 64 * 1024;
constexpr auto endpoint_for = 1h;
constexpr auto scopes_for = 24h; // then the whole set is tried again: rights may have been added in HaloPSA
constexpr auto replace_again_after = 1min;
// Whoever asks meanwhile gets the same failure: a refused secret is not tried in a loop.
constexpr auto refused_for = 30s;
constexpr auto failed_for = 2s;
constexpr milliseconds hold_min = 5s;

bool is_refusal(const base::Error& error)
{
    return error.kind() == Errc::unauthorised;
}

std::optional<net::Message> advice_for(const base::Error& error)
{
    if (error.code() == "halo_credentials_refused") return net::Message{"advice_halo_credentials", {}, {}};
    if (error.code() == "halo_scopes_refused") return net::Message{"advice_halo_scopes", {}, {}};
    if (error.code() == "halo_answer_unexpected") return net::Message{"advice_halo_address", {}, {}};
    return std::nullopt;
}

} // namespace

void Tokens::use(std::shared_ptr<const ApiSettings> settings)
{
    settings_ = std::move(settings);
    if (refresh_) refresh_->abort->fire();
    refresh_ = nullptr;
    endpoint_.reset();
    known_.reset();
    replaced_.reset();
    drop();
    bell_.ring();
}

void Tokens::remember(WorkingScopes scopes)
{
    known_ = std::move(scopes);
    known_until_ = parts_.clock.steady() + scopes_for;
}

void Tokens::drop()
{
    token_.reset();
    granted_.clear();
    failure_.reset();
    advice_.reset();
}

void Tokens::start_over()
{
    endpoint_.reset();
    known_.reset();
    drop();
}

void Tokens::stop()
{
    stopped_ = true;
    if (refresh_) refresh_->abort->fire();
    bell_.ring();
}

asio::awaitable<base::Result<Access>> Tokens::get(base::SteadyTime until)
{
    const Settings mine = settings_;
    for (;;) {
        if (stopped_) co_return halo::api_fault("halo_stopped");
        if (settings_ != mine) co_return halo::api_fault("halo_settings_changed");
        const base::SteadyTime now = parts_.clock.steady();
        if (token_ && now < times_.ends) {
            if (now >= times_.renew_at && now >= failure_until_) begin_refresh();
            co_return Access{token_->copy(), number_};
        }
        if (failure_ && now < failure_until_) co_return *failure_;
        if (now >= until) co_return halo::api_fault("halo_unreachable", "no token in time");
        begin_refresh();
        const auto left = std::chrono::ceil<milliseconds>(until - now);
        co_await bell_.wait(left);
    }
}

bool Tokens::replace(std::uint64_t number)
{
    if (number != number_ || !token_) return true;
    const base::SteadyTime now = parts_.clock.steady();
    if (replaced_ && now - *replaced_ < replace_again_after) return false;
    replaced_ = now;
    token_.reset();
    return true;
}

ScopeView Tokens::scopes() const
{
    ScopeView view{settings_->scopes, granted_, {}};
    if (known_)
        view.refused = known_->refused;
    else if (!granted_.empty())
        view.refused = halo::missing_scopes(settings_->scopes, granted_);
    return view;
}

void Tokens::begin_refresh()
{
    if (refresh_) return;
    refresh_ = std::make_shared<Refresh>();
    parts_.tasks.spawn("halo token", refresh(settings_, refresh_));
}

asio::awaitable<void> Tokens::refresh(Settings settings, std::shared_ptr<Refresh> mine)
{
    auto asked = co_await obtain(settings, mine->abort);
    if (refresh_ != mine) co_return; // the settings are others by now
    refresh_ = nullptr;
    if (asked)
        take(std::move(*asked));
    else
        note_failure(asked.error());
    bell_.ring();
}

void Tokens::take(halo::Token token)
{
    const base::SteadyTime now = parts_.clock.steady();
    times_ = halo::token_times(token.life, now);
    expires_ = parts_.clock.wall() + token.life;
    token_ = std::move(token.access);
    ++number_;
    granted_ = std::move(token.granted);
    if (granted_.empty()) granted_ = known_ ? known_->working : settings_->scopes;
    failure_.reset();
    advice_.reset();
    parts_.logger.debug("token", {{"life_s", std::to_string(token.life.count())}});
}

void Tokens::note_failure(const base::Error& error)
{
    // A place that was right once may have moved.
    if (error.kind() == Errc::malformed) endpoint_.reset();
    failure_ = error;
    failure_until_ = parts_.clock.steady() + (is_refusal(error) ? milliseconds{refused_for} : failed_for);
    if (const auto advice = advice_for(error)) advice_ = advice;
    parts_.logger.warning(error.text(), {{"code", error.code()}});
}

asio::awaitable<base::Result<halo::TokenEndpoint>> Tokens::discover(std::shared_ptr<net::Abort> abort)
{
    const Settings settings = settings_;
    if (endpoint_ && parts_.clock.steady() < endpoint_until_) co_return *endpoint_;
    Outgoing out;
    out.url = halo::authinfo_url(settings->url);
    out.headers = {{"Accept", "application/json"}, {"User-Agent", "mizo-relay"}};
    out.body_max = answer_max;
    out.limit = request_limit;
    parts_.limiter.count(parts_.clock.steady());
    Sent sent = co_await parts_.transport.send(std::move(out), std::move(abort));
    if (!sent.answer) {
        if (settings == settings_) advice_ = sent.advice;
        co_return sent.answer.error();
    }
    auto endpoint = halo::token_endpoint(settings->url, sent.answer->status, sent.answer->body);
    if (!endpoint.refused_host.empty())
        parts_.logger.warning("HaloPSA names another host for tokens, which gets no secret",
                              {{"host", endpoint.refused_host}, {"used", endpoint.url}});
    if (settings == settings_ && sent.answer->status < 500) {
        endpoint_ = endpoint;
        endpoint_until_ = parts_.clock.steady() + endpoint_for;
    }
    co_return endpoint;
}

asio::awaitable<Tokens::Asked> Tokens::obtain(Settings settings, std::shared_ptr<net::Abort> abort)
{
    if (!settings->configured()) co_return halo::api_fault("halo_not_configured");
    if (known_ && parts_.clock.steady() < known_until_) {
        auto known = co_await ask(settings, known_->working, abort);
        if (known || known.error().code() != "halo_scopes_refused") co_return known;
    }
    auto all = co_await ask(settings, settings->scopes, abort);
    const bool refused = !all && all.error().code() == "halo_scopes_refused";
    if (!refused && settings == settings_) known_.reset();
    if (!refused || settings->scopes.size() < 2) co_return all;
    co_return co_await probe(settings, abort);
}

// One unknown permission fails the whole request, so each is asked for alone.
asio::awaitable<Tokens::Asked> Tokens::probe(Settings settings, std::shared_ptr<net::Abort> abort)
{
    WorkingScopes found;
    base::Error last;
    for (const auto& scope : settings->scopes) {
        halo::Scopes one{scope};
        const auto asked = co_await ask(settings, std::move(one), abort);
        if (!asked && asked.error().code() != "halo_scopes_refused") co_return asked.error();
        if (!asked) last = asked.error();
        (asked ? found.working : found.refused).push_back(scope);
    }
    if (found.working.empty()) co_return last;
    auto token = co_await ask(settings, found.working, abort);
    if (!token || settings != settings_) co_return token;
    parts_.logger.warning("HaloPSA refuses permissions", {{"refused", halo::scope_text(found.refused)}});
    parts_.keep(found);
    remember(std::move(found));
    co_return token;
}

asio::awaitable<Tokens::Asked> Tokens::ask(Settings settings, halo::Scopes scopes,
                                           std::shared_ptr<net::Abort> abort)
{
    const auto endpoint = co_await discover(abort);
    if (!endpoint) co_return endpoint.error();
    const base::SteadyTime now = parts_.clock.steady();
    if (parts_.limiter.held_until(now)) co_return halo::api_fault("halo_rate_limited", "it asks to wait");
    if (settings != settings_) co_return halo::api_fault("halo_settings_changed");
    Outgoing out;
    out.url = endpoint->url;
    out.method = "POST";
    out.headers = {{"Accept", "application/json"},
                   {"Content-Type", "application/x-www-form-urlencoded"},
                   {"User-Agent", "mizo-relay"}};
    const auto form = halo::token_request(settings->client_id, settings->client_secret.reveal(), scopes);
    out.body = form.reveal();
    out.body_max = answer_max;
    out.limit = request_limit;
    parts_.limiter.count(now);
    Sent sent = co_await parts_.transport.send(std::move(out), std::move(abort));
    if (!sent.answer) {
        if (settings == settings_) advice_ = sent.advice;
        co_return sent.answer.error();
    }
    if (sent.answer->status == 429)
        parts_.limiter.hold(parts_.clock.steady() + std::max(hold_min, sent.retry_after.value_or(hold_min)));
    co_return halo::read_token(sent.answer->status, sent.answer->body);
}

} // namespace mizo::halo_api
