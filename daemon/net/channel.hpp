#pragma once

#include "daemon/net/dial.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace mizo::net {

// How a channel ended.
struct ChannelEnd {
    int code = 1006;    // of the peer's close frame, or of ours after an error of the peer's; 1006: neither
    std::string reason; // what the peer wrote, or what was wrong; foreign text
};

// An open WebSocket: text messages in both directions, in order. Single-threaded. Destroying it aborts it,
// which ends a receive() in hand.
class Channel {
public:
    virtual ~Channel() = default;

    // The next message. Errors: `end()` says how the channel ended; every later call returns the same error.
    // One call at a time.
    virtual asio::awaitable<base::Result<std::string>> receive() = 0;
    // Valid once receive() has returned an error.
    virtual const ChannelEnd& end() const = 0;

    // Queues a message; messages leave in order, many of them together. The caller bounds how many: it is
    // to watch queued_bytes(). After the end it does nothing.
    virtual void send(std::string text) = 0;
    // Bytes of messages not yet given to the system.
    virtual std::size_t queued_bytes() const = 0;

    // Messages over this end the channel with 1009; it may be set again at any time.
    virtual void set_message_max(std::size_t bytes) = 0;

    // Sends what is queued, then a close frame, and waits for the peer's; what takes longer than 2 s is
    // aborted. receive() ends with the peer's close code, or 1006.
    virtual void close(int code, std::string reason) = 0;
    // Ends the connection at once.
    virtual void abort() = 0;
};

struct ChannelRequest {
    Route route;
    base::Secret bearer;  // the token alone
    std::string protocol; // "mizo-link.v1"; an answer that does not choose it is a failure
    std::string user_agent;
    std::size_t message_max = 8 * 1024 * 1024;
    std::chrono::milliseconds close_limit{2'000};
};

// Dials, and upgrades to a WebSocket. A refused upgrade leaves status, Retry-After and Date in the trace,
// and nothing of the answer's body anywhere. `request` and `trace` must outlive the call.
asio::awaitable<base::Result<std::unique_ptr<Channel>>> open_channel(const ChannelRequest& request,
                                                                     Trace& trace);

} // namespace mizo::net
