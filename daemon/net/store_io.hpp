#pragma once

#include "daemon/store/readers.hpp"
#include "daemon/store/writer.hpp"

#include <boost/asio/awaitable.hpp>

#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

// How coroutines of the loop reach the store's threads.
namespace mizo::net {

namespace asio = boost::asio;

// The store took no job: its queue or the disk is full, or it is closing. Like store::Failure this is a
// fault of our surroundings, so it travels as an exception to whoever answers for the task.
class StoreRefused : public std::runtime_error {
public:
    explicit StoreRefused(base::Error error) : std::runtime_error{error.code()}, error_{std::move(error)} {}
    const base::Error& error() const { return error_; }

private:
    base::Error error_;
};

namespace detail {

// Gives a job to the store's thread; what it is called with is to be called once the job has ended.
using Submit = std::function<base::Result<void>(std::function<void(std::exception_ptr)>)>;

// Waits until `submit` has run its job on the store's thread, back on this coroutine's executor. Compiled
// once for all jobs: what Asio makes of each wait is most of what a caller's compilation would take.
asio::awaitable<void> await_job(Submit submit);

} // namespace detail

// Runs `work(store::Database&)` in a committed transaction; ends once it is on disk. Throws what the work
// or the commit threw. `Value` is what the work returns, and must be default-constructible.
template <class Work, class Value = std::invoke_result_t<Work, store::Database&>>
asio::awaitable<Value> on_writer(store::Writer& writer, Work work, store::JobTraits traits = {})
{
    auto value = std::make_shared<Value>();
    auto job = [value, work = std::move(work)](store::Database& db) mutable { *value = work(db); };
    detail::Submit submit = [&writer, job = std::move(job), traits](auto done) mutable {
        return writer.submit(std::move(job), std::move(done), traits);
    };
    co_await detail::await_job(std::move(submit));
    co_return std::move(*value);
}

// Runs `work(store::Database&)` on one snapshot of the store, without holding up the writer.
template <class Work, class Value = std::invoke_result_t<Work, store::Database&>>
asio::awaitable<Value> on_readers(store::Readers& readers, Work work)
{
    auto value = std::make_shared<Value>();
    auto job = [value, work = std::move(work)](store::Database& db) mutable { *value = work(db); };
    detail::Submit submit = [&readers, job = std::move(job)](auto done) mutable {
        return readers.submit(std::move(job), std::move(done));
    };
    co_await detail::await_job(std::move(submit));
    co_return std::move(*value);
}

} // namespace mizo::net
