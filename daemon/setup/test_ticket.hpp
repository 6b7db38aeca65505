#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mizo::setup {

namespace json = boost::json;

// The stations of a test ticket, in their order.
enum class TicketStage : std::uint8_t { created, received, stored, sent, acked, insight, cleaned_up };
inline constexpr std::array all_ticket_stages{
    TicketStage::created, TicketStage::received, TicketStage::stored,    TicketStage::sent,
    TicketStage::acked,   TicketStage::insight,  TicketStage::cleaned_up};
std::string_view name_of(TicketStage stage);

enum class StageResult : std::uint8_t { waiting, ok, failed, not_yet, skipped };
std::string_view name_of(StageResult result);

// A text of the catalogue, not yet filled in.
struct Said {
    std::string code;
    json::object args;
};

struct TicketStep {
    StageResult result = StageResult::waiting;
    std::optional<base::WallTime> at;
    std::optional<std::chrono::milliseconds> took; // since the stage before
    Said what{"ticket_waiting", {}};
    std::string advice; // a code of the catalogue; empty: none
};

enum class TicketState : std::uint8_t { idle, running, passed, failed, interrupted };
std::string_view name_of(TicketState state);

// What the admin wants.
struct TicketWish {
    std::optional<std::int64_t> ticket_type;
    bool clean_up = true;
};

// What is known of the ticket here, at one instant.
struct TicketSighting {
    // Its event, once it is there.
    struct Event {
        base::WallTime received{};
        base::WallTime stored{};
        bool polled = false; // found by asking HaloPSA
        bool unscoped = false;
        std::optional<base::WallTime> sent;
        std::optional<base::WallTime> acked;
        std::optional<std::string> dead; // why it was given up
    };
    std::optional<Event> event;
    std::optional<base::WallTime> rejected; // the newest delivery that was refused
    bool link_live = false;
    std::int64_t queued = 0;
    std::optional<base::WallTime> insight;
};

// The way of one ticket from HaloPSA to Mizo and back: what was seen and the time in, the stages and what to
// do next out. Nothing is waited for longer than its limit; a stage that is not reached ends the way, but for
// the insight, which may come later.
class TestTicket {
public:
    static constexpr std::chrono::seconds webhook_limit{120}; // HaloPSA may gather events into batches
    static constexpr std::chrono::seconds rejected_limit{15}; // once a delivery was refused meanwhile
    static constexpr std::chrono::seconds send_limit{30};
    static constexpr std::chrono::seconds ack_limit{30};
    static constexpr std::chrono::seconds insight_limit{120};

    // What is to be done now.
    enum class Task { nothing, create, watch, clean_up };

    // False while one is on its way.
    bool begin(TicketWish wish, base::WallTime wall, base::SteadyTime now);
    Task task() const { return task_; }

    void created(std::int64_t ticket, base::WallTime wall, base::SteadyTime now);
    void not_created(Said why, std::string advice, base::WallTime wall);
    void seen(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now);
    void cleaned_up(Said what, base::WallTime wall);
    void not_cleaned_up(std::string reason, base::WallTime wall);

    TicketState state() const { return state_; }
    const TicketWish& wish() const { return wish_; }
    std::optional<std::int64_t> ticket() const { return ticket_; }
    std::optional<base::WallTime> started() const { return started_; }
    std::optional<base::WallTime> ended() const { return ended_; }
    // To the last stage that was reached, without the clean-up.
    std::optional<std::chrono::milliseconds> total() const;
    const TicketStep& step(TicketStage stage) const { return steps_.at(static_cast<std::size_t>(stage)); }
    // Whether it had come further since this was asked last.
    bool take_changed() { return std::exchange(changed_, false); }

    // As it is kept over a restart. What was on its way then is interrupted; another text is none.
    std::string kept() const;
    void resume(std::string_view kept, base::WallTime wall);

private:
    TicketStep& at(TicketStage stage) { return steps_.at(static_cast<std::size_t>(stage)); }
    bool waits(TicketStage stage) const { return step(stage).result == StageResult::waiting; }
    void reach(TicketStage stage, base::WallTime time, Said what, base::SteadyTime now);
    // The way ends here: what is left is skipped, but for the clean-up.
    void hang(TicketStage stage, Said why, std::string advice, base::WallTime wall);
    void wait_for_event(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now);
    void follow_event(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now);
    void wait_for_insight(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now);
    void finish_way(TicketState verdict, base::WallTime wall);
    void end(base::WallTime wall);

    TicketState state_ = TicketState::idle;
    TicketState verdict_ = TicketState::failed; // once the clean-up is done
    Task task_ = Task::nothing;
    TicketWish wish_;
    std::optional<std::int64_t> ticket_;
    std::optional<base::WallTime> started_;
    std::optional<base::WallTime> ended_;
    std::array<TicketStep, all_ticket_stages.size()> steps_;
    base::SteadyTime since_{}; // when the stage before was reached
    bool changed_ = false;
};

} // namespace mizo::setup
