#pragma once

#include "daemon/halo_api/client.hpp"
#include "daemon/store/halo_calls.hpp"
#include "tests/loopback/peer.hpp"
#include "tests/support/store_world.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mizo::tests {

// A request as a HaloPSA of a test sees it.
struct Asked {
    std::string head; // with the request line
    std::string body;
    std::string method() const { return head.substr(0, head.find(' ')); }
    std::string target() const;
    bool has(const std::string& text) const { return head.find(text) != std::string::npos; }
};

std::string http(int status, const std::string& body, const std::string& more_headers = "");

// A HaloPSA that answers as a test says, by "METHOD /path" without the query. What it is not told to answer
// is answered 404; an empty answer leaves the asker waiting.
class HaloPeer {
public:
    using Reply = std::function<std::string(const Asked&)>;

    explicit HaloPeer(Loop& loop);

    void on(const std::string& what, Reply reply) { replies_[what] = std::move(reply); }
    // Tokens "t1", "t2", ... for who asks as the client of `settings`.
    void give_tokens(int life_s = 3600);
    std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()); }
    std::size_t accepted() const { return server_.accepted(); }
    std::size_t count(const std::string& what) const;
    const std::vector<Asked>& asked() const { return asked_; }

    int tokens = 0;

private:
    asio::awaitable<void> serve(std::shared_ptr<Peer> peer);

    std::map<std::string, Reply> replies_;
    std::vector<Asked> asked_;
    PeerServer server_;
};

// The client with the real store, between a clock that the test moves and real sockets.
class HaloWorld {
public:
    HaloWorld() { halo.give_tokens(); }
    HaloWorld(const HaloWorld&) = delete;
    HaloWorld& operator=(const HaloWorld&) = delete;
    ~HaloWorld() { end(); }

    static halo_api::ApiSettings settings_for(const std::string& url);
    void begin(halo_api::RateRules rate = {}) { begin_with(settings_for(halo.url()), rate); }
    void begin_with(halo_api::ApiSettings settings, halo_api::RateRules rate = {});
    void end(); // stops the client, and waits for what it wrote

    base::Result<halo_api::Answer> call(halo_api::Call call);
    base::Result<halo_api::Answer> get(const std::string& path);
    std::vector<base::Result<halo_api::Answer>> at_once(std::size_t count, const std::string& path);

    Loop loop;
    StoreWorld world;
    HaloPeer halo{loop};
    std::unique_ptr<halo_api::Client> client;
};

} // namespace mizo::tests
