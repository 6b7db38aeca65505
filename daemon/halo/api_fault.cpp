#include "daemon/halo/api_fault.hpp"

#include <algorithm>
#include <array>

namespace mizo::halo {

namespace {

using base::Errc;

struct Row {
    Errc kind;
    std::string_view code;
    std::string_view text;
};

constexpr std::array rows{
    Row{Errc::unavailable, "halo_not_configured", "HaloPSA's address, client ID or client secret is not set"},
    Row{Errc::unavailable, "halo_settings_changed", "The settings of HaloPSA were changed meanwhile"},
    Row{Errc::invalid, "halo_path_refused", "This is no path of HaloPSA's API"},
    Row{Errc::unauthorised, "halo_credentials_refused",
        "HaloPSA does not accept the client ID and secret: {reason}"},
    Row{Errc::unauthorised, "halo_scopes_refused",
        "HaloPSA grants none of the permissions asked for: {reason}"},
    Row{Errc::timeout, "halo_timeout",
        "HaloPSA did not answer ({reason}); what was asked may have been done all the same"},
    Row{Errc::unreachable, "halo_unreachable", "HaloPSA cannot be reached: {reason}"},
    Row{Errc::tls, "halo_tls", "There is no trusted connection with HaloPSA: {reason}"},
    Row{Errc::rate_limited, "halo_rate_limited", "HaloPSA's limit of calls is reached: {reason}"},
    Row{Errc::too_large, "halo_answer_too_large", "HaloPSA's answer is too large: {reason}"},
    Row{Errc::malformed, "halo_answer_unexpected", "HaloPSA's answer could not be understood: {reason}"},
    Row{Errc::refused, "halo_refused", "HaloPSA refused: {reason}"},
    Row{Errc::shutting_down, "halo_stopped", "The call was given up, since the relay is stopping"},
};

} // namespace

base::Error api_fault(std::string_view code, std::string reason)
{
    const auto* row =
        std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.code == code; });
    if (row == rows.end()) return base::Error{Errc::internal, std::string{code}, std::string{code}, reason};
    std::string text{row->text};
    if (const auto at = text.find("{reason}"); at != std::string::npos) text.replace(at, 8, reason);
    return base::Error{row->kind, std::string{code}, std::move(text), std::move(reason)};
}

} // namespace mizo::halo
