#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cassert>
#include <exception>
#include <functional>
#include <list>
#include <string>
#include <utility>

namespace mizo::net {

namespace asio = boost::asio;

// The one place where tasks are started: what is spawned here is cancelled and awaited here, so that no task
// outlives what it uses. Single-threaded: all calls on the executor's thread.
class TaskScope {
public:
    using Report = std::function<void(const std::string& task, std::exception_ptr)>;

    // `report` is told of each task that ended by an exception.
    TaskScope(asio::any_io_executor executor, Report report)
        : executor_{std::move(executor)}, done_{executor_}, report_{std::move(report)}
    {
        done_.expires_at(asio::steady_timer::time_point::max());
    }
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;
    ~TaskScope() { assert(children_.empty()); }

    void spawn(std::string name, asio::awaitable<void> task)
    {
        auto child = children_.emplace(children_.end());
        auto ended = [this, child, name = std::move(name)](std::exception_ptr failure) {
            children_.erase(child);
            if (failure) report_(name, failure);
            if (children_.empty()) done_.cancel();
        };
        asio::co_spawn(executor_, std::move(task),
                       asio::bind_cancellation_slot(child->slot(), std::move(ended)));
    }

    void cancel()
    {
        // emit() may finish a child at once and erase it: step past it first.
        for (auto it = children_.begin(); it != children_.end();)
            (it++)->emit(asio::cancellation_type::terminal);
    }

    // Ends when every child has ended. Must be awaited before destruction.
    asio::awaitable<void> join()
    {
        while (!children_.empty()) co_await done_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    std::size_t size() const { return children_.size(); }

private:
    asio::any_io_executor executor_;
    std::list<asio::cancellation_signal> children_;
    asio::steady_timer done_;
    Report report_;
};

} // namespace mizo::net
