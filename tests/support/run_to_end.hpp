#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <optional>
#include <utility>

namespace mizo::tests {

namespace asio = boost::asio;

// Runs the work to its end on the loop, which other threads may post to; throws what it throws.
void run_to_end(asio::io_context& loop, asio::awaitable<void> work);

// What the work returned. As work without a result, so that Asio's part is compiled once for all results.
template <class T>
asio::awaitable<void> keep_result(asio::awaitable<T> work, std::optional<T>& result)
{
    T value = co_await std::move(work);
    result.emplace(std::move(value));
}

template <class T>
T run_to_end(asio::io_context& loop, asio::awaitable<T> work)
{
    std::optional<T> result;
    run_to_end(loop, keep_result(std::move(work), result));
    return std::move(*result);
}

} // namespace mizo::tests
