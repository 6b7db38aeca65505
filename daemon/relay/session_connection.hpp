#pragma once

#include "daemon/relay/session_types.hpp"

#include <optional>
#include <string>

namespace mizo::relay {

// One link from Dial to its end: its phase, and whether the other side is still there.
class Connection {
public:
    enum class Phase { dialling, opening, live };
    enum class Due { nothing, ping, dial_took_too_long, no_welcome, silence, no_close };

    Connection(Dial dial, Instant now);

    LinkId id() const { return id_; }
    const std::string& url() const { return url_; }
    Transport transport() const { return transport_; }
    bool is_batches() const { return transport_ == Transport::batches; }
    Phase phase() const { return phase_; }
    bool is_live() const { return phase_ == Phase::live; }
    const std::string& session() const { return session_; }
    std::size_t max_message() const { return max_message_; }
    std::int64_t progress_ms() const { return progress_ms_; }

    void dialled(Instant now);
    void welcomed(const Welcome& welcome, Instant now);
    void heard(Instant now) { heard_at_ = now.steady; }
    void said_bye(Bye bye, Instant now);
    const std::optional<Bye>& bye() const { return bye_; }

    Ping ping(Instant now);
    void ponged(const Pong& pong, Instant now);
    std::optional<milliseconds> rtt() const { return rtt_; }

    // Counts an answer that the cloud made us give; false when it asks for more than can be honest.
    bool may_answer(Instant now);

    Due due(Instant now) const;
    SteadyTime wake() const;

private:
    SteadyTime ping_at() const;

    LinkId id_;
    std::string url_;
    Transport transport_;
    Phase phase_ = Phase::dialling;
    SteadyTime phase_ends_; // of dialling and opening
    std::string session_;
    milliseconds heartbeat_{20'000};
    milliseconds dead_{50'000};
    std::int64_t progress_ms_ = 30'000;
    std::size_t max_message_ = DecodeLimits{}.max_message;
    SteadyTime heard_at_;
    SteadyTime pinged_at_;
    std::int64_t pings_ = 0;
    std::optional<milliseconds> rtt_;
    std::optional<Bye> bye_;
    SteadyTime close_due_;
    SteadyTime answers_since_;
    int answers_ = 0;
};

} // namespace mizo::relay
