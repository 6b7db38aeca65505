#pragma once

#include "daemon/admin/conditions.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>

namespace mizo::admin {

// Remembers since when things are as they are; alerts are logged when they come and when they go, once each.
class ConditionTracker {
public:
    struct Alert {
        std::string id;
        base::WallTime since{};
        Condition condition;
    };

    // Takes a new judgement over.
    void update(const std::array<Stage, 6>& strip, std::vector<Condition> alerts, base::WallTime now);
    // Logs what has changed with that.
    void report(const base::Logger& logger);

    json::array strip_json() const;
    // Newest first.
    json::array alerts_json() const;

    void set_random(base::Random& random) { random_ = &random; }

private:
    struct Place {
        Stage stage;
        std::optional<base::WallTime> since;
    };

    base::Random* random_ = nullptr;
    std::vector<Place> strip_;
    std::map<std::string, Alert> alerts_; // by code
    std::vector<Message> raised_;
    std::vector<Message> cleared_;
};

} // namespace mizo::admin
