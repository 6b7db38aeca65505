#include "daemon/net/dial_resolve.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <mutex>
#include <system_error>
#include <thread>

namespace mizo::net {

namespace {

constexpr std::size_t addresses_max = 8;

// One question to the system's resolver. That call cannot be ended, and takes half a minute where the DNS is
// dead; so it has a thread of its own, which is left alone when nobody waits any longer. Whoever asked calls
// abandon() before the loop goes: from then on the thread touches nothing but this.
class Lookup : public std::enable_shared_from_this<Lookup> {
public:
    // `answered` is cancelled when the answer is there.
    Lookup(asio::any_io_executor executor, asio::steady_timer& answered)
        : executor_{std::move(executor)}, answered_{&answered}
    {}

    void start(ResolveName resolve, std::string host)
    {
        std::thread([self = shared_from_this(), resolve = std::move(resolve), host = std::move(host)] {
            Resolved answer;
            answer.addresses = resolve(host, answer.reason);
            self->finish(std::move(answer));
        }).detach();
    }

    void abandon()
    {
        const std::lock_guard lock{mutex_};
        executor_ = {};
        answered_ = nullptr;
    }

    Resolved& answer() { return answer_; }

private:
    void finish(Resolved answer)
    {
        const std::lock_guard lock{mutex_};
        if (!executor_) return;
        auto tell = [self = shared_from_this(), found = std::move(answer)]() mutable {
            self->answer_ = std::move(found);
            if (self->answered_) self->answered_->cancel();
        };
        asio::post(executor_, std::move(tell));
    }

    std::mutex mutex_;
    asio::any_io_executor executor_; // empty once nobody waits
    // What follows is of the loop's thread only.
    asio::steady_timer* answered_;
    Resolved answer_;
};

// Each once, in the order of the resolver, which puts the best first (RFC 6724).
void keep_first(std::vector<asio::ip::address>& addresses)
{
    std::vector<asio::ip::address> kept;
    for (const auto& address : addresses)
        if (kept.size() < addresses_max && std::find(kept.begin(), kept.end(), address) == kept.end())
            kept.push_back(address);
    addresses = std::move(kept);
}

} // namespace

std::vector<asio::ip::address> resolve_by_system(const std::string& host, std::string& reason)
{
    asio::io_context context;
    asio::ip::tcp::resolver resolver{context};
    boost::system::error_code failed;
    std::vector<asio::ip::address> addresses;
    for (const auto& entry : resolver.resolve(host, "", failed))
        addresses.push_back(entry.endpoint().address());
    if (failed) reason = failed.message();
    return addresses;
}

asio::awaitable<Resolved> resolve(std::string host, const Route& route)
{
    Resolved literal;
    boost::system::error_code not_an_address;
    literal.addresses.push_back(asio::ip::make_address(host, not_an_address));
    if (!not_an_address) co_return literal;

    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer answered{executor, asio::steady_timer::time_point::max()};
    const auto lookup = std::make_shared<Lookup>(executor, answered);
    struct Abandon {
        Lookup& lookup;
        ~Abandon() { lookup.abandon(); }
    };
    const Abandon at_the_end{*lookup};
    const Deadline deadline{executor, route.limits.resolve, [&answered] { answered.cancel(); }, route.abort};
    try {
        lookup->start(route.resolve, std::move(host));
    } catch (const std::system_error& no_thread) {
        lookup->answer().reason = no_thread.what();
        co_return std::move(lookup->answer());
    }
    co_await answered.async_wait(asio::as_tuple(asio::use_awaitable));
    Resolved answer = std::move(lookup->answer());
    answer.timed_out = deadline.expired() && answer.addresses.empty();
    keep_first(answer.addresses);
    co_return answer;
}

} // namespace mizo::net
