#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/halo_api/api.hpp"
#include "daemon/tab/budgets.hpp"
#include "daemon/tab/link.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace mizo::tab {

namespace asio = boost::asio;

// Asks HaloPSA what its link does not say: whether the ticket exists and is of an enabled type, and whether
// the agent may still work there. Without an answer nothing is shown
// (docs/decisions/0022-tab-fails-closed.md). What was answered holds for a minute. On the loop's thread.
class TicketGate {
public:
    static constexpr std::chrono::seconds answers_hold{60};
    static constexpr std::size_t answers_max = 2'000;
    static constexpr double asked_per_minute = 60; // for one agent

    TicketGate(halo_api::Api& api, const base::Clock& clock) : api_{api}, clock_{clock} {}

    // Empty: every type is enabled.
    void set_types(std::vector<std::int64_t> enabled) { enabled_ = std::move(enabled); }
    // Another HaloPSA, or other credentials.
    void forget();

    // Errors: not_found "tab_ticket_unknown"; denied "tab_ticket_out_of_scope", "tab_agent_refused";
    // unavailable "tab_halo_not_configured", "tab_halo_unavailable"; rate_limited "tab_too_many_tickets".
    asio::awaitable<base::Result<void>> check(Visit visit);

private:
    struct Ticket {
        bool exists = false;
        std::optional<std::int64_t> type;
    };
    struct Agent {
        bool may = true;
    };
    template <class Answer>
    struct Known {
        Answer answer;
        base::SteadyTime at{};
    };
    template <class Answer>
    using Answers = std::map<std::int64_t, Known<Answer>>;

    asio::awaitable<base::Result<void>> check_agent(Visit visit);
    asio::awaitable<base::Result<void>> check_ticket(Visit visit);
    asio::awaitable<base::Result<halo_api::Answer>> ask(Visit visit, std::string path);
    base::Result<void> judge(const Ticket& ticket) const;

    template <class Answer>
    const Answer* known(const Answers<Answer>& answers, std::int64_t id) const
    {
        const auto found = answers.find(id);
        if (found == answers.end() || clock_.steady() - found->second.at >= answers_hold) return nullptr;
        return &found->second.answer;
    }
    template <class Answer>
    void remember(Answers<Answer>& answers, std::int64_t id, const Answer& answer)
    {
        const base::SteadyTime now = clock_.steady();
        if (answers.size() >= answers_max)
            std::erase_if(answers, [&](const auto& each) { return now - each.second.at >= answers_hold; });
        if (answers.size() >= answers_max) answers.erase(answers.begin());
        answers[id] = {answer, now};
    }

    halo_api::Api& api_;
    const base::Clock& clock_;
    std::vector<std::int64_t> enabled_;
    Answers<Ticket> tickets_;
    Answers<Agent> agents_;
    Budgets asked_{asked_per_minute};
};

} // namespace mizo::tab
