#pragma once

#include "daemon/relay/session.hpp"
#include "tests/simulation/relay/batch_network.hpp"
#include "tests/simulation/relay/cloud_model.hpp"
#include "tests/simulation/relay/store_model.hpp"
#include "tests/unit/relay/describe.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <map>
#include <memory>
#include <sstream>

namespace mizo::relay::simulation {

using namespace std::chrono_literals;

// A session between a store and a cloud, in simulated time, under a schedule of accidents that a seed
// decides: cuts, lost acks, restarts, clock jumps, a cloud that forgets, rewinds, refuses and drains.
class World {
public:
    explicit World(std::uint64_t seed)
        : seed_{seed}, rng_{seed}, cloud_{rng_, [this](const std::string& why) { fail(why); }}
    {
        boot();
    }

    // Accidents for a while, then peace until everything has arrived.
    void run()
    {
        const auto chaos_ends = now_ + milliseconds{pick(rng_, 5'000, 120'000)};
        const auto events = pick(rng_, 1, 60);
        for (std::int64_t i = 0; i < events; ++i) plan(pick(rng_, 0, 60'000), [this] { store_event(); });
        while (now_ < chaos_ends) {
            plan(0, [this] { accident(); });
            run_until(now_ + milliseconds{pick(rng_, 1, 8'000)});
        }
        cloud_.chaos = false;
        for (auto& [id, link] : links_)
            if (link.cloud.welcomed && !link.cloud.silent) say(id, {Ack{0, Window{8, 9'000}}});
        run_until(now_ + 60s);
        // Once a person has looked at what only a person can mend.
        for (int i = 0; i < 5 && !has_converged(); ++i) {
            push(RetryNow{});
            run_until(now_ + 5min);
        }
        check_nothing_lost();
        check_asking();
    }

    std::int64_t duplicates() const { return cloud_.duplicates(); }
    std::int64_t by_batches() const { return by_batches_; }

private:
    struct Link {
        CloudModel::Connection cloud;
        bool open = false;
        std::map<Seq, std::int64_t> unacked; // bytes of what was sent, and no ack has reached the relay
        Window window;                       // as far as it has reached the relay
        Transport transport = Transport::websocket;
    };

    Instant instant() const { return {now_, base::from_ms(1'795'000'000'000 + wall_ms_)}; }

    void boot()
    {
        Settings settings;
        settings.boot_id = "b";
        settings.fence = ++fence_;
        settings.jitter = [this] { return static_cast<double>(pick(rng_, 0, 999)) / 1000; };
        settings.chunk_events = pick(rng_, 1, 16);
        settings.chunk_bytes = 8'000;
        session_ = std::make_unique<Session>(std::move(settings), instant());
        ++boots_;
        told_live_ = false;
        push(Serves{{"request"}});
        push(Start{Identity{"r", "wss://link.example/"}, store_.position()});
    }

    void restart()
    {
        note("-- the relay is killed");
        if (one_in(rng_, 2)) store_.write_marks();
        store_.lose_marks();
        // Now and then the database that comes up again is an older one.
        if (one_in(rng_, 4) && store_.position().next_seq > 2 && cloud_.durable() > 1) {
            store_.set_back(std::min(store_.position().next_seq, pick(rng_, 1, cloud_.durable())));
            set_back_ = true;
        }
        links_.clear();
        batches_.clear();
        last_arrival_.clear();
        last_departure_.clear();
        boot();
    }

    void store_event()
    {
        // The protocol tells a database that was set back by the cloud having more; once it has as much again
        // by itself, nothing can. So nothing new is stored until the link has looked.
        if (session_->view(instant()).state == LinkState::live) set_back_ = false;
        if (set_back_) return plan(1'000, [this] { store_event(); });
        StoreModel::Row row;
        row.bytes = static_cast<std::size_t>(pick(rng_, 0, 800));
        row.damaged = one_in(rng_, 50);
        const Seq next = store_.add(std::move(row));
        plan_here(pick(rng_, 0, 20), [this, next] { push(Stored{next}); });
    }

    void accident()
    {
        wall_ms_ += one_in(rng_, 5) ? pick(rng_, -86'400'000, 86'400'000) : 0;
        Link* link =
            links_.empty() ? nullptr : &std::next(links_.begin(), pick(rng_, 0, last_index()))->second;
        const LinkId id = link ? id_of(*link) : 0;
        switch (pick(rng_, 0, 14)) {
        case 0: return restart();
        case 1: return close(id, 1006);
        case 2: return close(id, any_code());
        case 3:
            // What it loses of an epoch that has ended, it never asks for again: no protocol could.
            if (cloud_.epoch() != store_.position().epoch) return;
            note("-- the cloud forgets");
            cloud_.forget();
            for (const auto& [other, _] : std::map{links_}) close(other, 1011);
            return;
        case 4:
            if (link && link->cloud.welcomed) say(id, cloud_.rewind(link->cloud));
            return;
        case 5:
            if (link) link->cloud.silent = true;
            return;
        case 6:
            if (link && link->cloud.welcomed) say(id, {Drain{"simulation", 1'000, {}}});
            return;
        case 7:
            if (link) plan_here(5, [this, id] { receive(id, "{\"t\":7}"); });
            return;
        case 8:
            store_.trim(pick(rng_, 1, store_.position().next_seq));
            return push(Trimmed{store_.position().first_seq});
        case 9: return push(NetworkUp{});
        case 10: return push(RetryNow{});
        case 11:
            if (link && link->cloud.welcomed) say(id, cloud_.ask());
            return;
        case 12:
            if (link && link->cloud.welcomed)
                say(id, {Unknown{"news", {}}, Ping{1, {}}, Bye{4503, "busy", 200}});
            return;
        default: stripped_ = !stripped_;
        }
    }

    int any_code()
    {
        static constexpr int codes[] = {1000, 1001, 4001, 4002, 4003, 4401, 4403, 4409, 4410, 4426, 4503};
        return codes[pick(rng_, 0, std::size(codes) - 1)];
    }
    std::int64_t last_index() const { return static_cast<std::int64_t>(links_.size()) - 1; }
    LinkId id_of(const Link& wanted) const
    {
        for (const auto& [id, link] : links_)
            if (&link == &wanted) return id;
        return 0;
    }

    // ---- what the driver does ----

    void push(Event event)
    {
        note("push   " + describe(event));
        for (auto& action : session_->on(std::move(event), instant())) {
            note("  " + describe(action));
            std::visit([this](auto& value) { perform(value); }, action);
        }
        if (const auto wake = session_->wake(); wake && *wake <= now_) fail("it wants to wake in the past");
    }

    void perform(const Dial& dial)
    {
        links_[dial.link].transport = dial.transport;
        by_batches_ += dial.transport == Transport::batches ? 1 : 0;
        const bool stripped = stripped_ && dial.transport == Transport::websocket;
        const bool refused = stripped || (cloud_.chaos && one_in(rng_, 4));
        plan_here(pick(rng_, 1, 200), [this, id = dial.link, refused, stripped] {
            const auto link = links_.find(id);
            if (link == links_.end()) return;
            if (refused) {
                links_.erase(link);
                DialFailed failed;
                failed.link = id;
                failed.stage = DialStage::upgrade;
                failed.http_status = one_in(rng_, 10) ? 401 : 502;
                if (stripped) failed.http_status = 400;
                return push(failed);
            }
            link->second.open = true;
            push(Dialled{id});
        });
    }
    void perform(const Send& send)
    {
        const auto link = links_.find(send.link);
        if (link == links_.end()) return;
        if (!link->second.open) fail("a frame before the link is open");
        const auto frame = decode(send.text);
        if (!frame) fail("it sends what is no frame: " + frame.error().detail());
        if (const auto* event = std::get_if<EventFrame>(&*frame))
            check_window(link->second, *event, send.text.size());
        if (link->second.transport == Transport::batches) return batches_.send(send.link, *frame);
        auto& at = last_departure_[send.link];
        at = std::max(at, now_ + milliseconds{pick(rng_, 0, 40)});
        plan_here(std::chrono::duration_cast<milliseconds>(at - now_).count(),
                  [this, id = send.link, heard = *frame] {
                      if (const auto there = links_.find(id); there != links_.end())
                          say(id, cloud_.on(there->second.cloud, heard));
                  });
    }
    void check_window(Link& link, const EventFrame& event, std::size_t size)
    {
        link.unacked[event.seq] = static_cast<std::int64_t>(size);
        std::int64_t bytes = 0;
        for (const auto& [seq, one] : link.unacked) bytes += one;
        if (static_cast<std::int64_t>(link.unacked.size()) > link.window.events)
            fail("too many events in flight");
        if (bytes > link.window.bytes) fail("too many bytes in flight");
    }
    void perform(const Close& close) { links_.erase(close.link); }
    void perform(const Load& wanted)
    {
        plan_here(pick(rng_, 0, 30), [this, wanted] { push(store_.load(wanted)); });
    }
    void perform(const MarkAcked& mark)
    {
        if (mark.upto >= store_.position().next_seq) fail("acked beyond what is stored");
        store_.mark(mark);
        plan_here(pick(rng_, 0, 50), [this] { store_.write_marks(); });
    }
    void perform(const RecordNack& nack) { store_.nack(nack.seq); }
    void perform(const DeadLetter& letter) { store_.bury(letter.seq); }
    void perform(const GoBack& go_back)
    {
        store_.go_back(go_back.durable_seq);
        plan_here(pick(rng_, 0, 30), [this, moved = StreamMoved{store_.position()}] { push(moved); });
    }
    void perform(const NewEpoch&)
    {
        store_.new_epoch();
        plan_here(pick(rng_, 0, 30), [this, moved = StreamMoved{store_.position()}] { push(moved); });
    }
    // Whoever serves a request answers it some time, now and then never, now and then twice.
    void perform(const Hand& hand)
    {
        if (!told_live_) fail("something is handed on while no link is live");
        const auto* request = std::get_if<Request>(&hand.frame);
        if (!request || one_in(rng_, 10)) return;
        const auto times = one_in(rng_, 10) ? 2 : 1;
        for (int i = 0; i < times; ++i)
            plan_here(pick(rng_, 0, 2'000), [this, rid = request->rid] {
                Response answer;
                answer.rid = rid;
                answer.status = 200;
                push(Outgoing{answer, pick(rng_, 0, 20'000'000)});
            });
    }
    void perform(const Live& live)
    {
        if (live.live == told_live_) fail("it says twice whether a link is live");
        told_live_ = live.live;
    }
    void perform(const Alert&) {}
    void perform(const Clear&) {}
    void perform(const LogEntry&) {}

    // ---- the wire by batches ----

    BatchNetwork::Ends batch_ends()
    {
        BatchNetwork::Ends ends;
        ends.plan = [this](std::int64_t delay_ms, std::function<void()> what) {
            plan_here(delay_ms, std::move(what));
        };
        ends.hello = [this](LinkId id) {
            const auto hello = decode(session_->hello(id, instant()).text);
            if (!hello || !std::holds_alternative<Hello>(*hello)) fail("no hello for a link that is there");
            return std::get<Hello>(*hello);
        };
        ends.opens = [this](LinkId id) { return session_->hello(id, instant()).opens; };
        ends.connection = [this](LinkId id) {
            const auto link = links_.find(id);
            return link == links_.end() ? nullptr : &link->second.cloud;
        };
        ends.hear = [this](LinkId id, const Frame& frame) { receive(id, encode(frame)); };
        ends.lose = [this](LinkId id) { close(id, 1006); };
        return ends;
    }

    // ---- the wire ----

    // Frames of one direction keep their order; how long one takes is chance.
    void say(LinkId id, const std::vector<Frame>& frames)
    {
        const auto link = links_.find(id);
        if (link != links_.end() && link->second.transport == Transport::batches)
            return batches_.say(id, frames);
        for (const auto& frame : frames) {
            auto& at = last_arrival_[id];
            at = std::max(at, now_ + milliseconds{pick(rng_, 0, 40)});
            const auto delay = std::chrono::duration_cast<milliseconds>(at - now_).count();
            plan_here(delay, [this, id, text = encode(frame)] { receive(id, text); });
        }
    }
    void receive(LinkId id, const std::string& text)
    {
        const auto link = links_.find(id);
        if (link == links_.end()) return;
        if (const auto frame = decode(text)) follow(link->second, *frame);
        push(Received{id, text});
    }
    // What the relay knows of the window from this frame on.
    static void follow(Link& link, const Frame& frame)
    {
        auto& unacked = link.unacked;
        if (const auto* welcome = std::get_if<Welcome>(&frame)) {
            link.window = welcome->window;
            if (welcome->resume)
                unacked.erase(unacked.begin(), unacked.upper_bound(welcome->resume->durable_seq));
        }
        if (const auto* ack = std::get_if<Ack>(&frame)) {
            unacked.erase(unacked.begin(), unacked.upper_bound(ack->upto));
            if (ack->window) link.window = *ack->window;
        }
        if (const auto* nack = std::get_if<Nack>(&frame); nack && !nack->final)
            unacked.erase(unacked.lower_bound(nack->seq), unacked.end());
        if (const auto* rewind = std::get_if<Rewind>(&frame))
            unacked.erase(unacked.lower_bound(rewind->from_seq), unacked.end());
    }
    void close(LinkId id, int code)
    {
        if (links_.erase(id) == 0) return;
        plan_here(0, [this, id, code] { push(Closed{id, code, {}}); });
    }

    // ---- time ----

    void plan(std::int64_t delay_ms, std::function<void()> what)
    {
        plans_.emplace(now_ + milliseconds{delay_ms}, std::move(what));
    }
    // What does not outlive this start of the relay.
    void plan_here(std::int64_t delay_ms, std::function<void()> what)
    {
        plan(delay_ms, [this, boot = boots_, what = std::move(what)] {
            if (boot == boots_) what();
        });
    }
    void run_until(SteadyTime end)
    {
        for (int steps = 0; now_ < end; ++steps) {
            if (steps > 100'000) fail("it never comes to rest");
            const auto wake = session_->wake();
            const auto next = plans_.empty() ? end : std::min(end, plans_.begin()->first);
            if (wake && *wake < next) {
                move_to(*wake);
                push(Tick{});
                continue;
            }
            move_to(next);
            if (plans_.empty() || plans_.begin()->first > now_) continue;
            const auto what = std::move(plans_.begin()->second);
            plans_.erase(plans_.begin());
            what();
        }
    }
    void move_to(SteadyTime time)
    {
        wall_ms_ += std::chrono::duration_cast<milliseconds>(time - now_).count();
        now_ = time;
    }

    bool has_converged() const
    {
        for (const auto& [seq, row] : store_.rows())
            if (!row.dead && !cloud_.is_done_with(row.id)) return false;
        return session_->view(instant()).acked == store_.position().next_seq - 1;
    }
    void check_nothing_lost()
    {
        for (const auto& [seq, row] : store_.rows())
            if (!row.dead && !cloud_.is_done_with(row.id)) fail("event " + std::to_string(seq) + " is lost");
        if (!has_converged()) fail("not everything was acked in the end");
    }

    // Whatever was asked before, and never answered: a new question is.
    void check_asking()
    {
        if (!session_->is_live()) {
            push(RetryNow{});
            run_until(now_ + 10s);
        }
        const auto live = std::find_if(links_.begin(), links_.end(),
                                       [](const auto& link) { return link.second.cloud.welcomed; });
        if (live == links_.end()) fail("no link in the end");
        const auto before = cloud_.answers();
        for (int i = 0; i < 20; ++i) say(live->first, cloud_.ask());
        run_until(now_ + 10s);
        if (cloud_.answers() == before) fail("questions are answered no more");
    }

    void note(std::string line)
    {
        // Heartbeats would push out what matters.
        for (const auto* noise : {"\"ping\"", "\"pong\"", "Tick"})
            if (line.find(noise) != std::string::npos) return;
        history_.push_back(std::to_string(now_.time_since_epoch() / 1ms) + " " + line.substr(0, 150));
        if (history_.size() > 400) history_.pop_front();
    }
    [[noreturn]] void fail(const std::string& why)
    {
        std::ostringstream text;
        for (const auto& line : history_) text << "  " << line << "\n";
        FAIL("seed " << seed_ << ": " << why << ", after\n" << text.str());
        std::abort();
    }

    std::uint64_t seed_;
    Rng rng_;
    SteadyTime now_{std::chrono::hours{1}};
    std::int64_t wall_ms_ = 0;
    StoreModel store_;
    CloudModel cloud_;
    std::unique_ptr<Session> session_;
    std::int64_t fence_ = 0;
    int boots_ = 0;
    bool set_back_ = false;
    bool told_live_ = false;
    bool stripped_ = one_in(rng_, 3); // no upgrade gets through
    std::int64_t by_batches_ = 0;     // links
    std::map<LinkId, Link> links_;
    BatchNetwork batches_{rng_, cloud_, batch_ends()};
    std::map<LinkId, SteadyTime> last_arrival_;
    std::map<LinkId, SteadyTime> last_departure_;
    std::multimap<SteadyTime, std::function<void()>> plans_;
    std::deque<std::string> history_;
};

} // namespace mizo::relay::simulation
