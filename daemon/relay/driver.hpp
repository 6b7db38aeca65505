#pragma once

#include "daemon/net/channel.hpp"
#include "daemon/relay/inbox.hpp"
#include "daemon/relay/link.hpp"
#include "daemon/relay/sent.hpp"

#include <deque>
#include <map>

namespace mizo::relay {

// The inside of Link: a mailbox, and a switch over what the session wants done.
class Link::Driver {
public:
    Driver(Parts parts, Settings session_settings, LinkSettings settings);

    asio::awaitable<void> start();
    asio::awaitable<void> stop();
    void post(Event event);
    bool send(Frame frame);
    void set_inbox(Inbox* inbox) { inbox_ = inbox; }
    void stored(Seq next_seq);

    View view() const { return session_.view(now()); }
    std::vector<LinkAlert> alerts() const;
    Latencies& latencies() { return latencies_; }
    Parts& parts() { return parts_; }
    LinkSettings& settings() { return settings_; }
    const Settings& session_settings() const { return session_settings_; }
    const base::Logger& logger() const { return logger_; }
    base::Result<net::Route> route_to(const std::string& url, std::shared_ptr<net::Abort> abort);

private:
    // One connection, from the first try to its end.
    struct Wire {
        std::shared_ptr<net::Abort> abort = std::make_shared<net::Abort>();
        std::unique_ptr<net::Channel> channel; // null while it is being dialled
    };

    Instant now() const { return {parts_.clock.steady(), parts_.clock.wall()}; }
    asio::awaitable<void> run();
    asio::awaitable<void> tick();
    Event next_event();
    bool is_mailbox_full() const;
    std::int64_t unsent() const;
    asio::awaitable<void> turn(Event event);
    void arm_timer();

    asio::awaitable<void> perform(Action action);
    void perform_dial(const Dial& dial);
    void perform_send(Send& send);
    void perform_close(const Close& close);
    void perform_load(const Load& wanted);
    void perform_mark(MarkAcked mark);
    void perform_hand(Hand& hand);
    void perform_live(const Live& live);
    asio::awaitable<void> perform_go_back(GoBack go_back);
    asio::awaitable<void> perform_new_epoch();
    void raise(const Alert& alert);
    void write_log(const LogEntry& entry);
    // Runs a job that must be done before anything else is: tries until it is, or the link ends.
    asio::awaitable<void> persist(std::string what, std::function<void(store::Database&)> work);
    void record_lost(int code, const std::string& reason);

    asio::awaitable<void> connect(Dial dial, std::shared_ptr<Wire> wire);
    using Opening = asio::awaitable<base::Result<std::unique_ptr<net::Channel>>>;
    Opening open_websocket(const Dial& dial, std::shared_ptr<Wire> wire, net::Trace& trace);
    Opening open_batches_of(const Dial& dial, std::shared_ptr<Wire> wire, net::Trace& trace);
    asio::awaitable<void> receive(LinkId link, std::shared_ptr<Wire> wire);

    Parts parts_;
    Settings session_settings_;
    LinkSettings settings_;
    base::Logger logger_;
    Session session_;
    Sent sent_;
    Latencies latencies_;
    std::map<LinkId, std::shared_ptr<Wire>> wires_;
    std::map<std::string, LinkAlert> alerts_;

    Inbox* inbox_ = nullptr;
    std::deque<Event> mailbox_;
    std::size_t mailbox_bytes_ = 0; // of frames received
    Seq doorbell_ = 0;              // the newest next_seq told of, not yet told to the session
    asio::steady_timer mail_;
    asio::steady_timer room_;
    asio::steady_timer tick_timer_;
    bool ended_ = false;
    net::TaskScope tasks_;
};

} // namespace mizo::relay
