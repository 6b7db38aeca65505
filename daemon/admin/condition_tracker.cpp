#include "daemon/admin/condition_tracker.hpp"

#include "daemon/base/uuid.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace mizo::admin {

namespace {

store::KeptMessage kept(const Message& message)
{
    return {message.code, message.text, json::serialize(message.args)};
}

Message message_of(const store::KeptMessage& kept)
{
    boost::system::error_code failed;
    const json::value args = json::parse(kept.args, failed);
    return {kept.code, kept.text, !failed && args.is_object() ? args.get_object() : json::object{}};
}

store::AlertRow row_of(const ConditionTracker::Alert& alert)
{
    store::AlertRow row;
    row.id = alert.id;
    row.key = alert.condition.key;
    row.what = kept(alert.condition.what);
    if (alert.condition.advice) row.advice = kept(*alert.condition.advice);
    row.severe = alert.condition.severe;
    row.since = alert.since;
    return row;
}

// Whether one of these names the key, or its family: "check:" all that begin so.
bool among(const std::vector<std::string>& names, std::string_view key)
{
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        const bool family = name.ends_with(':') || name.ends_with('_');
        return family ? key.starts_with(name) : key == name;
    });
}

} // namespace

void ConditionTracker::resume(const std::vector<store::AlertRow>& on)
{
    for (const store::AlertRow& row : on) {
        Condition condition;
        condition.severe = row.severe;
        condition.what = message_of(row.what);
        if (row.advice) condition.advice = message_of(*row.advice);
        condition.key = row.key;
        Alert alert{row.id, row.since, std::move(condition), {}, false};
        // Of two with one key, which only a fault could leave, the older ends.
        const auto [place, fresh] = alerts_.try_emplace(row.key, alert);
        if (!fresh) end(std::exchange(place->second, std::move(alert)));
    }
}

void ConditionTracker::update(const std::array<Stage, 6>& strip, Judgement judgement, base::WallTime now)
{
    take_strip(strip, now);
    std::set<std::string> stays;
    for (Condition& condition : judgement.alerts) {
        const auto known = alerts_.find(condition.key);
        const bool on = known != alerts_.end() && !known->second.ended;
        if ((!condition.raised && !on) || !stays.insert(condition.key).second) continue;
        raise(std::move(condition), now);
    }
    for (auto at = alerts_.begin(); at != alerts_.end();) {
        Alert& alert = at->second;
        if (!stays.contains(at->first) && !among(judgement.unknown, at->first) && !alert.ended)
            alert.ended = now;
        // A clock that was set back must not keep it for ever.
        const bool settled = alert.ended && (now - *alert.ended >= settles_within || now < *alert.ended);
        if (settled) end(alert);
        at = settled ? alerts_.erase(at) : std::next(at);
    }
}

void ConditionTracker::take_strip(const std::array<Stage, 6>& strip, base::WallTime now)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < strip.size(); ++i) {
        const bool same = i < strip_.size() && strip_[i].stage.ok == strip[i].ok;
        places.push_back({strip[i], same ? strip_[i].since : std::optional{now}});
    }
    strip_ = std::move(places);
}

void ConditionTracker::raise(Condition condition, base::WallTime now)
{
    const auto known = alerts_.find(condition.key);
    if (known != alerts_.end() && known->second.condition.what.code == condition.what.code) {
        known->second.condition = std::move(condition);
        known->second.ended.reset();
        return;
    }
    // Another code under the same key takes its place: what was told of is over, and this is told of anew.
    if (known != alerts_.end()) {
        known->second.ended = known->second.ended.value_or(now);
        known->second.replaced = true;
        end(known->second);
        alerts_.erase(known);
    }
    std::string id = random_ == nullptr ? condition.what.code : base::uuid_v7(now, *random_);
    const std::string key = condition.key;
    Alert alert{std::move(id), now, std::move(condition), {}, false};
    raised_.push_back(alert);
    alerts_.insert_or_assign(key, std::move(alert));
}

void ConditionTracker::end(const Alert& alert)
{
    ended_.push_back(alert);
    if (!ended_.back().ended) ended_.back().ended = alert.since;
}

ConditionTracker::Changes ConditionTracker::report(const base::Logger& logger)
{
    Changes changes;
    for (const Alert& alert : std::exchange(raised_, {})) {
        const Message& what = alert.condition.what;
        logger.warning("alert: " + what.text, {{"code", what.code}});
        changes.raised.push_back({row_of(alert), alert.condition.halo_itself});
    }
    for (const Alert& alert : std::exchange(ended_, {})) {
        const Message& what = alert.condition.what;
        logger.info("alert over: " + what.text, {{"code", what.code}});
        changes.ended.push_back({alert.id, alert.replaced, *alert.ended});
    }
    return changes;
}

json::array ConditionTracker::strip_json() const
{
    json::array out;
    for (const Place& place : strip_) {
        json::object stage{{"stage", place.stage.stage},
                           {"since", to_json(place.since)},
                           {"last_success", to_json(place.stage.last_success)},
                           {"advice", to_json(place.stage.advice)}};
        stage["ok"] = nullptr;
        if (place.stage.ok) stage["ok"] = *place.stage.ok;
        put_message(stage, place.stage.what);
        out.emplace_back(std::move(stage));
    }
    return out;
}

json::array ConditionTracker::alerts_json() const
{
    std::vector<const Alert*> newest;
    for (const auto& [key, alert] : alerts_)
        if (!alert.ended) newest.push_back(&alert);
    std::sort(newest.begin(), newest.end(),
              [](const Alert* a, const Alert* b) { return a->since > b->since; });
    json::array out;
    for (const Alert* alert : newest) {
        json::object shown{{"id", alert->id},
                           {"severity", alert->condition.severe ? "error" : "warning"},
                           {"since", to_json(alert->since)},
                           {"advice", to_json(alert->condition.advice)}};
        put_message(shown, alert->condition.what);
        out.emplace_back(std::move(shown));
    }
    return out;
}

std::int64_t ConditionTracker::count(bool severe) const
{
    return std::count_if(alerts_.begin(), alerts_.end(), [&](const auto& each) {
        return !each.second.ended && each.second.condition.severe == severe;
    });
}

} // namespace mizo::admin
