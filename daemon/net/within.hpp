#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>

namespace mizo::net {

namespace asio = boost::asio;

// Lets an owner end what a coroutine waits for: the wait in hand and each later one end with an error at
// once. All calls on the executor's thread.
class Abort {
public:
    void fire();
    bool fired() const { return fired_; }

private:
    friend class Deadline;
    bool fired_ = false;
    std::function<void()> end_wait_; // of the wait in hand
};

// A limit on the waits made while it lives: at its end, or when `abort` fires, `end_wait` is called once,
// which must end the wait in hand (close a socket, cancel a timer). Nothing is called after it is destroyed.
class Deadline {
public:
    Deadline(const asio::any_io_executor& executor, std::chrono::milliseconds limit,
             std::function<void()> end_wait, std::shared_ptr<Abort> abort = nullptr);
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline();

    bool expired() const { return state_->expired; }

private:
    struct State {
        bool expired = false;
        std::function<void()> end_wait;
    };

    std::shared_ptr<State> state_;
    std::shared_ptr<Abort> abort_;
    asio::steady_timer timer_;
};

} // namespace mizo::net
