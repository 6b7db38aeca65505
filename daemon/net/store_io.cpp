#include "daemon/net/store_io.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mizo::net::detail {

asio::awaitable<void> await_job(Submit submit)
{
    auto initiate = [submit = std::move(submit)](auto handler) mutable {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto done = [shared](std::exception_ptr failure) {
            auto executor = asio::get_associated_executor(*shared);
            asio::post(executor, [shared, failure] { std::move (*shared)(failure); });
        };
        base::Result<void> submitted = submit(done);
        if (!submitted) done(std::make_exception_ptr(StoreRefused{submitted.error()}));
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(
        std::move(initiate), asio::use_awaitable);
}

} // namespace mizo::net::detail
