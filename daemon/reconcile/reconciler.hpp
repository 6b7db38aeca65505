#pragma once

#include "daemon/halo_api/api.hpp"
#include "daemon/intake/recorder.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/reconcile/view.hpp"

#include <functional>
#include <memory>

namespace mizo::reconcile {

namespace asio = boost::asio;

// How webhooks come in at this moment.
struct Inflow {
    bool open = false;             // one that came now would be stored
    std::uint64_t turned_away = 0; // with 503, since the start
    std::optional<base::WallTime> last_webhook;
    bool link_live = false;
};

// Finds what was missed: reads back HaloPSA's own log of deliveries or, where the rights do not reach that,
// its tickets and actions, and records what the store does not have. Where HaloPSA cannot reach us, asking is
// the way in. One task, one run at a time; on the loop's thread only. Owned by the app, which starts and
// stops it.
class Reconciler final : public Control {
public:
    struct Parts {
        asio::any_io_executor executor;
        store::Writer& writer;
        store::Readers& readers;
        halo_api::Api& api;
        intake::Recorder& recorder;
        config::LiveSettings& settings;
        const base::Clock& clock;
        base::Logger logger;
        std::string webhook_token; // by which our own webhook is known among HaloPSA's
        std::function<Inflow()> inflow;
    };

    explicit Reconciler(Parts parts);
    Reconciler(const Reconciler&) = delete;
    Reconciler& operator=(const Reconciler&) = delete;
    ~Reconciler() override;

    asio::awaitable<void> start();
    // Ends the run in hand; what it has done so far is kept, and the next start goes on from there.
    asio::awaitable<void> stop();

    View view() const override;
    base::Result<void> ask(Reason reason, std::optional<base::WallTime> from) override;

private:
    class Work;
    std::unique_ptr<Work> work_;
};

} // namespace mizo::reconcile
