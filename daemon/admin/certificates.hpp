#pragma once

#include "daemon/admin/services.hpp"

namespace mizo::admin {

json::object certificate_json(const Services& services, const custody::WebhookCertificate& certificate);
json::value certificate_summary_json(const CertificateFacts& facts);
// Those in state pending, active or retiring; newest first.
std::vector<CertificateFacts> certificate_facts(const Services& services);

} // namespace mizo::admin
