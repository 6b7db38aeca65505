#pragma once

#include "daemon/relay/session.hpp"
#include "daemon/relay/session_closing.hpp"
#include "tests/unit/relay/describe.hpp"

#include <catch2/catch.hpp>

#include <deque>
#include <sstream>
#include <string>
#include <vector>

// A session with a script: events are pushed, actions expected in order. When a step fails, every step that
// led there is printed. Log lines are kept apart, so that a script is about what the driver does.
namespace mizo::relay {

using namespace std::chrono_literals;

inline constexpr const char* epoch_a = "0c1d0000-0000-4000-8000-00000000000a";
inline constexpr const char* epoch_b = "0c1d0000-0000-4000-8000-00000000000b";
inline constexpr const char* session_id = "9e2f0000-0000-4000-8000-000000000001";
inline constexpr const char* url = "wss://link.example/link/v1/connect";

inline LoadedEvent loaded_event(Seq seq, std::size_t bytes = 20)
{
    LoadedEvent loaded;
    loaded.seq = seq;
    loaded.event.id = "id-" + std::to_string(seq);
    loaded.event.type = "com.halopsa.ticket.created";
    loaded.event.dedupkey = "id:" + std::to_string(seq);
    loaded.event.data = std::string(bytes, 'x');
    return loaded;
}

// The size of its frame, as the window counts it.
inline std::int64_t frame_bytes(Seq seq, std::size_t bytes = 20)
{
    auto event = loaded_event(seq, bytes).event;
    event.source = "urn:mizo:relay:7b0c";
    return static_cast<std::int64_t>(encode_event(seq, 1, event).size());
}

inline Welcome welcome(std::optional<Resume> resume = {}, Window window = {256, 8 * 1024 * 1024})
{
    Welcome frame;
    frame.session = session_id;
    frame.resume = std::move(resume);
    frame.window = window;
    return frame;
}

class Rig {
public:
    explicit Rig(Settings settings = defaults()) : session_{std::move(settings), now_} {}

    static Settings defaults()
    {
        Settings settings;
        settings.version = "1.0.0";
        settings.os = "linux";
        settings.boot_id = "f3a10000-0000-4000-8000-000000000001";
        settings.fence = 12;
        settings.jitter = [] { return 0.5; };
        return settings;
    }
    static StreamPosition stream(Seq acked, Seq next_seq, Seq first_seq = 1)
    {
        return {epoch_a, first_seq, next_seq, acked};
    }

    void push(Event event)
    {
        history_ << "  push   " << describe(event) << "\n";
        take(session_.on(std::move(event), now_));
    }
    void receive(const Frame& frame) { push(Received{link_, encode(frame)}); }
    // Lets time pass, and tells the session at the end of it.
    void after(milliseconds time)
    {
        now_.steady += time;
        now_.wall += time;
        history_ << "  after  " << time.count() << " ms\n";
        take(session_.on(Tick{}, now_));
    }

    template <class Expected>
    Expected expect()
    {
        if (pending_.empty()) fail("nothing happened");
        const Action action = std::move(pending_.front());
        pending_.pop_front();
        if (!std::holds_alternative<Expected>(action)) fail("something else came: " + describe(action));
        history_ << "  expect " << describe(action) << "\n";
        return std::get<Expected>(action);
    }
    template <class Expected>
    Expected expect_frame()
    {
        const auto send = expect<Send>();
        const auto frame = decode(send.text);
        if (!frame) fail("no frame: " + frame.error().detail());
        if (!std::holds_alternative<Expected>(*frame)) fail("another frame: " + send.text.substr(0, 200));
        return std::get<Expected>(*frame);
    }
    void expect_nothing()
    {
        if (!pending_.empty()) fail("something came: " + describe(pending_.front()));
    }
    void expect_events(Seq first, Seq last)
    {
        for (Seq seq = first; seq <= last; ++seq) {
            const auto frame = expect_frame<EventFrame>();
            if (frame.seq != seq)
                fail("event " + std::to_string(frame.seq) + " instead of " + std::to_string(seq));
        }
    }
    void discard() { pending_.clear(); }

    // Answers the Load that is expected now.
    void answer(std::vector<LoadedEvent> events, Seq first_seq = 1)
    {
        push(Loaded{expect<Load>().load, first_seq, std::move(events)});
    }
    void answer(Seq first, Seq last, std::size_t bytes = 20)
    {
        std::vector<LoadedEvent> events;
        for (Seq seq = first; seq <= last; ++seq) events.push_back(loaded_event(seq, bytes));
        answer(std::move(events));
    }

    void start(StreamPosition stream) { push(Start{Identity{"7b0c", url}, std::move(stream)}); }
    // Up to the moment in which the welcome is due.
    void open(StreamPosition stream)
    {
        start(std::move(stream));
        link_ = expect<Dial>().link;
        push(Dialled{link_});
        expect_frame<Hello>();
    }
    void live(StreamPosition stream, const Welcome& frame = welcome())
    {
        open(std::move(stream));
        receive(frame);
    }
    // Through the backoff to the next live link.
    void reconnect(const Welcome& frame = welcome())
    {
        after(session_.view(now_).next_try_in.value_or(0ms));
        link_ = expect<Dial>().link;
        push(Dialled{link_});
        expect_frame<Hello>();
        receive(frame);
    }
    void closed(int code, std::string reason = {}) { push(Closed{link_, code, std::move(reason)}); }

    const Session& session() const { return session_; }
    View view() const { return session_.view(now_); }
    std::optional<milliseconds> wakes_in() const
    {
        const auto wake = session_.wake();
        if (!wake) return {};
        return std::chrono::duration_cast<milliseconds>(*wake - now_.steady);
    }
    Instant now() const { return now_; }
    LinkId link() const { return link_; }
    void use_link(LinkId link) { link_ = link; }
    // What was told of the link to those who are served beside the stream.
    const std::vector<bool>& told_live() const { return told_live_; }
    const std::vector<LogEntry>& logged() const { return logged_; }
    std::string logged_field(std::string_view text, std::string_view name) const;

    [[noreturn]] void fail(const std::string& why)
    {
        FAIL(why << ", after\n" << history_.str());
        std::abort();
    }

private:
    void take(std::vector<Action> actions)
    {
        for (auto& action : actions) {
            if (auto* entry = std::get_if<LogEntry>(&action))
                logged_.push_back(std::move(*entry));
            else if (const auto* live = std::get_if<Live>(&action))
                told_live_.push_back(live->live);
            else
                pending_.push_back(std::move(action));
        }
    }

    Instant now_{SteadyTime{std::chrono::hours{1}}, base::from_ms(1'795'000'000'000)};
    Session session_;
    LinkId link_ = 0;
    std::deque<Action> pending_;
    std::vector<LogEntry> logged_;
    std::vector<bool> told_live_;
    std::ostringstream history_;
};

inline std::string Rig::logged_field(std::string_view text, std::string_view name) const
{
    for (const auto& entry : logged_)
        if (entry.text == text)
            for (const auto& [key, value] : entry.fields)
                if (key == name) return value;
    return {};
}

} // namespace mizo::relay
