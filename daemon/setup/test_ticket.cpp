#include "daemon/setup/test_ticket.hpp"

#include "daemon/base/time_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace mizo::setup {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, all_ticket_stages.size()> stage_names{
    "created", "received", "stored", "sent", "acked", "insight", "cleaned_up"};
constexpr std::array<std::string_view, 5> result_names{"waiting", "ok", "failed", "not_yet", "skipped"};
constexpr std::array<std::string_view, 5> state_names{"idle", "running", "passed", "failed", "interrupted"};

template <std::size_t Size>
std::optional<std::size_t> place_of(const std::array<std::string_view, Size>& names, std::string_view name)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return {};
    return static_cast<std::size_t>(found - names.begin());
}

std::int64_t ms(milliseconds time)
{
    return time.count();
}

json::value time_json(const std::optional<base::WallTime>& time)
{
    if (!time) return nullptr;
    return base::to_ms(*time);
}

json::value number_json(const std::optional<std::int64_t>& number)
{
    if (!number) return nullptr;
    return *number;
}

std::optional<std::int64_t> number_of(const json::object& from, std::string_view name)
{
    const json::value* value = from.if_contains(name);
    if (value == nullptr || !value->is_int64()) return {};
    return value->get_int64();
}

std::optional<base::WallTime> time_of(const json::object& from, std::string_view name)
{
    const auto number = number_of(from, name);
    if (!number) return {};
    return base::from_ms(*number);
}

std::string text_of(const json::object& from, std::string_view name)
{
    const json::value* value = from.if_contains(name);
    return value != nullptr && value->is_string() ? std::string{value->get_string()} : std::string{};
}

json::object step_json(const TicketStep& step)
{
    json::object out{{"result", name_of(step.result)}, {"at", time_json(step.at)}, {"took", nullptr},
                     {"code", step.what.code},         {"args", step.what.args},   {"advice", step.advice}};
    if (step.took) out["took"] = ms(*step.took);
    return out;
}

TicketStep step_of(const json::value& value)
{
    TicketStep step;
    const json::object* from = value.if_object();
    if (from == nullptr) return step;
    step.result =
        StageResult{static_cast<std::uint8_t>(place_of(result_names, text_of(*from, "result")).value_or(0))};
    step.at = time_of(*from, "at");
    if (const auto took = number_of(*from, "took")) step.took = milliseconds{*took};
    step.what.code = text_of(*from, "code");
    if (const json::value* args = from->if_contains("args"); args != nullptr && args->is_object())
        step.what.args = args->get_object();
    step.advice = text_of(*from, "advice");
    return step;
}

} // namespace

std::string_view name_of(TicketStage stage)
{
    return stage_names.at(static_cast<std::size_t>(stage));
}

std::string_view name_of(StageResult result)
{
    return result_names.at(static_cast<std::size_t>(result));
}

std::string_view name_of(TicketState state)
{
    return state_names.at(static_cast<std::size_t>(state));
}

bool TestTicket::begin(TicketWish wish, base::WallTime wall, base::SteadyTime now)
{
    if (state_ == TicketState::running) return false;
    *this = TestTicket{};
    state_ = TicketState::running;
    task_ = Task::create;
    wish_ = wish;
    started_ = wall;
    since_ = now;
    changed_ = true;
    return true;
}

void TestTicket::created(std::int64_t ticket, base::WallTime wall, base::SteadyTime now)
{
    if (task_ != Task::create) return;
    ticket_ = ticket;
    task_ = Task::watch;
    reach(TicketStage::created, wall, {"ticket_created", {{"ticket", ticket}}}, now);
}

void TestTicket::not_created(Said why, std::string advice, base::WallTime wall)
{
    if (task_ == Task::create) hang(TicketStage::created, std::move(why), std::move(advice), wall);
}

void TestTicket::seen(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now)
{
    if (task_ != Task::watch) return;
    if (waits(TicketStage::received)) wait_for_event(sighting, wall, now);
    if (task_ == Task::watch && !waits(TicketStage::received) && waits(TicketStage::acked))
        follow_event(sighting, wall, now);
    if (task_ == Task::watch && !waits(TicketStage::acked)) wait_for_insight(sighting, wall, now);
}

void TestTicket::wait_for_event(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now)
{
    if (sighting.event) {
        const char* code = sighting.event->polled ? "ticket_polled" : "ticket_received";
        reach(TicketStage::received, sighting.event->received, {code, {}}, now);
        if (sighting.event->polled) at(TicketStage::received).advice = "advice_ticket_webhook";
        reach(TicketStage::stored, sighting.event->stored, {"ticket_stored", {}}, now);
        return;
    }
    const bool rejected = sighting.rejected && *sighting.rejected >= *started_;
    if (rejected && now - since_ >= rejected_limit)
        hang(TicketStage::received, {"ticket_rejected", {}}, "advice_look_at_rejected", wall);
    else if (now - since_ >= webhook_limit)
        hang(TicketStage::received, {"ticket_not_received", {{"duration_ms", ms(webhook_limit)}}},
             "advice_ticket_webhook", wall);
}

void TestTicket::follow_event(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now)
{
    if (!sighting.event) return;
    const auto& event = *sighting.event;
    if (event.unscoped) return hang(TicketStage::sent, {"ticket_unscoped", {}}, "advice_ticket_scope", wall);
    if (waits(TicketStage::sent) && event.sent)
        reach(TicketStage::sent, *event.sent, {"ticket_sent", {}}, now);
    if (event.dead)
        return hang(TicketStage::acked, {"ticket_dead", {{"text", *event.dead}}}, "advice_look_at_dead",
                    wall);
    if (waits(TicketStage::sent)) {
        if (now - since_ < send_limit) return;
        const json::object args{{"duration_ms", ms(send_limit)}, {"queued", sighting.queued}};
        return hang(TicketStage::sent, {"ticket_not_sent", args},
                    sighting.link_live ? "advice_wait" : "advice_ticket_link", wall);
    }
    if (event.acked)
        reach(TicketStage::acked, *event.acked, {"ticket_acked", {}}, now);
    else if (now - since_ >= ack_limit)
        hang(TicketStage::acked, {"ticket_not_acked", {{"duration_ms", ms(ack_limit)}}}, "advice_wait", wall);
}

void TestTicket::wait_for_insight(const TicketSighting& sighting, base::WallTime wall, base::SteadyTime now)
{
    if (sighting.insight) {
        reach(TicketStage::insight, *sighting.insight, {"ticket_insight", {}}, now);
    } else if (now - since_ >= insight_limit) {
        TicketStep& step = at(TicketStage::insight);
        step.result = StageResult::not_yet;
        step.what = {"ticket_no_insight", {{"duration_ms", ms(insight_limit)}}};
        step.advice = "advice_ticket_automation";
    } else {
        return;
    }
    finish_way(TicketState::passed, wall);
}

void TestTicket::reach(TicketStage stage, base::WallTime time, Said what, base::SteadyTime now)
{
    // Clocks jump, and a webhook may be here before HaloPSA has answered the call: never below zero.
    base::WallTime before = *started_;
    for (const TicketStep& each : steps_)
        if (each.at) before = std::max(before, *each.at);
    TicketStep& step = at(stage);
    step.result = StageResult::ok;
    step.at = std::max(time, before);
    step.took = *step.at - before;
    step.what = std::move(what);
    since_ = now;
    changed_ = true;
}

void TestTicket::hang(TicketStage stage, Said why, std::string advice, base::WallTime wall)
{
    TicketStep& step = at(stage);
    step.result = StageResult::failed;
    step.what = std::move(why);
    step.advice = std::move(advice);
    finish_way(TicketState::failed, wall);
}

void TestTicket::finish_way(TicketState verdict, base::WallTime wall)
{
    verdict_ = verdict;
    changed_ = true;
    for (const TicketStage stage : all_ticket_stages) {
        if (stage == TicketStage::cleaned_up || !waits(stage)) continue;
        at(stage).result = StageResult::skipped;
        at(stage).what = {"ticket_skipped", {}};
    }
    if (ticket_ && wish_.clean_up) {
        task_ = Task::clean_up;
        return;
    }
    TicketStep& last = at(TicketStage::cleaned_up);
    last.result = StageResult::skipped;
    last.what = {ticket_ ? "ticket_not_asked" : "ticket_skipped", {}};
    end(wall);
}

void TestTicket::cleaned_up(Said what, base::WallTime wall)
{
    if (task_ != Task::clean_up) return;
    TicketStep& step = at(TicketStage::cleaned_up);
    step.result = StageResult::ok;
    step.at = wall;
    step.what = std::move(what);
    end(wall);
}

void TestTicket::not_cleaned_up(std::string reason, base::WallTime wall)
{
    if (task_ != Task::clean_up) return;
    TicketStep& step = at(TicketStage::cleaned_up);
    step.result = StageResult::failed;
    step.what = {"ticket_left", {{"ticket", *ticket_}, {"reason", std::move(reason)}}};
    step.advice = "advice_ticket_remove";
    end(wall);
}

void TestTicket::end(base::WallTime wall)
{
    state_ = verdict_;
    task_ = Task::nothing;
    ended_ = wall;
    changed_ = true;
}

std::optional<milliseconds> TestTicket::total() const
{
    std::optional<milliseconds> total;
    for (const TicketStage stage : all_ticket_stages)
        if (stage != TicketStage::cleaned_up && step(stage).at) total = *step(stage).at - *started_;
    return total;
}

std::string TestTicket::kept() const
{
    json::object out{{"state", name_of(state_)},
                     {"ticket", number_json(ticket_)},
                     {"ticket_type", number_json(wish_.ticket_type)},
                     {"clean_up", wish_.clean_up},
                     {"started", time_json(started_)},
                     {"ended", time_json(ended_)}};
    for (const TicketStage stage : all_ticket_stages) out[name_of(stage)] = step_json(step(stage));
    return json::serialize(out);
}

void TestTicket::resume(std::string_view kept, base::WallTime wall)
{
    boost::system::error_code failed;
    const json::value parsed = json::parse(kept, failed);
    const json::object* from = failed ? nullptr : parsed.if_object();
    const auto state = from == nullptr ? std::nullopt : place_of(state_names, text_of(*from, "state"));
    if (!state || !time_of(*from, "started")) return;
    *this = TestTicket{};
    state_ = TicketState{static_cast<std::uint8_t>(*state)};
    ticket_ = number_of(*from, "ticket");
    wish_.ticket_type = number_of(*from, "ticket_type");
    const json::value* clean_up = from->if_contains("clean_up");
    wish_.clean_up = clean_up != nullptr && clean_up->is_bool() && clean_up->get_bool();
    started_ = time_of(*from, "started");
    ended_ = time_of(*from, "ended");
    for (const TicketStage stage : all_ticket_stages)
        if (const json::value* each = from->if_contains(name_of(stage))) at(stage) = step_of(*each);
    if (state_ != TicketState::running) return;
    state_ = TicketState::interrupted;
    ended_ = wall;
    changed_ = true;
    const char* advice = ticket_ && wish_.clean_up ? "advice_ticket_remove" : "advice_ticket_again";
    bool first = true;
    for (TicketStep& each : steps_) {
        if (each.result != StageResult::waiting) continue;
        each.result = std::exchange(first, false) ? StageResult::failed : StageResult::skipped;
        each.what = {each.result == StageResult::failed ? "ticket_interrupted" : "ticket_skipped", {}};
        if (each.result == StageResult::failed) each.advice = advice;
    }
}

} // namespace mizo::setup
