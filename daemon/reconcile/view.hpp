#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::reconcile {

// HaloPSA's own log of deliveries, or its tickets and actions.
enum class Way { delivery_log, api };

// Why a run begins. ledger: HaloPSA's log is read for the ledger's sake; more: the former run ended before it
// was done.
enum class Reason { start, outage, daily, ledger, command, admin, more };

enum class RunState { done, partial, failed };

std::string_view name_of(Way way);
std::string_view name_of(Reason reason);
std::string_view name_of(RunState state);

// Something for the admin: a message code of the admin API's contract, with its arguments.
struct Note {
    std::string code;
    std::int64_t count = 0;                  // {count}
    std::string reason = {};                 // {reason}
    std::optional<base::WallTime> from = {}; // {from}
};

// What one run found.
struct Run {
    Reason reason = Reason::start;
    std::optional<Way> way; // empty: none was possible
    RunState state = RunState::done;
    bool log_failed = false;            // and the API stood in for it
    std::optional<base::WallTime> from; // HaloPSA's time
    base::WallTime began{};
    base::WallTime ended{};
    std::int64_t listed = 0;       // deliveries of the log, or tickets
    std::int64_t recovered = 0;    // events read back from the log, verified
    std::int64_t by_api = 0;       // events made from what the API shows
    std::int64_t known = 0;        // deliveries whose events were here already
    std::int64_t without_body = 0; // deliveries of which HaloPSA keeps no body
    std::int64_t unverified = 0;
    Note message;
    std::vector<Note> notes; // what could not be known
};

struct Rights {
    std::optional<bool> delivery_log; // empty: not tried yet
    std::optional<bool> tickets;
    std::optional<bool> actions;
};

enum class PollMode { automatic, on, off };
std::string_view name_of(PollMode mode); // "auto", "on", "off"

struct PollView {
    PollMode mode = PollMode::automatic;
    bool active = false;
    std::optional<base::WallTime> since;
    std::chrono::milliseconds interval{0};
    std::optional<base::WallTime> last;
    std::optional<base::WallTime> next;
    std::optional<Note> error;
};

// Since the start.
struct Totals {
    std::int64_t runs = 0;
    std::int64_t failed_runs = 0;
    std::int64_t recovered = 0;
    std::int64_t by_api = 0;
    std::int64_t polled = 0;
};

struct View {
    bool running = false;
    std::optional<Way> way; // of the run in hand, else of the last
    std::optional<Run> last_run;
    std::optional<base::WallTime> next;
    std::optional<base::WallTime> checked_upto; // HaloPSA's time
    Rights rights;
    PollView poll;
    Totals totals;
};

// Further back HaloPSA keeps no log.
inline constexpr std::chrono::hours longest_look_back{30 * 24};

// What the admin API and the cloud's command ask of the reconciler.
class Control {
public:
    virtual ~Control() = default;

    virtual View view() const = 0;
    // Looks for what was missed, now or as soon as the run in hand has ended; from `from` on, or from where
    // everything was known last. Error: conflict "reconcile_not_possible" (HaloPSA's API is not set up).
    virtual base::Result<void> ask(Reason reason, std::optional<base::WallTime> from) = 0;
};

} // namespace mizo::reconcile
