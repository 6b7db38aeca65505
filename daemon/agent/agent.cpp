#include "daemon/agent/agent.hpp"

#include "daemon/agent/work.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/halo_api/api_settings.hpp"
#include "daemon/net/task_report.hpp"

#include <algorithm>

namespace mizo::agent {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t in_hand_max = 32;
constexpr milliseconds deadline_max{60'000};
constexpr std::size_t path_bytes = 200; // of what was denied, as it is written down

// Which HaloPSA, and which application in it; empty where none is set up.
std::string account_of(const config::Settings& settings)
{
    const halo_api::ApiSettings api = halo_api::api_settings(settings);
    return api.configured() ? api.url + ' ' + api.client_id : std::string{};
}

Automation automation_of(const config::Settings& settings)
{
    using config::Key;
    Automation automation;
    automation.triage = settings.flag(Key::automation_triage);
    automation.dispatch = settings.flag(Key::automation_dispatch);
    automation.resolve = settings.flag(Key::automation_resolve);
    automation.request_info = settings.flag(Key::automation_request_info);
    return automation;
}

relay::Response failure(const std::string& rid, const Fault& fault)
{
    relay::Response response;
    response.rid = rid;
    response.error = relay::Failure{fault.code, fault.text};
    return response;
}

relay::Response response_of(const std::string& rid, const Reply& reply)
{
    if (reply.fault) return failure(rid, *reply.fault);
    relay::Response response;
    response.rid = rid;
    response.status = reply.status.value_or(0);
    response.headers = reply.headers;
    response.body = reply.body;
    return response;
}

} // namespace

Agent::Work::Work(Parts parts, const config::Settings& settings)
    : parts_{std::move(parts)},
      logger_{parts_.log, "agent"},
      tasks_{parts_.executor, net::report_to(logger_)},
      records_{{parts_.writer, parts_.clock, parts_.random, logger_, tasks_}},
      errands_{{parts_.executor, parts_.writer, parts_.api, parts_.clock, logger_, parts_.rules}},
      self_{{parts_.executor, parts_.writer, parts_.readers, parts_.api, logger_,
             [this](const std::optional<Self>& self) {
                 errands_.set_self(self ? std::optional{self->id} : std::nullopt);
             }}},
      ended_{parts_.executor}
{
    take(settings);
}

asio::awaitable<void> Agent::Work::start()
{
    co_await self_.load(account_);
    tasks_.spawn("agent self", self_.run());
}

// Ends once no write is in hand, or at the limit. Nothing further is begun.
asio::awaitable<void> Agent::Work::finish(milliseconds limit)
{
    stopping_ = true;
    give_up_all("agent_stopping");
    const base::SteadyTime until = parts_.clock.steady() + limit;
    while (!in_hand_.empty() && parts_.clock.steady() < until)
        co_await ended_.wait(std::chrono::ceil<milliseconds>(until - parts_.clock.steady()));
}

asio::awaitable<void> Agent::Work::stop()
{
    stopping_ = true;
    self_.stop();
    give_up_all("agent_stopping");
    co_await tasks_.join();
}

void Agent::Work::set_settings(const config::Settings& settings)
{
    const std::string before = account_;
    take(settings);
    if (account_ != before) errands_.forget_outcomes();
    self_.set_account(account_);
}

void Agent::Work::take(const config::Settings& settings)
{
    enabled_ = settings.flag(config::Key::agent_enabled);
    allow_ = AllowList{settings.list(config::Key::agent_allow)};
    commands_ = settings.list(config::Key::agent_commands);
    account_ = account_of(settings);
    errands_.set_automation(automation_of(settings));
}

View Agent::Work::view() const
{
    View view;
    view.enabled = enabled_;
    view.live = live_;
    view.self = self_.self();
    view.in_hand = in_hand_.size();
    view.allow = allow_;
    for (const std::string_view name : command_names) {
        const CommandAction* action = actions_.find(name);
        const bool allowed = enabled_ && allows_command(commands_, name);
        view.commands.push_back({std::string{name}, allowed, action != nullptr && *action});
    }
    view.counts = records_.counts();
    return view;
}

std::optional<std::int64_t> Agent::Work::self_id() const
{
    if (!self_.self()) return {};
    return self_.self()->id;
}

void Agent::Work::on(relay::Request request)
{
    // The same question once more: it gets the same answer, once more.
    if (const auto found = in_hand_.find(request.rid); found != in_hand_.end()) {
        if (found->second->told)
            parts_.send(failure(request.rid, fault("agent_cancelled")));
        else
            ++found->second->answers;
        return;
    }
    auto taken = std::make_shared<InHand>();
    taken->began = parts_.clock.steady();
    taken->call.at = parts_.clock.wall();
    taken->call.rid = request.rid;
    taken->call.method = request.method;
    taken->call.path = halo::clean_text("/" + request.path, path_bytes);
    auto asked = read_request(request, allow_);
    if (!asked || !enabled_) return refuse(*taken, enabled_ ? asked.error() : fault("agent_off"));
    taken->call.path = asked->call.path;
    taken->call.ticket = asked->call.ticket;
    if (stopping_) return refuse(*taken, fault("agent_stopping"));
    if (in_hand_.size() >= in_hand_max)
        return refuse(*taken, fault("agent_too_many", {{"count", std::to_string(in_hand_max)}}));

    auto errand = std::make_shared<Errand>();
    errand->asked = std::move(*asked);
    errand->text = errand->asked.text();
    errand->key = std::move(request.idempotency_key);
    errand->begun = taken->call.at;
    errand->until =
        taken->began + std::clamp(milliseconds{request.deadline_ms}, milliseconds{1}, deadline_max);
    taken->errand = std::move(errand);
    in_hand_.emplace(request.rid, taken);
    tasks_.spawn("agent request", run(std::move(taken)));
}

void Agent::Work::on(relay::Cancel cancel)
{
    const auto found = in_hand_.find(cancel.rid);
    if (found == in_hand_.end()) return; // answered already, or never asked
    const bool write = found->second->errand->asked.is_write() && found->second->errand->begun_call;
    give_up(*found->second, write ? "agent_cancelled_write" : "agent_cancelled");
}

// Nobody waits for what was asked over a link that is gone: reads end, and writes come to their end, so that
// what they did is known when they are asked again.
void Agent::Work::on_live(bool live)
{
    live_ = live;
    if (live) return;
    give_up_all("agent_link_lost");
}

asio::awaitable<void> Agent::Work::run(InHandPtr request)
{
    Reply reply;
    std::string failed;
    try {
        reply = co_await errands_.run(request->errand);
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (!failed.empty()) {
        logger_.error("a request failed", {{"rid", request->call.rid}, {"why", failed}});
        reply = Reply{fault("agent_store_failed", {{"why", failed}})};
    }
    // It ended because it was given up: that, and not how, is worth knowing.
    if (!request->given_up.empty() && reply.fault && reply.fault->code == "cancelled")
        reply = Reply{fault(request->given_up)};
    in_hand_.erase(request->call.rid);
    answer(*request, reply);
    write_down(*request, reply);
    ended_.ring();
}

void Agent::Work::refuse(const InHand& request, const Fault& fault)
{
    parts_.send(failure(request.call.rid, fault));
    write_down(request, Reply{fault});
}

void Agent::Work::answer(InHand& request, const Reply& reply)
{
    if (request.told) return;
    request.told = true;
    for (int i = 0; i < request.answers; ++i) parts_.send(response_of(request.call.rid, reply));
}

void Agent::Work::give_up(InHand& request, std::string_view reason)
{
    request.errand->stopped = true;
    if (request.given_up.empty()) request.given_up = reason;
    answer(request, Reply{fault(reason)});
    request.errand->stop.emit(asio::cancellation_type::terminal);
}

void Agent::Work::give_up_all(std::string_view reason)
{
    // One that is given up may end at once, and leave the map.
    const auto all = in_hand_;
    for (const auto& [rid, request] : all) give_up(*request, reason);
}

void Agent::Work::write_down(const InHand& request, const Reply& reply)
{
    store::AgentCall call = request.call;
    call.status = reply.status;
    call.repeated = reply.repeated;
    call.duration = std::chrono::ceil<milliseconds>(parts_.clock.steady() - request.began);
    const bool changed = request.errand && request.errand->begun_call && request.errand->asked.is_write();
    records_.add(std::move(call), reply.fault, changed);
}

// ---- The class that others see ----

Agent::Agent(Parts parts, const config::Settings& settings)
    : work_{std::make_unique<Work>(std::move(parts), settings)}
{}

Agent::~Agent() = default;

asio::awaitable<void> Agent::start()
{
    return work_->start();
}

asio::awaitable<void> Agent::finish(milliseconds limit)
{
    return work_->finish(limit);
}

asio::awaitable<void> Agent::stop()
{
    return work_->stop();
}

void Agent::set_settings(const config::Settings& settings)
{
    work_->set_settings(settings);
}

void Agent::set_commands(CommandActions actions)
{
    work_->set_commands(std::move(actions));
}

void Agent::on_call(std::function<void(const store::AgentCall&)> listener)
{
    work_->on_call(std::move(listener));
}

View Agent::view() const
{
    return work_->view();
}

std::optional<std::int64_t> Agent::self_id() const
{
    return work_->self_id();
}

void Agent::on(relay::Request request)
{
    work_->on(std::move(request));
}

void Agent::on(relay::Cancel cancel)
{
    work_->on(std::move(cancel));
}

void Agent::on(relay::Command command)
{
    work_->on(std::move(command));
}

void Agent::on_live(bool live)
{
    work_->on_live(live);
}

} // namespace mizo::agent
