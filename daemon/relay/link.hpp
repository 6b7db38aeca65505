#pragma once

#include "daemon/base/random.hpp"
#include "daemon/custody/link_identity.hpp"
#include "daemon/net/dial_trace.hpp"
#include "daemon/net/route.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/relay/latencies.hpp"
#include "daemon/relay/session.hpp"

#include <memory>
#include <optional>
#include <string>

namespace mizo::relay {

namespace asio = boost::asio;

class Inbox;

// An alert of the link that is on now.
struct LinkAlert {
    std::string code;
    std::string text;
    WallTime since;
};

using LinkSettings = net::RouteSettings;

// What the cloud answered to an enrolment, or what stood in the way.
struct Enrolment {
    std::string relay_id;
    std::string connect_url;
};

// Drives the session: dials, sends, loads and marks as it says, and tells it what happened. Decides nothing.
// On the loop's thread only.
class Link {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        custody::LinkIdentity& identity;
        const base::Clock& clock;
        base::Random& random;
        base::Log& log;
    };

    Link(Parts parts, Settings session_settings, LinkSettings settings);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link();

    // Begins, with the stream as it lies in the store.
    asio::awaitable<void> start();
    // Says bye to the cloud, marks what is acked, and ends; at once where it never began.
    asio::awaitable<void> stop();

    void set_settings(LinkSettings settings);

    // Events up to next_seq are committed.
    void stored(Seq next_seq);
    void trimmed(Seq first_seq);
    void status_facts(Status status);

    // Who takes what the cloud sends beside the stream; before start(), and for as long as the link lives.
    void set_inbox(Inbox* inbox);
    // An answer (Response, Done) or a TabAction; false where no link is live. What is sent as the link ends
    // is lost with it: the inbox is told by on_live. An answer to what another link asked is dropped.
    bool send(Frame frame);

    View view() const;
    std::vector<LinkAlert> alerts() const;
    Latencies& latencies();

    // ---- the admin's hand ----
    // Errors: conflict "link_already_enrolled", invalid "value_url", denied "enroll_code_refused" (the
    // code), rate_limited "enroll_rate_limited", and those of dialling.
    asio::awaitable<base::Result<void>> enroll(std::string url, base::Secret code);
    // Forgets identity and key; what waits goes on waiting. Error: not_found "link_not_enrolled".
    asio::awaitable<base::Result<void>> forget();
    void retry_now();
    // This machine has a network that it did not have: the next try need not wait.
    void network_up();
    // Tries each step to the cloud on a connection of its own, up to the upgrade where there is an identity;
    // `url` may be empty: the enrolled one. Errors: invalid "value_url"; what failed on the way is in the
    // trace.
    asio::awaitable<base::Result<net::Trace>> test(std::string url);

private:
    class Driver;
    std::unique_ptr<Driver> driver_;
};

} // namespace mizo::relay
