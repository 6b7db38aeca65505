#include "daemon/net/within.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace mizo::net {

void Abort::fire()
{
    if (fired_) return;
    fired_ = true;
    if (auto end_wait = std::exchange(end_wait_, nullptr)) end_wait();
}

Deadline::Deadline(const asio::any_io_executor& executor, std::chrono::milliseconds limit,
                   std::function<void()> end_wait, std::shared_ptr<Abort> abort)
    : state_{std::make_shared<State>()}, abort_{std::move(abort)}, timer_{executor, limit}
{
    state_->end_wait = std::move(end_wait);
    timer_.async_wait([state = state_](const boost::system::error_code& cancelled) {
        if (cancelled || !state->end_wait) return;
        state->expired = true;
        std::exchange(state->end_wait, nullptr)();
    });
    if (!abort_) return;
    auto end = [state = state_] {
        if (auto wait = std::exchange(state->end_wait, nullptr)) wait();
    };
    // Fired already: the wait that is about to begin must end too, so this comes after it has begun.
    if (abort_->fired_)
        asio::post(executor, std::move(end));
    else
        abort_->end_wait_ = std::move(end);
}

Deadline::~Deadline()
{
    state_->end_wait = nullptr;
    if (abort_) abort_->end_wait_ = nullptr;
}

} // namespace mizo::net
