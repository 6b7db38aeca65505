#include "daemon/net/task_scope.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <utility>

namespace mizo::net {

TaskScope::TaskScope(asio::any_io_executor executor, Report report)
    : executor_{std::move(executor)}, done_{executor_}, report_{std::move(report)}
{
    done_.expires_at(asio::steady_timer::time_point::max());
}

TaskScope::~TaskScope()
{
    assert(children_.empty());
}

void TaskScope::spawn(std::string name, asio::awaitable<void> task)
{
    auto child = children_.emplace(children_.end());
    auto ended = [this, child, name = std::move(name)](std::exception_ptr failure) {
        children_.erase(child);
        if (failure) report_(name, failure);
        if (children_.empty()) done_.cancel();
    };
    asio::co_spawn(executor_, std::move(task), asio::bind_cancellation_slot(child->slot(), std::move(ended)));
}

void TaskScope::cancel()
{
    // emit() may finish a child at once and erase it: step past it first.
    for (auto it = children_.begin(); it != children_.end();) (it++)->emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> TaskScope::join()
{
    while (!children_.empty()) co_await done_.async_wait(asio::as_tuple(asio::use_awaitable));
}

} // namespace mizo::net
