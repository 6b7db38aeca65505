#pragma once

#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/relay/wire.hpp"
#include "daemon/tab/link.hpp"

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

namespace mizo::tab {

namespace asio = boost::asio;

// A button that an agent pressed.
struct Press {
    Visit visit;
    std::string action; // its id, in the insight
    std::string label;
};

// What Mizo answered.
struct Outcome {
    bool ok = false;
    std::string code; // Mizo's; may be empty
    std::string text; // Mizo's words for the agent; may be empty
};

// Carries the buttons of the tab to Mizo, each once: a press of what is under way, or has just ended, gets
// the answer of the first. Audited before it is sent, and when it has ended. On the loop's thread.
class Actions {
public:
    struct Parts {
        asio::any_io_executor loop;
        store::Writer& writer;
        const base::Clock& clock;
        base::Random& random;
        base::Logger logger;
        std::function<bool(relay::Frame frame)> send;
        std::chrono::milliseconds answered_within{20'000};
    };
    static constexpr std::chrono::seconds same_press_for{5}; // after its end
    static constexpr std::size_t under_way_max = 256;

    explicit Actions(Parts parts) : parts_{std::move(parts)} {}

    // Errors: unavailable "tab_link_down" (nothing was sent), "tab_link_lost" and timeout "tab_no_answer" (it
    // may have been done), rate_limited "tab_busy", shutting_down "tab_stopping". Throws what the store
    // throws where the press cannot be audited: then nothing is sent.
    asio::awaitable<base::Result<Outcome>> press(Press press);

    void on_done(relay::Done done);
    // What waits for an answer over the former link will get none.
    void on_link_lost();
    // Ends every wait; no press is taken any more.
    void close();

private:
    struct UnderWay;
    using Shared = std::shared_ptr<UnderWay>;
    using Name = std::tuple<std::int64_t, std::int64_t, std::string>; // agent, ticket, action

    asio::awaitable<base::Result<Outcome>> carry(Shared under_way);
    asio::awaitable<void> send(Shared under_way);
    asio::awaitable<void> audit(std::string action, Shared under_way);
    void settle(UnderWay& under_way, base::Result<Outcome> outcome);
    void settle_all(const base::Error& error);
    void forget_old();

    Parts parts_;
    std::map<Name, Shared> presses_;
    bool closed_ = false;
};

} // namespace mizo::tab
