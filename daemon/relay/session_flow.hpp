#pragma once

#include "daemon/relay/session_types.hpp"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::relay {

using Actions = std::vector<Action>;

// An event that the cloud refused this often is given up.
constexpr std::int64_t nacks_max = 10;

// What the relay itself gives up.
DeadLetter given_up(Seq seq, std::string_view code, std::string text, Instant now);

// The stream of events over whatever link is live: what to load, what to send, what the cloud has. Part of
// the session, which tells it of links; it knows nothing of dialling or heartbeats.
//
//   acked      cursor               load_from      next_seq
//     |---------->|---------------------->|------------->|
//       in flight          staged             in the store
//
// What is in flight is kept as numbers and sizes: to send it again, it is loaded again.
class Flow {
public:
    struct Bounds {
        Window window_max;
        std::int64_t chunk_events = 256;
        std::int64_t chunk_bytes = 2 * 1024 * 1024;
    };
    // What a link's opening leads to.
    enum class Opening { goes_on, needs_new_epoch };
    // Why the cloud's frame cannot be: a protocol error; empty where it is fine.
    using Problem = std::optional<std::string>;

    explicit Flow(Bounds bounds) : bounds_{bounds} {}

    const StreamPosition& stream() const { return stream_; }
    void begin(StreamPosition stream);
    void stored(Seq next_seq);
    void trimmed(Seq first_seq);

    struct LiveLink {
        LinkId id = 0;
        std::string source; // of the events: "urn:mizo:relay:<relay_id>"
    };
    Opening open(LiveLink link, const Welcome& welcome, Instant now, Actions& out);
    // With each response a batch link is told anew what the cloud has: an ack, and a window. It takes nothing
    // back: a response that waited may be read after one that knows more.
    Problem welcomed_again(const Welcome& welcome, Instant now, Actions& out);
    // The link is gone. What was sent over it is sent again over the next one, unless the cloud has it.
    void close(Actions& out);
    bool is_open() const { return open_; }
    // While another link is being opened, nothing new leaves over this one.
    void pause(bool paused) { paused_ = paused; }

    Problem ack(const Ack& frame, Instant now, Actions& out);
    Problem nack(const Nack& frame, Instant now, Actions& out);
    Problem rewind(const Rewind& frame, Actions& out);
    void new_epoch(Actions& out);

    void loaded(Loaded answer, Instant now, Actions& out);
    void moved(StreamPosition stream, Actions& out);
    // Whether the store is still moving the stream: no link may be opened meanwhile.
    bool is_moving() const { return moves_ > 0; }

    // Does what is due, loads and sends what may be. Called at the end of each turn.
    void turn(Instant now, Actions& out);
    std::optional<SteadyTime> wake() const;

    // I8: since when the cloud has owed an ack; empty while it owes none.
    std::optional<SteadyTime> owed_since() const;
    // Something waits that the window will never let through, with nothing in flight that could open it.
    bool is_stuck() const;
    // The link was ended over a message's size. The cloud acks all that it has before it does so: what is
    // meant is the event after the last ack. Unless the cloud turns out to have it, it becomes a dead letter.
    void suspect_first();

    std::int64_t in_flight() const { return static_cast<std::int64_t>(in_flight_.size()); }
    std::int64_t in_flight_bytes() const { return in_flight_bytes_; }
    const Window& window() const { return window_; }
    std::optional<WallTime> last_ack() const { return last_ack_; }

private:
    struct InFlight {
        Seq seq = 0;
        std::int64_t bytes = 0;
        std::int64_t nacks = 0;
        bool dead = false; // refused for good; the cloud acks past it
    };
    struct Staged {
        enum class Kind { event, skip, gap };
        Kind kind = Kind::event;
        Seq seq = 0; // of a gap: where the stream goes on
        std::int64_t nacks = 0;
        std::string text;
    };

    // Forgets what was sent from `seq` on, so that it is loaded and sent again.
    void go_back(Seq seq, Actions& out);
    void go_back_in_store(Seq from_seq, Actions& out);
    void restart_at(Seq seq);
    void stage(LoadedEvent& loaded, Instant now, Actions& out);
    void stage_gap(Seq from_seq, Seq first_seq);
    void stage_skip(Seq seq, std::string_view reason);
    bool may_send(const Staged& item) const;
    void send_staged(Instant now, Actions& out);
    void load_more(Actions& out);
    Problem acked_up_to(Seq upto, Instant now, Actions& out);
    void note_ack(Seq upto, Instant now);
    void note_sending(Seq seq, Instant now, Actions& out);
    void flush_mark(Actions& out);
    void set_window(const Window& offered, Instant now);

    Bounds bounds_;
    StreamPosition stream_;
    Seq greatest_sent_ = 0; // ever in this epoch, as far as we know: no ack can be beyond it

    bool open_ = false;
    bool paused_ = false;
    LinkId link_ = 0;
    std::string session_;
    std::string source_;
    Window window_;
    std::size_t max_message_ = 0;

    std::deque<InFlight> in_flight_;
    std::int64_t in_flight_bytes_ = 0;
    Seq cursor_ = 1;
    std::deque<Staged> staged_;
    std::int64_t staged_bytes_ = 0;
    Seq load_from_ = 1;
    LoadId last_load_ = 0;
    bool loading_ = false;
    std::optional<SteadyTime> load_not_before_; // the store had nothing where it should have had
    std::optional<SteadyTime> send_not_before_; // a nack asked for a pause
    std::optional<SteadyTime> progress_at_;

    std::int64_t moves_ = 0; // answers of the store still awaited
    std::optional<Seq> move_to_;
    std::optional<Seq> suspect_;

    std::optional<SteadyTime> mark_due_;
    Seq marked_ = 0;
    std::vector<Sendings> sendings_;
    std::vector<AckTime> acks_;
    std::optional<WallTime> last_ack_;
};

} // namespace mizo::relay
