#pragma once

#include "certs/key.hpp"
#include "daemon/net/http_client.hpp"
#include "daemon/relay/link.hpp"

#include <string>

// Enrolment as text (docs/link-protocol.md, section 3): what is asked, and how the answer reads. Pure.
namespace mizo::relay {

// "https://HOST/link/v1/enroll" from what the admin gave: that, or the cloud's bare address.
// Errors: invalid "value_url".
base::Result<std::string> enrolment_url(const std::string& url);

std::string enrolment_request(const base::Secret& code, const certs::EcJwk& key, const Settings& settings);

// Errors: denied "enroll_code_refused", rate_limited "enroll_rate_limited", malformed
// "cloud_answer_unexpected".
base::Result<Enrolment> read_enrolment(const net::HttpAnswer& answer);

} // namespace mizo::relay
