#include "tests/loopback/halo_world.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mizo::tests {

using namespace std::chrono_literals;

std::string Asked::target() const
{
    const auto begin = head.find(' ') + 1;
    return head.substr(begin, head.find(' ', begin) - begin);
}

std::string http(int status, const std::string& body, const std::string& more_headers)
{
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
           more_headers + "\r\n" + body;
}

HaloPeer::HaloPeer(Loop& loop)
    : server_{loop, [this](std::shared_ptr<Peer> peer) { return serve(std::move(peer)); }}
{
    on("GET /api/authinfo", [this](const Asked&) {
        return http(200, R"({"auth_url":")" + url() + R"(/auth","tenant_id":"msp"})");
    });
}

void HaloPeer::give_tokens(int life_s)
{
    on("POST /auth/token", [this, life_s](const Asked&) {
        return http(200, R"({"access_token":"t)" + std::to_string(++tokens) +
                             R"(","token_type":"Bearer","expires_in":)" + std::to_string(life_s) + "}");
    });
}

std::size_t HaloPeer::count(const std::string& what) const
{
    std::size_t found = 0;
    for (const Asked& each : asked_)
        if (each.head.starts_with(what)) ++found;
    return found;
}

asio::awaitable<void> HaloPeer::serve(std::shared_ptr<Peer> peer)
{
    Asked asked;
    asked.head = co_await peer->read_until("\r\n\r\n");
    const auto length = asked.head.find("Content-Length: ");
    if (length != std::string::npos) {
        const std::size_t size = std::stoul(asked.head.substr(length + 16));
        asked.body = co_await peer->read(size);
    }
    const std::string target = asked.target();
    const auto found = replies_.find(asked.method() + " " + target.substr(0, target.find('?')));
    asked_.push_back(asked);
    const std::string answer =
        found == replies_.end() ? http(404, R"({"error":"no such thing"})") : found->second(asked);
    if (answer.empty())
        co_await peer->read_all();
    else
        co_await peer->write(answer);
    peer->close();
}

halo_api::ApiSettings HaloWorld::settings_for(const std::string& url)
{
    halo_api::ApiSettings settings;
    settings.url = url;
    settings.client_id = "the-client";
    settings.client_secret = base::Secret{"the-secret"};
    settings.scopes = {"read:tickets", "edit:tickets", "read:timesheet"};
    settings.way.proxy = "none";
    return settings;
}

void HaloWorld::begin_with(halo_api::ApiSettings settings, halo_api::RateRules rate)
{
    client = std::make_unique<halo_api::Client>(
        halo_api::Client::Parts{loop.executor(), *world.writer, *world.readers, world.clock, world.log, rate},
        std::move(settings));
    loop.run(client->start());
}

void HaloWorld::end()
{
    if (!client) return;
    loop.run(client->stop());
    client.reset();
    world.close();
    world.open();
}

base::Result<halo_api::Answer> HaloWorld::call(halo_api::Call call)
{
    std::optional<base::Result<halo_api::Answer>> result;
    const auto task = [&]() -> asio::awaitable<void> {
        auto answer = co_await client->call(call);
        result.emplace(std::move(answer));
    };
    loop.run(task());
    return std::move(*result);
}

base::Result<halo_api::Answer> HaloWorld::get(const std::string& path)
{
    halo_api::Call one;
    one.path = path;
    return call(std::move(one));
}

std::vector<base::Result<halo_api::Answer>> HaloWorld::at_once(std::size_t count, const std::string& path)
{
    std::vector<base::Result<halo_api::Answer>> results;
    const auto one = [&]() -> asio::awaitable<void> {
        halo_api::Call call;
        call.path = path;
        auto answer = co_await client->call(call);
        results.push_back(std::move(answer));
    };
    for (std::size_t i = 0; i < count; ++i) loop.beside(one());
    const auto wait = [&]() -> asio::awaitable<void> {
        while (results.size() < count) {
            asio::steady_timer pause{loop.executor(), 1ms};
            co_await pause.async_wait(asio::use_awaitable);
        }
    };
    loop.run(wait());
    return results;
}

} // namespace mizo::tests
