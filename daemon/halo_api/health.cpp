#include "daemon/halo_api/health.hpp"

#include "daemon/halo/api_fault.hpp"

#include <algorithm>
#include <array>

namespace mizo::halo_api {

namespace {

// What a server or a proxy answers while HaloPSA itself cannot.
bool is_out_of_order(int status)
{
    return status >= 502 && status <= 504;
}

// HaloPSA's API sends nobody elsewhere: a proxy or a sign-in page does, at an address that is not the API's.
bool is_redirect(int status)
{
    return status >= 300 && status <= 399;
}

// Failures that say nothing about HaloPSA: the call was not to be made, or was given up by us.
bool is_our_own(const base::Error& error)
{
    static constexpr std::array<std::string_view, 6> own{"halo_not_configured", "halo_settings_changed",
                                                         "halo_path_refused",   "halo_rate_limited",
                                                         "halo_stopped",        "halo_answer_too_large"};
    return std::find(own.begin(), own.end(), error.code()) != own.end();
}

} // namespace

std::string_view name_of(State state)
{
    switch (state) {
    case State::unconfigured: return "unconfigured";
    case State::unknown: return "unknown";
    case State::ok: return "ok";
    case State::failing: return "failing";
    }
    return "";
}

net::Message advice_for(int status)
{
    if (status >= 500) return {"advice_halo_server", {}, {}};
    if (status == 401 || status == 403) return {"advice_halo_scopes", {}, {}};
    return {"advice_halo_address", {}, {}};
}

void Health::configured(bool yes, base::WallTime now)
{
    *this = Health{};
    state_ = yes ? State::unknown : State::unconfigured;
    since_ = now;
}

void Health::answered(int status, const std::string& reason, base::WallTime now)
{
    if (is_redirect(status))
        return failed(halo::api_fault("halo_answer_unexpected", reason), advice_for(status), now);
    if (is_out_of_order(status))
        return failed(halo::api_fault("halo_refused", reason), advice_for(status), now);
    checked_ = now;
    // A right that is missing is answered so, too; but where nothing has worked yet, nothing does.
    if (status == 401 && state_ != State::ok)
        return failed(halo::api_fault("halo_refused", reason), advice_for(status), now);
    last_success_ = now;
    advice_.reset();
    become(State::ok, now);
}

void Health::failed(const base::Error& error, std::optional<net::Message> advice, base::WallTime now)
{
    if (is_our_own(error)) return;
    checked_ = now;
    last_error_ = error;
    advice_ = std::move(advice);
    become(State::failing, now);
}

void Health::become(State state, base::WallTime now)
{
    if (state_ != state) since_ = now;
    state_ = state;
}

void Health::tell(View& view) const
{
    view.state = state_;
    view.since = since_;
    view.last_success = last_success_;
    view.checked = checked_;
    view.last_error = last_error_;
    view.advice = advice_;
}

} // namespace mizo::halo_api
