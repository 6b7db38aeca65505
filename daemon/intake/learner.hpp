#pragma once

#include "certs/signature_search.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/web/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace mizo::intake {

// What one delivery taught.
struct Lesson {
    std::optional<certs::SignatureMatch> match;
    std::string thumbprint;           // of the certificate that signed it
    bool signature_like = false;      // a header looks like a signature
    std::vector<std::string> headers; // names of the delivery's headers
};

// Tries every way of signing over every header, with the keys of all certificates made here. Takes long: not
// on the loop's thread.
Lesson learn(const web::Request& request, const std::vector<custody::KnownKey>& keys);

// Finds out how this HaloPSA signs: once started, the next delivery that reaches the webhook's URL and is not
// accepted is learned from. What verifies cannot be an accident (it is an RSA signature), so it is shown, and
// pinned once the admin confirms. Nothing unsigned is accepted meanwhile.
class Learner {
public:
    static constexpr std::chrono::minutes wait_max{30};

    enum class State { idle, waiting, matched, no_match, confirmed, expired };

    struct Progress {
        State state = State::idle;
        std::optional<base::WallTime> started;
        std::optional<base::WallTime> expires;
        std::optional<base::WallTime> received;
        std::string delivery_id; // of the delivery that was tried; empty before
        Lesson lesson;
    };

    void start(base::WallTime now);
    // The admin has confirmed the match, and it is pinned.
    void confirmed() { progress_.state = State::confirmed; }
    Progress progress(base::WallTime now) const;
    // A delivery without a match does not end the wait: the next one may be HaloPSA's.
    bool waiting(base::WallTime now) const;
    void observe(const Lesson& lesson, const std::string& delivery_id, base::WallTime received);

private:
    Progress progress_;
};

} // namespace mizo::intake
