#include "daemon/agent/errand_steps.hpp"

#include "daemon/agent/read_back.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

// The steps of a request that ask HaloPSA.
namespace mizo::agent {

namespace {

using base::Errc;
using std::chrono::milliseconds;

constexpr milliseconds look_at_least{3'000}; // though the deadline is over
constexpr std::string_view verified_header = "mizo-status-verified";
constexpr std::string_view status_header = "mizo-ticket-status";

// HaloPSA may have done it, and could not say so.
bool may_be_done(const base::Error& error)
{
    return error.kind() == Errc::timeout || error.kind() == Errc::too_large ||
           error.kind() == Errc::malformed || error.kind() == Errc::shutting_down;
}

// A refusal that stands: asked again, it would be the same.
bool is_final(std::int64_t status)
{
    return status < 500 && status != 401 && status != 403 && status != 408 && status != 429;
}

// HaloPSA may have done it all the same.
bool is_unclear(const base::Result<halo_api::Answer>& answer)
{
    return answer ? answer->status >= 500 : may_be_done(answer.error());
}

Reply without_answer(const base::Error& error, std::string_view reason, std::chrono::seconds waited)
{
    if (error.kind() != Errc::timeout && error.kind() != Errc::shutting_down) return Reply{fault_of(error)};
    return Reply{fault(reason, {{"seconds", std::to_string(waited.count())}})};
}

// HaloPSA's clock, as its answer's head tells it.
milliseconds ahead_of_us(const halo_api::Answer& answer, base::WallTime now)
{
    const std::string* date = answer.headers.find("Date");
    const auto told = date == nullptr ? std::nullopt : base::parse_http_date(*date);
    return told ? *told - now : milliseconds{0};
}

bool is_resolve_of(const Effects& effects, const std::vector<HaloOutcome>& outcomes)
{
    const auto* by_id = effects.outcome_id ? find_outcome(outcomes, *effects.outcome_id) : nullptr;
    return effects.acts && (effects.resolve || (by_id && is_resolve(by_id->name)));
}

Fault no_resolve(std::string_view reason)
{
    return fault(reason, {{"name", std::string{resolve_action}}});
}

} // namespace

// Whether the admin's automation allows it; and what the cloud left out of a resolve.
asio::awaitable<Outcome<void>> Errands::prepare(ErrandPtr errand)
{
    const Effects effects = effects_of(errand->asked);
    // What is refused by name is refused without asking HaloPSA.
    const bool by_name = effects.resolve && !automation_.resolve;
    const bool completes = effects.acts && (effects.outcome_id || (effects.resolve && !effects.status));
    if (!by_name && (completes || needs_outcomes(effects, automation_))) {
        const auto loaded = co_await load_outcomes(errand);
        if (!loaded) co_return fault_of(loaded.error());
    }
    const std::string_view missing = missing_automation(effects, automation_, outcomes_);
    if (!missing.empty()) co_return fault("agent_automation_off", {{"setting", std::string{missing}}});
    if (is_resolve_of(effects, outcomes_)) co_return co_await complete_resolve(errand, effects);
    co_return Outcome<void>{};
}

// "Mizo resolve" closes the ticket by the status that the admin chose for it.
asio::awaitable<Outcome<void>> Errands::complete_resolve(ErrandPtr errand, Effects effects)
{
    errand->resolves = effects.status;
    if (effects.status) co_return Outcome<void>{};
    if (!outcomes_.empty() && !find_outcome(outcomes_, resolve_action))
        co_return no_resolve("agent_no_resolve_action");
    const auto loaded = co_await load_resolve_status(errand);
    if (!loaded) co_return fault_of(loaded.error());
    const HaloOutcome* resolve = find_outcome(outcomes_, resolve_action);
    if (!resolve || !resolve->new_status) co_return no_resolve("agent_no_resolve_status");
    errand->resolves = resolve->new_status;
    errand->asked.object["new_status"] = *resolve->new_status;
    errand->asked.seal();
    co_return Outcome<void>{};
}

// Where HaloPSA does not show them, that is kept too.
asio::awaitable<base::Result<void>> Errands::load_outcomes(ErrandPtr errand)
{
    const base::SteadyTime now = parts_.clock.steady();
    if (outcomes_read_ && now - *outcomes_read_ < parts_.rules.outcomes_fresh) co_return base::Result<void>{};
    halo_api::Call call;
    call.path = "/Outcome";
    call.query = {{"showhidden", "true"}, {"excludesystemactions", "true"}};
    const auto answer = co_await ask(errand, std::move(call));
    if (!answer) co_return answer.error();
    std::vector<HaloOutcome> found;
    if (answer->ok()) {
        const auto list = halo::read_list(answer->body);
        if (!list) co_return list.error();
        found = outcomes_in(list->items);
    } else if (answer->status >= 500) {
        co_return halo::api_fault("halo_answer_unexpected", halo::api_error(answer->status, answer->body));
    }
    outcomes_ = std::move(found);
    outcomes_read_ = now;
    co_return base::Result<void>{};
}

// Some versions tell an action's status only with its details.
asio::awaitable<base::Result<void>> Errands::load_resolve_status(ErrandPtr errand)
{
    const HaloOutcome* resolve = find_outcome(outcomes_, resolve_action);
    if (!resolve || resolve->new_status) co_return base::Result<void>{};
    halo_api::Call call;
    call.path = "/Outcome/" + std::to_string(resolve->id);
    call.query = {{"includedetails", "true"}};
    const auto answer = co_await ask(errand, std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->ok()) co_return base::Result<void>{};
    auto object = halo::read_object(answer->body);
    if (!object) co_return object.error();
    const auto status = halo::Fields{*object}.first_number({"newstatus", "new_status"});
    for (HaloOutcome& each : outcomes_)
        if (is_resolve(each.name)) each.new_status = status;
    co_return base::Result<void>{};
}

asio::awaitable<Errands::Attempt> Errands::attempt(ErrandPtr errand)
{
    if (errand->stopped) co_return Attempt{Reply{fault("agent_cancelled")}, Attempt::Trace::nothing};
    const bool makes_new = errand->asked.makes_new();
    halo_api::Call call = errand->asked.call;
    call.deadline = left(*errand);
    // Time to find out, within the deadline, what became of it.
    if (makes_new) call.deadline -= std::min(parts_.rules.read_back, call.deadline / 4);
    errand->begun_call = true;
    auto answer = co_await ask(errand, std::move(call));
    if (makes_new && is_unclear(answer)) co_return co_await find_out(errand, std::move(answer));
    if (!answer) co_return Attempt{Reply{fault_of(answer.error())}, Attempt::Trace::nothing};
    Reply reply = reply_of(*answer);
    if (answer->ok()) reply = co_await verified(errand, std::move(reply));
    const bool stands = is_final(answer->status);
    co_return Attempt{std::move(reply), stands ? Attempt::Trace::done : Attempt::Trace::nothing};
}

// HaloPSA may have made it: it is looked for, once at once and once a little later.
asio::awaitable<Errands::Attempt> Errands::find_out(ErrandPtr errand, base::Result<halo_api::Answer> answer)
{
    const auto without = [&](std::string_view reason) {
        return Attempt{answer ? reply_of(*answer) : without_answer(answer.error(), reason, waited(*errand)),
                       Attempt::Trace::unknown};
    };
    if (!list_to_look_in(errand->asked)) co_return without("agent_unknown");
    auto found = co_await look(errand, errand->begun);
    if (found && !found->made) {
        co_await pause();
        found = co_await look(errand, errand->begun);
    }
    if (!found || found->doubtful) co_return without("agent_unknown");
    if (!found->made) co_return without("agent_not_done");
    Reply reply = reply_of_found(std::move(*found->made));
    reply = co_await verified(errand, std::move(reply));
    co_return Attempt{std::move(reply), Attempt::Trace::done};
}

asio::awaitable<base::Result<Errands::Looked>> Errands::look(ErrandPtr errand, base::WallTime since)
{
    auto call = list_to_look_in(errand->asked);
    call->deadline = std::max(left(*errand), look_at_least);
    const auto answer = co_await ask(errand, std::move(*call));
    if (!answer) co_return answer.error();
    if (!answer->ok())
        co_return halo::api_fault("halo_refused", halo::api_error(answer->status, answer->body));
    const auto list = halo::read_list(answer->body);
    if (!list) co_return list.error();
    Traces traces;
    traces.since = since + ahead_of_us(*answer, parts_.clock.wall());
    traces.self = self_;
    const Sought sought = find_made(errand->asked, list->items, traces);
    Looked looked;
    looked.doubtful = sought.doubtful;
    if (sought.made) looked.made = *sought.made;
    co_return looked;
}

// After a resolve the ticket is read back: what counts is the status that it has.
asio::awaitable<Reply> Errands::verified(ErrandPtr errand, Reply reply)
{
    if (!errand->resolves) co_return reply;
    auto status = co_await status_of(errand);
    if (status && status != errand->resolves) {
        co_await pause();
        status = co_await status_of(errand);
    }
    const std::string_view verdict = !status ? "unknown" : status == errand->resolves ? "true" : "false";
    reply.headers[verified_header] = verdict;
    if (status) reply.headers[status_header] = std::to_string(*status);
    co_return reply;
}

asio::awaitable<std::optional<std::int64_t>> Errands::status_of(ErrandPtr errand)
{
    if (!errand->asked.call.ticket) co_return std::nullopt;
    halo_api::Call call;
    call.path = "/Tickets/" + std::to_string(*errand->asked.call.ticket);
    call.deadline = std::max(left(*errand), look_at_least);
    const auto answer = co_await ask(errand, std::move(call));
    if (!answer || !answer->ok()) co_return std::nullopt;
    const auto ticket = halo::read_object(answer->body);
    if (!ticket) co_return std::nullopt;
    co_return halo::Fields{*ticket}.first_number({"status_id", "status"});
}

// One call. A read ends with its errand; a write is left to its end, since what it did must be known.
asio::awaitable<base::Result<halo_api::Answer>> Errands::ask(ErrandPtr errand, halo_api::Call call)
{
    call.purpose = halo_api::Purpose::agent;
    if (!call.ticket) call.ticket = errand->asked.call.ticket;
    call.deadline = std::min(call.deadline, std::max(left(*errand), look_at_least));
    auto work = parts_.api.call(std::move(call));
    if (errand->asked.is_write()) co_return co_await std::move(work);
    base::Result<halo_api::Answer> answer = halo::api_fault("halo_stopped");
    if (errand->stopped) co_return answer;
    const auto executor = co_await asio::this_coro::executor;
    auto stoppable = asio::bind_cancellation_slot(errand->stop.slot(), asio::use_awaitable);
    try {
        answer = co_await asio::co_spawn(executor, std::move(work), stoppable);
    } catch (const boost::system::system_error&) {
        // It was stopped.
    }
    errand->stop.slot().clear();
    co_return answer;
}

asio::awaitable<void> Errands::pause()
{
    asio::steady_timer timer{parts_.executor, parts_.rules.pause};
    co_await timer.async_wait(asio::use_awaitable);
}

std::chrono::seconds Errands::waited(const Errand& errand) const
{
    return std::chrono::round<std::chrono::seconds>(parts_.clock.wall() - errand.begun);
}

} // namespace mizo::agent
