#include "daemon/halo_api/rate_limiter.hpp"

#include <algorithm>

namespace mizo::halo_api {

namespace {

// In percent. They fall with the purpose's rank: where a foremost one must wait, so must all behind it.
std::size_t share_of(Purpose purpose)
{
    switch (purpose) {
    case Purpose::agent: return 100;
    case Purpose::tab: return 95;
    case Purpose::test_ticket: return 90;
    case Purpose::check:
    case Purpose::alert: return 80;
    case Purpose::reconcile:
    case Purpose::poll: break;
    }
    return 60;
}

} // namespace

std::optional<RateLimiter::Id> RateLimiter::enter(Purpose purpose, base::SteadyTime now,
                                                  base::SteadyTime until)
{
    forget_old(now);
    if (waiting_.size() >= rules_.waiting_max || earliest(purpose, now) > until) return {};
    waiting_.emplace(purpose, ++last_id_);
    return last_id_;
}

std::vector<RateLimiter::Id> RateLimiter::admit(base::SteadyTime now)
{
    forget_old(now);
    std::vector<Id> admitted;
    while (!waiting_.empty()) {
        const auto [purpose, id] = *waiting_.begin();
        if (in_hand_.size() >= at_once_of(purpose) || earliest(purpose, now) > now) break;
        waiting_.erase(waiting_.begin());
        in_hand_.insert(id);
        made_.push_back(now);
        admitted.push_back(id);
    }
    return admitted;
}

void RateLimiter::leave(Id id)
{
    if (in_hand_.erase(id) > 0) return;
    const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                    [id](const Waiting& each) { return each.second == id; });
    if (found != waiting_.end()) waiting_.erase(found);
}

void RateLimiter::count(base::SteadyTime now)
{
    forget_old(now);
    made_.push_back(now);
}

void RateLimiter::hold(base::SteadyTime until)
{
    held_until_ = std::max(held_until_.value_or(until), until);
}

std::optional<base::SteadyTime> RateLimiter::next(base::SteadyTime now) const
{
    if (waiting_.empty()) return {};
    const Purpose purpose = waiting_.begin()->first;
    if (in_hand_.size() >= at_once_of(purpose)) return {};
    return earliest(purpose, now);
}

base::SteadyTime RateLimiter::earliest(Purpose purpose, base::SteadyTime now) const
{
    base::SteadyTime at = held_until(now).value_or(now);
    const std::size_t share = calls_of(purpose);
    if (made_.size() >= share) at = std::max(at, made_[made_.size() - share] + rules_.window);
    return at;
}

std::size_t RateLimiter::left(base::SteadyTime now) const
{
    const auto in_window = std::count_if(made_.begin(), made_.end(),
                                         [&](base::SteadyTime at) { return at + rules_.window > now; });
    return rules_.calls - std::min(rules_.calls, static_cast<std::size_t>(in_window));
}

std::optional<base::SteadyTime> RateLimiter::held_until(base::SteadyTime now) const
{
    return held_until_ && *held_until_ > now ? held_until_ : std::nullopt;
}

void RateLimiter::forget_old(base::SteadyTime now)
{
    while (!made_.empty() && made_.front() + rules_.window <= now) made_.pop_front();
}

std::size_t RateLimiter::calls_of(Purpose purpose) const
{
    return std::max<std::size_t>(1, rules_.calls * share_of(purpose) / 100);
}

std::size_t RateLimiter::at_once_of(Purpose purpose) const
{
    return std::max<std::size_t>(1, rules_.at_once * share_of(purpose) / 100);
}

} // namespace mizo::halo_api
