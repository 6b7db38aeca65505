#pragma once

#include "daemon/admin/link_control.hpp"
#include "daemon/admin/message.hpp"
#include "daemon/halo_api/view.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/store/halo_log.hpp"
#include "daemon/store/ledger.hpp"
#include "daemon/store/writer.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// How the service is, judged from facts alone.
namespace mizo::admin {

// Of one certificate that is accepted or could become so.
struct CertificateFacts {
    std::string id;
    std::string thumbprint;
    std::string state;
    base::WallTime not_after{};
    std::optional<base::WallTime> last_used;
    bool accepted = false;
    bool due = false; // its successor is
};

// HaloPSA's silence, as the rhythm of the last weeks tells it.
struct SilenceFacts {
    // The last call, or the start where that was later; none: no call ever.
    std::optional<base::WallTime> since;
    double missed = 0;   // how many times the usual gap has passed
    bool learnt = false; // the rhythm is known
    bool heard = false;  // a call came since the start
};

// A check of the setup guide that was right, and is wrong now.
struct WrongCheck {
    std::string id;
    Message title;
    std::optional<Message> advice;
};

// What is known at one instant.
struct Facts {
    base::WallTime now{};
    // HaloPSA's side
    intake::Counters counters;
    store::LastSuccess last;
    store::Ledger day;      // of the last 24 hours
    store::HaloLedger halo; // the same, as HaloPSA's own log has it
    bool x509 = true;       // webhook.auth
    std::vector<CertificateFacts> certificates;
    bool certificate_due = false;     // a new one is to be made
    bool certificate_waiting = false; // one was made and waits to be put into HaloPSA
    std::vector<WrongCheck> wrong_checks;
    // the listener
    bool listening = true;
    std::string listen_address;
    std::string listen_problem;
    std::optional<base::Error> not_ready;
    SilenceFacts silence;
    double silence_factor = 5; // alerts.silence_factor
    halo_api::View api;        // HaloPSA's
    // the store
    store::Health health;
    store::QueueCounts queue;
    std::int64_t max_bytes = 0;
    std::int64_t queue_limit = 1'000; // alerts.queue
    std::optional<base::WallTime> salvaged;
    std::int64_t salvaged_deliveries = 0;
    std::int64_t disk_free = 0;
    std::int64_t disk_total = 0;
    // the cloud's side
    relay::View link;
    std::vector<LinkAlert> link_alerts;
};

// One stage of the strip, without since when it is so.
struct Stage {
    std::string_view stage;
    std::optional<bool> ok; // empty: nothing is known yet
    std::optional<base::WallTime> last_success;
    Message what;
    std::optional<Message> advice;
};

// HaloPSA, receive, verify, store, link, Mizo.
std::array<Stage, 6> judge_strip(const Facts& facts);

// What keeps HaloPSA's calls away, and the store from taking more: for the strip and the alerts.
std::optional<Message> silence_of(const Facts& facts);
struct Trouble {
    Message what;
    Message advice;
};
std::optional<Trouble> store_trouble(const Facts& facts);
inline constexpr std::uint64_t rejected_in_a_row_bad = 3;

// What a person should know of now.
struct Condition {
    bool severe = false; // "error", else "warning"
    Message what;
    std::optional<Message> advice;
    std::string key = {};     // of several with one key, the first is taken; empty: the code
    bool raised = true;       // false: between the thresholds, or not known yet: what is on stays on
    bool halo_itself = false; // HaloPSA is the trouble
};
struct Judgement {
    std::vector<Condition> alerts;
    std::vector<std::string> unknown; // keys of which nothing is known: "link_" stands for all that begin so
};
Judgement judge_alerts(const Facts& facts);

// Why the link is not up, and what to do: from how it ended last.
std::optional<Message> last_link_error(const relay::View& view);
std::optional<Message> link_advice(const relay::View& view, const std::vector<LinkAlert>& alerts);
Message message_of(const relay::Disconnect& disconnect);

// The link's state as the API names it.
std::string_view link_state(relay::LinkState state);

} // namespace mizo::admin
