#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

// The frames of Mizo Link, version 1 (docs/link-protocol.md), as values and as text. No I/O, no state.
namespace mizo::relay {

using base::Result;
using base::WallTime;

// The place of an event in the stream of one epoch: 1 and up, without a gap.
using Seq = std::int64_t;

struct StreamPosition {
    std::string epoch;
    Seq first_seq = 1; // the oldest event still kept; next_seq where none is
    Seq next_seq = 1;  // what the next event to be stored will get
    Seq acked = 0;     // everything up to it is the cloud's

    bool operator==(const StreamPosition&) const = default;
};

struct Hello {
    std::string relay_id;
    std::string boot_id;
    std::int64_t fence = 0;
    std::string version;
    std::string os;
    WallTime now;
    StreamPosition stream;
    std::vector<std::string> caps;
    std::string session; // in a batch: the one it goes on with; empty for a new link

    bool operator==(const Hello&) const = default;
};

struct Resume {
    std::string epoch;
    Seq durable_seq = 0;

    bool operator==(const Resume&) const = default;
};

// How much may be sent beyond the last ack; absolute. 0 events is a pause.
struct Window {
    std::int64_t events = 0;
    std::int64_t bytes = 0;

    bool operator==(const Window&) const = default;
};

struct Welcome {
    std::string session;
    std::optional<Resume> resume;
    Window window;
    std::int64_t heartbeat_ms = 20'000;
    std::int64_t dead_ms = 50'000;
    std::int64_t progress_ms = 30'000;
    std::int64_t max_message = 8 * 1024 * 1024;
    WallTime now;
    std::vector<std::string> caps;

    bool operator==(const Welcome&) const = default;
};

// One event as it goes over the wire: a CloudEvents 1.0 object. `data` is the exact bytes HaloPSA signed;
// it travels as base64. Empty texts and empty optionals are members that are absent, but for id, source,
// type and dedupkey, which an event always has.
struct OutgoingEvent {
    std::string id;
    std::string source; // "urn:mizo:relay:<relay_id>"
    std::string type;   // "com.halopsa.ticket.created"
    std::string subject;
    WallTime time;
    std::string data;
    WallTime received_at;
    std::string origin; // "webhook", "reconcile", "poll" or "test"
    std::optional<std::int64_t> batch_index;
    std::string dedupkey;
    std::string signature;
    std::string signature_alg;
    std::string thumbprint;
    std::string replay_of;

    bool operator==(const OutgoingEvent&) const = default;
};

struct EventFrame {
    Seq seq = 0;
    std::int64_t attempt = 1;
    OutgoingEvent event;

    bool operator==(const EventFrame&) const = default;
};

struct Ack {
    Seq upto = 0;
    std::optional<Window> window;

    bool operator==(const Ack&) const = default;
};

// Either final, or to be sent again after `retry_ms`.
struct Nack {
    Seq seq = 0;
    std::string code;
    std::string text;
    bool final = false;
    std::int64_t retry_ms = 0;

    bool operator==(const Nack&) const = default;
};

struct Skip {
    Seq seq = 0;
    std::string reason;

    bool operator==(const Skip&) const = default;
};

struct Rewind {
    Seq from_seq = 0;
    std::string reason;

    bool operator==(const Rewind&) const = default;
};

struct Gap {
    Seq from_seq = 0;
    Seq first_seq = 0;

    bool operator==(const Gap&) const = default;
};

struct Ping {
    std::int64_t n = 0;
    WallTime at;

    bool operator==(const Ping&) const = default;
};

struct Pong {
    std::int64_t n = 0;
    WallTime at;

    bool operator==(const Pong&) const = default;
};

struct CertificateStatus {
    std::string thumbprint;
    std::string state;
    WallTime not_after;
    std::optional<WallTime> last_used;

    bool operator==(const CertificateStatus&) const = default;
};

struct HaloStatus {
    std::optional<bool> ok; // empty: never asked
    std::optional<WallTime> checked_at;

    bool operator==(const HaloStatus&) const = default;
};

// What the admin chose for Mizo. An empty list of ticket types is all, of assignable ones none.
struct ChosenSettings {
    std::vector<std::int64_t> ticket_types;
    std::vector<std::int64_t> assignable_types;
    bool triage = false;
    bool dispatch = false;
    bool resolve = false;
    bool request_info = false;
    std::string poll; // "auto", "on", "off"

    bool operator==(const ChosenSettings&) const = default;
};

struct AlertStatus {
    std::string code;
    bool severe = false;
    WallTime since;

    bool operator==(const AlertStatus&) const = default;
};

struct Status {
    std::int64_t queued = 0;
    std::int64_t oldest_ms = 0;
    std::int64_t dead_letters = 0;
    std::int64_t disk_free = 0;
    std::vector<CertificateStatus> certificates;
    HaloStatus halo;
    std::string version;
    std::optional<ChosenSettings> settings; // empty: not told
    std::vector<AlertStatus> alerts;        // that are on

    bool operator==(const Status&) const = default;
};

struct Request {
    std::string rid;
    std::int64_t deadline_ms = 0;
    std::string method;
    std::string path;
    boost::json::value query; // null where absent
    boost::json::value body;
    std::string idempotency_key;

    bool operator==(const Request&) const = default;
};

struct Cancel {
    std::string rid;

    bool operator==(const Cancel&) const = default;
};

struct Failure {
    std::string code;
    std::string text;

    bool operator==(const Failure&) const = default;
};

// Either an answer of HaloPSA's API, or why there is none.
struct Response {
    std::string rid;
    std::int64_t status = 0;
    boost::json::value headers;
    boost::json::value body;
    std::optional<Failure> error;

    bool operator==(const Response&) const = default;
};

struct InsightSection {
    std::string heading;
    std::string markdown;

    bool operator==(const InsightSection&) const = default;
};

struct InsightAction {
    std::string id;
    std::string label;

    bool operator==(const InsightAction&) const = default;
};

struct Insight {
    std::int64_t ticket_id = 0;
    std::int64_t revision = 0;
    std::string title;
    std::vector<InsightSection> sections;
    std::vector<InsightAction> actions;
    std::optional<WallTime> expires_at;

    bool operator==(const Insight&) const = default;
};

struct TabAction {
    std::string rid;
    std::int64_t ticket_id = 0;
    std::int64_t agent_id = 0;
    std::string action_id;

    bool operator==(const TabAction&) const = default;
};

struct Command {
    std::string rid;
    std::string name;
    boost::json::value args;

    bool operator==(const Command&) const = default;
};

struct Done {
    std::string rid;
    bool ok = false;
    std::string code;
    std::string text;
    boost::json::value result;

    bool operator==(const Done&) const = default;
};

struct Drain {
    std::string reason;
    std::int64_t deadline_ms = 0;
    std::string url; // empty: the one that is known

    bool operator==(const Drain&) const = default;
};

struct Bye {
    std::int64_t code = 1000;
    std::string text;
    std::optional<std::int64_t> retry_ms; // with 4503: not before

    bool operator==(const Bye&) const = default;
};

struct ErrorFrame {
    std::string code;
    std::string text;
    std::string re;

    bool operator==(const ErrorFrame&) const = default;
};

// A frame of a type that this version does not know. It is answered with ErrorFrame "unsupported".
struct Unknown {
    std::string t;
    std::string rid; // empty where it has none

    bool operator==(const Unknown&) const = default;
};

using Frame =
    std::variant<Hello, Welcome, EventFrame, Ack, Nack, Skip, Rewind, Gap, Ping, Pong, Status, Request,
                 Cancel, Response, Insight, TabAction, Command, Done, Drain, Bye, ErrorFrame, Unknown>;

// The type of a frame as it stands in "t".
std::string_view type_of(const Frame& frame);

// The text of one message. All text inside must be UTF-8; bytes that are none become U+FFFD.
std::string encode(const Frame& frame);

// The same for an event, without a JSON value in between: this is the hot path.
std::string encode_event(Seq seq, std::int64_t attempt, const OutgoingEvent& event);

struct DecodeLimits {
    std::size_t max_message = 8 * 1024 * 1024;
    std::size_t max_depth = 64;
};

// Reads one message. The size is looked at before anything else; members that are not known are ignored.
// Errors: too_large "link.too_large"; malformed "link.malformed", whose detail names the member and why.
Result<Frame> decode(std::string_view text, const DecodeLimits& limits = {});

} // namespace mizo::relay
