#include "daemon/admin/condition_tracker.hpp"

#include "daemon/base/uuid.hpp"

#include <algorithm>

namespace mizo::admin {

void ConditionTracker::update(const std::array<Stage, 6>& strip, std::vector<Condition> alerts,
                              base::WallTime now)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < strip.size(); ++i) {
        const bool same = i < strip_.size() && strip_[i].stage.ok == strip[i].ok;
        places.push_back({strip[i], same ? strip_[i].since : std::optional{now}});
    }
    strip_ = std::move(places);

    std::map<std::string, Alert> present;
    for (Condition& condition : alerts) {
        const std::string code = condition.what.code;
        const auto before = alerts_.find(code);
        if (before == alerts_.end()) {
            if (present.contains(code)) continue;
            raised_.push_back(condition.what);
            std::string id = random_ == nullptr ? code : base::uuid_v7(now, *random_);
            present.emplace(code, Alert{std::move(id), now, std::move(condition)});
        } else {
            present.insert_or_assign(code,
                                     Alert{before->second.id, before->second.since, std::move(condition)});
        }
    }
    for (auto& [code, alert] : alerts_)
        if (!present.contains(code)) cleared_.push_back(alert.condition.what);
    alerts_ = std::move(present);
}

void ConditionTracker::report(const base::Logger& logger)
{
    for (const Message& what : raised_) logger.warning("alert: " + what.text, {{"code", what.code}});
    for (const Message& what : cleared_) logger.info("alert over: " + what.text, {{"code", what.code}});
    raised_.clear();
    cleared_.clear();
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
    for (const auto& [code, alert] : alerts_) newest.push_back(&alert);
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

} // namespace mizo::admin
