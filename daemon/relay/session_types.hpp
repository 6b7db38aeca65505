#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/relay/wire.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// What goes into the session and what comes out of it.
namespace mizo::relay {

using base::SteadyTime;
using std::chrono::milliseconds;

// The one instant of a turn: steady for waiting, wall for records.
struct Instant {
    SteadyTime steady;
    WallTime wall;
};

// One connection. Each Dial has a new, higher one; events about a link that the session has let go are
// ignored, so the driver need not hold anything back.
using LinkId = std::uint64_t;
using LoadId = std::uint64_t;

struct Identity {
    std::string relay_id;
    std::string url; // "wss://HOST/link/v1/connect"

    bool operator==(const Identity&) const = default;
};

struct Settings {
    std::string version;
    std::string os;
    std::string boot_id;            // a UUID of this start
    std::int64_t fence = 1;         // one more with each start
    std::function<double()> jitter; // in [0, 1)
    // What the relay itself is ready to hold, whatever the cloud offers.
    Window window_max{4096, 64 * 1024 * 1024};
    std::int64_t chunk_events = 256;
    std::int64_t chunk_bytes = 2 * 1024 * 1024;
};

// ---- Events: everything that can happen to a link ----

// Once, first. Without an identity the session waits for Enrolled.
struct Start {
    std::optional<Identity> identity;
    StreamPosition stream;
};
struct Enrolled {
    Identity identity;
};
struct Forgotten {};

enum class DialStage { resolve, connect, proxy, tls, upgrade };

// What carries the frames of a link: a WebSocket, or where it cannot be had, HTTPS batches.
enum class Transport { websocket, batches };
std::string_view name_of(Transport transport);

struct Dialled {
    LinkId link = 0;
};
struct DialFailed {
    LinkId link = 0;
    DialStage stage = DialStage::connect;
    int http_status = 0;                     // of the upgrade's answer, or of the proxy's
    std::optional<milliseconds> retry_after; // its Retry-After
    std::optional<WallTime> date;            // its Date, which shows a wrong clock
    bool is_page = false;                    // it is an HTML page, which is never the cloud's
    std::string code;                        // of base::Error, for instance "link.tls"
    std::string text;
};
// The link is gone: a close frame came, or the transport ended (code 1006).
struct Closed {
    LinkId link = 0;
    int code = 1006;
    std::string reason;
};
struct Received {
    LinkId link = 0;
    std::string text;
    std::int64_t unsent = 0; // bytes that the session sent, and that the system has not taken yet
};

// The doorbell: events up to next_seq are committed.
struct Stored {
    Seq next_seq = 1;
};
// Retention let go of acked events below first_seq.
struct Trimmed {
    Seq first_seq = 1;
};

struct LoadedEvent {
    enum class State {
        whole,
        damaged, // its bytes no longer match their hash; `event` is empty
        dead,    // a dead letter already; `event` is empty
    };
    Seq seq = 0;
    State state = State::whole;
    std::int64_t attempts = 0; // sendings recorded so far
    std::int64_t nacks = 0;    // refusals recorded so far
    OutgoingEvent event;       // without `source`
    std::string dead_reason;
};
// Answers Load: rows in order of seq, from the first at or after from_seq; first_seq as of that read. At
// least one row where there is one, whatever its size.
struct Loaded {
    LoadId load = 0;
    Seq first_seq = 1;
    std::vector<LoadedEvent> events;
};
// Answers GoBack and NewEpoch, once they are committed.
struct StreamMoved {
    StreamPosition stream;
};

// What is served beside the stream ("request", "insight", "command"): said with the next hello, and what is
// not served is answered with an error.
struct Serves {
    std::vector<std::string> caps;
};
// An answer to what was handed on, or a button of the tab: Response, Done or TabAction. Nothing becomes of
// any other, of an answer that nobody waits for (its link is gone, or it was given already), nor while no
// link is live.
struct Outgoing {
    Frame frame;
    std::int64_t unsent = 0; // as in Received
};

// The facts for `status` frames; as often as the driver likes, sent only on change and every 60 s.
struct StatusFacts {
    Status status;
};
struct RetryNow {};
struct NetworkUp {};
struct Stop {};
struct Tick {};

using Event =
    std::variant<Start, Enrolled, Forgotten, Dialled, DialFailed, Closed, Received, Stored, Trimmed, Loaded,
                 StreamMoved, Serves, Outgoing, StatusFacts, RetryNow, NetworkUp, Stop, Tick>;

// ---- Actions: what the driver does about it, in this order ----
//
// RecordNack, DeadLetter, GoBack and NewEpoch are committed before the next action is begun; MarkAcked and
// Load need only be begun.

struct Dial {
    LinkId link = 0;
    std::string url; // of the WebSocket, also where batches are to carry the frames
    Transport transport = Transport::websocket;
};
struct Send {
    LinkId link = 0;
    std::string text;
};
// Close the link with this code; where it is still being dialled, give that up. No answer is waited for.
struct Close {
    LinkId link = 0;
    int code = 1000;
    std::string reason;
};
// Answer with Loaded. At most one is out at a time; a newer one makes an older one's answer void.
struct Load {
    LoadId load = 0;
    Seq from_seq = 0;
    std::int64_t max_events = 0;
    std::int64_t max_bytes = 0; // of bodies
};

// Sendings that followed each other in the same millisecond, for the delivery log: every event of the range
// was sent once more.
struct Sendings {
    Seq first_seq = 0;
    Seq last_seq = 0;
    WallTime first_at;
    WallTime last_at;

    bool operator==(const Sendings&) const = default;
};
// An ack of the cloud's, for the delivery log; acks of the same millisecond are one.
struct AckTime {
    Seq upto = 0;
    WallTime at;

    bool operator==(const AckTime&) const = default;
};
// Everything up to `upto` is the cloud's (no change where it is what was marked before). Losing this costs a
// duplicate, never an event.
struct MarkAcked {
    Seq upto = 0;
    std::vector<AckTime> acks; // those since the last mark; the last one's is `upto`
    std::vector<Sendings> sendings;
    std::string session;
};
struct RecordNack {
    Seq seq = 0;
    std::string code;
    std::string text;
    WallTime at;
};
enum class DeadLetterBy { cloud, relay };
struct DeadLetter {
    Seq seq = 0;
    DeadLetterBy by = DeadLetterBy::cloud;
    std::string code;
    std::string text;
    WallTime at;
};
// The cloud wants everything after durable_seq again: acked becomes durable_seq, or first_seq - 1 where
// retention has been faster. Answer with StreamMoved.
struct GoBack {
    Seq durable_seq = 0;
};
// The database was set back: make a new epoch, in which what is stored keeps its order. Answer with
// StreamMoved.
struct NewEpoch {};

// For whoever serves it: a frame of the cloud's that is not about the stream; or the answer to a TabAction
// that could not be sent.
struct Hand {
    Frame frame;
};
// A link has become live, or none is any longer: what was asked over it is not waited for.
struct Live {
    bool live = false;
};

// A state that a person must know of; raised and cleared once each.
struct Alert {
    std::string code;
    std::string text;
};
struct Clear {
    std::string code;
};
struct LogEntry {
    base::Level level = base::Level::info;
    std::string text;
    base::Fields fields;
};

using Action = std::variant<Dial, Send, Close, Load, MarkAcked, RecordNack, DeadLetter, GoBack, NewEpoch,
                            Hand, Live, Alert, Clear, LogEntry>;

// The first line of each request of a batch link, as of that moment.
struct BatchHello {
    std::string text;   // empty: there is no such link
    bool opens = false; // the cloud has not welcomed the link yet: no request may wait
};

// ---- What the admin page sees ----

enum class LinkState {
    unenrolled, // no identity
    waiting,    // until the next try
    dialling,
    opening, // hello is sent, welcome awaited
    live,
    stopped, // the cloud said that trying again is wrong; until "retry now"
    ended,
};
std::string_view name_of(LinkState state);

struct Disconnect {
    WallTime at;
    int code = 0;     // WebSocket close code; 0 where there was no link yet
    std::string text; // cut to 200 bytes
};

struct View {
    LinkState state = LinkState::unenrolled;
    WallTime since;
    std::int64_t attempt = 0; // tries since the last live link
    std::optional<milliseconds> next_try_in;
    std::optional<WallTime> last_ack;
    std::optional<milliseconds> rtt;
    std::int64_t in_flight = 0;
    std::int64_t in_flight_bytes = 0;
    Window window;
    Seq acked = 0;
    Seq next_seq = 1;
    std::string session;
    std::string url;
    Transport transport = Transport::websocket; // of the link, or of the next try
    WallTime transport_since;
    std::optional<milliseconds> websocket_try_in; // while batches are used
    std::vector<Disconnect> disconnects;          // the newest 20, oldest first
};

} // namespace mizo::relay
