#pragma once

#include "certs/learn.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/web/message.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mizo::intake {

// Finds out how this HaloPSA signs: once started, the next delivery that reaches the webhook's URL is tried
// with every combination against the keys made here. What verifies cannot be an accident (it is an RSA
// signature), so it is shown, and pinned once the admin confirms. Nothing unsigned is accepted meanwhile.
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
        int combinations = 0;
        std::optional<certs::LearnedScheme> match;
        std::string thumbprint;           // of the certificate that signed it
        std::vector<std::string> headers; // names of the recorded delivery's headers
    };

    void start(base::WallTime now);
    void cancel();
    // The admin has confirmed the match, and it is pinned.
    void confirmed();
    Progress progress(base::WallTime now) const;
    bool waiting(base::WallTime now) const;

    // Keys of all webhook certificates, with their thumbprints.
    struct Key {
        certs::PublicKey key;
        std::string thumbprint;
    };
    void observe(const web::Request& request, const std::string& delivery_id, const std::vector<Key>& keys);

private:
    Progress progress_;
};

} // namespace mizo::intake
