#include "daemon/tab/budgets.hpp"

#include <algorithm>
#include <chrono>

namespace mizo::tab {

bool Budgets::take(const std::string& key, base::SteadyTime now)
{
    auto found = budgets_.find(key);
    if (found == budgets_.end()) {
        make_room(now);
        found = budgets_.emplace(key, Budget{per_minute_, now}).first;
    }
    Budget& budget = found->second;
    const std::chrono::duration<double, std::ratio<60>> passed = now - budget.at;
    budget.left = std::min(per_minute_, budget.left + passed.count() * per_minute_);
    budget.at = now;
    if (budget.left < 1) return false;
    budget.left -= 1;
    return true;
}

void Budgets::make_room(base::SteadyTime now)
{
    if (budgets_.size() < keys_max) return;
    std::erase_if(budgets_,
                  [&](const auto& each) { return now - each.second.at >= std::chrono::minutes{1}; });
    if (budgets_.size() < keys_max) return;
    budgets_.erase(std::min_element(budgets_.begin(), budgets_.end(),
                                    [](const auto& a, const auto& b) { return a.second.at < b.second.at; }));
}

} // namespace mizo::tab
