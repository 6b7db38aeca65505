#pragma once

#include "daemon/admin/conditions.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/store/alerts.hpp"

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mizo::admin {

// Remembers since when things are as they are. An alert is raised once and is over once: what comes back at
// once is the alert that it was.
class ConditionTracker {
public:
    static constexpr std::chrono::seconds settles_within{30};

    struct Alert {
        std::string id;
        base::WallTime since{};
        Condition condition;
        std::optional<base::WallTime> ended; // it may come back still
        bool replaced = false;
    };
    struct Raised {
        store::AlertRow row; // without where it is told
        bool halo_itself = false;
    };
    struct Ended {
        std::string id;
        bool replaced = false; // by another of the same key
        base::WallTime at{};
    };
    // What has changed since this was taken last.
    struct Changes {
        std::vector<Raised> raised;
        std::vector<Ended> ended;
    };

    // Those that were on when the daemon was stopped; before the first update.
    void resume(const std::vector<store::AlertRow>& on);
    // Takes a new judgement over.
    void update(const std::array<Stage, 6>& strip, Judgement judgement, base::WallTime now);
    // Logs what has changed with that, and hands it on.
    Changes report(const base::Logger& logger);

    json::array strip_json() const;
    // Newest first.
    json::array alerts_json() const;
    // How many are on, severe ones or the others.
    std::int64_t count(bool severe) const;

    void set_random(base::Random& random) { random_ = &random; }

private:
    struct Place {
        Stage stage;
        std::optional<base::WallTime> since;
    };

    void take_strip(const std::array<Stage, 6>& strip, base::WallTime now);
    void raise(Condition condition, base::WallTime now);
    void end(const Alert& alert);

    base::Random* random_ = nullptr;
    std::vector<Place> strip_;
    std::map<std::string, Alert> alerts_; // by key
    std::vector<Alert> raised_;
    std::vector<Alert> ended_;
};

} // namespace mizo::admin
