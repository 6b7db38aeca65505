#pragma once

#include "daemon/agent/asked.hpp"
#include "daemon/agent/automation.hpp"
#include "daemon/agent/outcomes.hpp"
#include "daemon/agent/view.hpp"
#include "daemon/base/log.hpp"
#include "daemon/halo_api/bell.hpp"
#include "daemon/net/store_io.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mizo::agent {

namespace asio = boost::asio;

// What the cloud is told: HaloPSA's answer, or why there is none.
struct Reply {
    Reply() = default;
    Reply(Fault why) : fault{std::move(why)} {}

    std::optional<Fault> fault;
    std::optional<std::int64_t> status; // HaloPSA's, also beside a fault
    json::object headers;
    json::value body;
    bool repeated = false; // from what is kept
};

// One request on its way; shared by its task and by whoever may end it.
struct Errand {
    Asked asked;
    std::string key;  // idempotency_key; may be empty
    std::string text; // all that was asked, before anything was filled in
    base::SteadyTime until{};
    base::WallTime begun{};
    asio::cancellation_signal stop;       // ends a read in hand
    std::optional<std::int64_t> resolves; // the status that its ticket is to have then
    bool begun_call = false;              // what was asked is on its way to HaloPSA, or was
    bool stopped = false;                 // no answer is wanted any more: nothing further is begun
};

struct ErrandRules {
    // Kept back of the deadline of a call that is read back when it times out.
    std::chrono::milliseconds read_back{5'000};
    // HaloPSA may still be at it: between the first look and the second.
    std::chrono::milliseconds pause{2'000};
    std::chrono::minutes outcomes_fresh{10};
    std::chrono::hours keys_kept{24};
    std::size_t kept_bytes = 64 * 1024; // of an answer under its key; a larger one is kept without its body
};

// Runs requests that may be made. Knows nothing of the link. On the loop's thread only.
class Errands {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        halo_api::Api& api;
        const base::Clock& clock;
        base::Logger logger;
        ErrandRules rules = {};
    };

    explicit Errands(Parts parts) : parts_{std::move(parts)} {}

    void set_automation(Automation automation) { automation_ = automation; }
    void set_self(std::optional<std::int64_t> self) { self_ = self; }
    // Of another HaloPSA they may be others.
    void forget_outcomes() { outcomes_read_.reset(); }

    asio::awaitable<Reply> run(std::shared_ptr<Errand> errand);

private:
    using ErrandPtr = std::shared_ptr<Errand>;
    struct Running;
    struct Attempt;
    struct Known;

    asio::awaitable<Outcome<void>> prepare(ErrandPtr errand);
    asio::awaitable<Outcome<void>> complete_resolve(ErrandPtr errand, Effects effects);
    asio::awaitable<base::Result<void>> load_outcomes(ErrandPtr errand);
    asio::awaitable<base::Result<void>> load_resolve_status(ErrandPtr errand);

    asio::awaitable<Reply> once(ErrandPtr errand);
    asio::awaitable<Reply> wait_for(ErrandPtr errand, std::shared_ptr<Running> running);
    asio::awaitable<Reply> with_key(ErrandPtr errand);
    asio::awaitable<Reply> again(ErrandPtr errand, base::WallTime first);
    asio::awaitable<Reply> anew(ErrandPtr errand);
    asio::awaitable<Outcome<Known>> begin(ErrandPtr errand);
    asio::awaitable<void> settle(ErrandPtr errand, Attempt attempt);

    asio::awaitable<Attempt> attempt(ErrandPtr errand);
    asio::awaitable<Attempt> find_out(ErrandPtr errand, base::Result<halo_api::Answer> answer);
    struct Looked {
        std::optional<json::object> made;
        bool doubtful = false; // whether it was made cannot be told
    };
    asio::awaitable<base::Result<Looked>> look(ErrandPtr errand, base::WallTime since);
    asio::awaitable<Reply> verified(ErrandPtr errand, Reply reply);
    asio::awaitable<std::optional<std::int64_t>> status_of(ErrandPtr errand);
    asio::awaitable<base::Result<halo_api::Answer>> ask(ErrandPtr errand, halo_api::Call call);
    asio::awaitable<void> pause();
    std::chrono::milliseconds left(const Errand& errand) const;
    std::chrono::seconds waited(const Errand& errand) const;

    Parts parts_;
    Automation automation_;
    std::optional<std::int64_t> self_;
    std::vector<HaloOutcome> outcomes_; // of HaloPSA; empty where it does not show them
    std::optional<base::SteadyTime> outcomes_read_;
    std::map<std::string, std::shared_ptr<Running>> running_; // by idempotency key
};

} // namespace mizo::agent
