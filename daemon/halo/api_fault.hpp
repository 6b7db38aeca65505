#pragma once

#include "daemon/base/result.hpp"

#include <string>
#include <string_view>

namespace mizo::halo {

// How a call of HaloPSA's API failed: one of the codes below, with its kind and its sentence, the same as in
// the admin API's catalogue. `reason` stands in the sentence, and alone is the error's detail: words of ours
// or of api_error, never a secret.
//   halo_not_configured, halo_settings_changed, halo_path_refused, halo_credentials_refused,
//   halo_scopes_refused, halo_timeout, halo_unreachable, halo_tls, halo_rate_limited,
//   halo_answer_too_large, halo_answer_unexpected, halo_refused, halo_stopped
base::Error api_fault(std::string_view code, std::string reason = {});

} // namespace mizo::halo
