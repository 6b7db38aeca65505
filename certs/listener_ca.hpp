#pragma once

#include "certs/certificate.hpp"
#include "certs/error.hpp"
#include "certs/key.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::certs {

// A certificate together with its private key, which the caller seals before storing it.
struct KeyedCertificate {
    RsaKey key;
    Certificate certificate;
};

// What HaloPSA reaches the webhook listener by.
struct ListenerNames {
    std::vector<std::string> dns;
    std::vector<std::string> addresses; // IPv4 or IPv6
};

struct ListenerRules {
    std::chrono::seconds ca_life{std::chrono::days{3652}};
    std::chrono::seconds leaf_life{std::chrono::days{397}};
    std::chrono::seconds backdated{std::chrono::days{1}}; // for clients whose clock is behind
    double renew_at{0.66};
};

// The certification authority of webhook.tls = auto, which the administrator imports into HaloPSA's machine
// as a trusted root. So that this trust is not worth stealing, it may issue server certificates only, and
// only for these names and what lies below them. Errc::malformed where a name is none.
Result<KeyedCertificate> make_listener_ca(std::string_view common_name, const ListenerNames& names, Time now);

// The listener's own certificate, with a new key. Errc::mismatch where the authority may not issue for a
// name: then a new authority has to be made and imported.
Result<KeyedCertificate> issue_listener_certificate(const KeyedCertificate& ca, const ListenerNames& names,
                                                    Time now);

// True where the certificate is for all of the names.
bool covers(const Certificate& certificate, const ListenerNames& names);

// True from two thirds of the certificate's life on, and while it is not valid yet, as after a clock was set
// back.
bool listener_renewal_due(const Validity& validity, Time now);

} // namespace mizo::certs
