#pragma once

#include "daemon/relay/backoff.hpp"
#include "daemon/relay/session.hpp"
#include "daemon/relay/session_closing.hpp"
#include "daemon/relay/session_connection.hpp"
#include "daemon/relay/session_dialogue.hpp"
#include "daemon/relay/session_flow.hpp"
#include "daemon/relay/session_transport.hpp"

#include <deque>
#include <set>
#include <string_view>

namespace mizo::relay {

// What is behind Session: which links there are, when the next is tried, and what a frame leads to. The
// stream of events itself is Flow's.
class Session::Machine {
public:
    Machine(Settings settings, Instant now);

    Actions on(Event event, Instant now);
    std::optional<SteadyTime> wake() const;
    BatchHello hello(LinkId id, Instant now) const;
    View view(Instant now) const;
    bool is_live() const { return current_ && current_->is_live(); }

private:
    // session_machine.cpp: what happens outside the link
    void handle(Start& event);
    void handle(Enrolled& event);
    void handle(Forgotten&);
    void handle(Dialled& event);
    void handle(DialFailed& event);
    void handle(Closed& event);
    void handle(Received& event);
    void handle(Stored& event) { flow_.stored(event.next_seq); }
    void handle(Trimmed& event) { flow_.trimmed(event.first_seq); }
    void handle(Loaded& event) { flow_.loaded(std::move(event), now_, actions_); }
    void handle(StreamMoved& event) { flow_.moved(std::move(event.stream), actions_); }
    void handle(Serves& event) { dialogue_.serve(std::move(event.caps)); }
    void handle(Outgoing& event);
    void handle(StatusFacts& event) { facts_ = std::move(event.status); }
    void handle(RetryNow&);
    void handle(NetworkUp&);
    void handle(Stop&);
    void handle(Tick&) {}

    // session_frames.cpp: what the cloud says
    void frame(Connection& link, Frame frame, std::string_view text);
    void hand_on(Connection& link, Frame frame);
    void read(Connection& link, const Welcome& frame);
    void read(Connection& link, const Ack& frame);
    void read(Connection& link, const Nack& frame);
    void read(Connection& link, const Rewind& frame);
    void read(Connection& link, const Ping& frame);
    void read(Connection& link, const Pong& frame) { link.ponged(frame, now_); }
    void read(Connection& link, const Drain& frame);
    void read(Connection& link, const Bye& frame);
    void read(Connection& link, const ErrorFrame& frame);
    // What this version does not serve, or what is not the cloud's to send.
    template <class Other>
    void read(Connection& link, const Other& frame)
    {
        unsupported(link, frame);
    }
    void unsupported(Connection& link, const Frame& frame);
    // How much may wait to be sent: over it, an answer becomes an error.
    std::int64_t unsent_max() const;
    void judge(Connection& link, const Flow::Problem& problem, const Frame& frame);
    void go_live(Connection& link, const Welcome& welcome);
    void start_new_epoch();

    // session_links.cpp: links come and go
    Connection* find(LinkId id);
    void dial(std::optional<Connection>& slot, Transport transport);
    // The WebSocket is tried beside the batch link, which goes on if nothing comes of it.
    bool is_trying_websocket() const { return successor_ && !draining_; }
    void note_loss(Disconnect what, const Reaction& reaction);
    void lose_successor(const Reaction& reaction, milliseconds not_before);
    Hello hello_of(const Connection& link, Instant now) const;
    // Ends a link from our side; it is tried again with backoff.
    void end(LinkId id, int code, std::string reason);
    void lose(LinkId id, Disconnect what, const Reaction& reaction, milliseconds not_before);
    void schedule(const Reaction& reaction, milliseconds not_before);
    void schedule_at_once();
    // A batch link says goodbye with a request, which needs its hello.
    void remember_hello(const Connection& link);
    void let_go_of_all(int code, std::string_view reason);
    void protocol_error(LinkId id, std::string_view why, std::string_view frame_text);
    // The end that the cloud announced or gave, by whichever of bye and close frame says more.
    void ended_by_cloud(const Connection& link, int code, std::string reason);

    // session_turn.cpp: what is due
    void turn();
    void turn_of_link(std::optional<Connection>& slot);
    void turn_of_progress();
    void turn_of_alerts();
    void turn_of_status();
    void turn_of_dialling();
    void turn_of_transport();
    std::optional<SteadyTime> websocket_try_at() const;
    void turn_of_dialogue();
    LinkState state() const;

    void send(const Connection& link, const Frame& frame);
    void alert(std::string_view code, std::string text);
    void clear(std::string_view code);
    void clear_all();
    // A new epoch is for a person to think about, even once the link is live again.
    void clear_all_but_reset();
    void log(base::Level level, std::string text, base::Fields fields);
    void remember_what_was_sent();

    Settings settings_;
    Flow flow_;
    Dialogue dialogue_;
    Instant now_; // of this turn
    Actions actions_;

    std::optional<Identity> identity_;
    std::optional<Connection> current_;   // the one events go over
    std::optional<Connection> successor_; // while draining
    LinkId last_link_ = 0;
    bool draining_ = false;
    std::string drain_url_;
    bool stopped_ = false;
    bool ended_ = false;
    Retry waiting_for_ = Retry::at_once;
    std::optional<SteadyTime> dial_at_;
    SteadyTime not_before_; // the cloud asked for this; only a person may hurry it
    TransportChoice choice_;
    Backoff backoff_;
    std::int64_t attempt_ = 0;
    std::optional<SteadyTime> last_at_once_;
    std::optional<SteadyTime> live_since_;
    std::optional<SteadyTime> down_since_;
    bool told_live_ = false;
    // Of the batch link that was let go last: its bye is still to be sent.
    LinkId farewell_link_ = 0;
    BatchHello farewell_;
    std::string last_sent_; // the beginning of the last frame: what the cloud's protocol error is about

    std::optional<Status> facts_;
    std::optional<Status> told_;
    SteadyTime told_at_;

    LinkState shown_state_ = LinkState::unenrolled;
    WallTime shown_since_;
    std::set<std::string, std::less<>> alerts_;
    std::deque<Disconnect> disconnects_;
};

} // namespace mizo::relay
