#pragma once

#include "daemon/agent/fault.hpp"
#include "daemon/agent/view.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/net/task_scope.hpp"
#include "daemon/store/agent_calls.hpp"

#include <functional>
#include <optional>

namespace mizo::agent {

namespace asio = boost::asio;

// Writes down what was asked and what became of it: the log of calls, the audit of writes and commands, the
// counts. What cannot be written is lost from the log alone; the store's own alarm says why.
class Records {
public:
    struct Parts {
        store::Writer& writer;
        const base::Clock& clock;
        base::Random& random;
        base::Logger logger;
        net::TaskScope& tasks;
    };

    explicit Records(Parts parts) : parts_{std::move(parts)} {}

    void on_call(std::function<void(const store::AgentCall&)> listener) { listener_ = std::move(listener); }
    // Sets the outcome and its error. `audited`: it changed something, or may have.
    // A flood beyond what the disk takes is only counted.
    void add(store::AgentCall call, const std::optional<Fault>& fault, bool audited);
    const Counts& counts() const { return counts_; }

private:
    void count(const store::AgentCall& call);
    asio::awaitable<void> write(store::AgentCall call, bool audited);

    Parts parts_;
    Counts counts_;
    std::size_t writing_ = 0;
    std::function<void(const store::AgentCall&)> listener_;
};

} // namespace mizo::agent
