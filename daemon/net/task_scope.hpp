#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace mizo::net {

namespace asio = boost::asio;

// The one place where tasks are started: what is spawned here is cancelled and awaited here, so that no task
// outlives what it uses. Single-threaded: all calls on the executor's thread.
class TaskScope {
public:
    using Report = std::function<void(const std::string& task, std::exception_ptr)>;

    // `report` is told of each task that ended by an exception.
    TaskScope(asio::any_io_executor executor, Report report);
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;
    ~TaskScope();

    void spawn(std::string name, asio::awaitable<void> task);
    void cancel();
    // Ends when every child has ended. Must be awaited before destruction.
    asio::awaitable<void> join();

    std::size_t size() const { return children_.size(); }

private:
    asio::any_io_executor executor_;
    std::list<asio::cancellation_signal> children_;
    asio::steady_timer done_;
    Report report_;
};

} // namespace mizo::net
