#include "daemon/halo_api/work.hpp"

#include "daemon/halo/api_error.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/api_path.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/net/task_report.hpp"

#include <algorithm>

namespace mizo::halo_api {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr milliseconds hold_min = 5s; // after a 429 that says no time
constexpr int unauthorised = 401;
constexpr int too_many = 429;

milliseconds between(base::SteadyTime from, base::SteadyTime to)
{
    return std::max(0ms, std::chrono::ceil<milliseconds>(to - from));
}

bool may_be_asked(const Call& call)
{
    const bool method = call.method == "GET" || call.method == "POST" || call.method == "DELETE";
    return method && halo::is_api_path(call.path);
}

Outgoing outgoing(const Call& call, const ApiSettings& settings, const Access& access)
{
    Outgoing out;
    out.url = halo::api_root(settings.url) + call.path;
    if (!call.query.empty()) out.url += "?" + halo::encoded_pairs(call.query);
    out.method = call.method;
    out.headers = {{"Accept", "application/json"},
                   {"User-Agent", "mizo-relay"},
                   {"Authorization", "Bearer " + std::string{access.token.reveal()}}};
    if (call.method == "POST") {
        out.headers.add("Content-Type", "application/json; charset=utf-8");
        out.body = call.body;
    }
    out.body_max = call.body_max;
    return out;
}

// Ends what it holds when the caller is no longer there to wait for it.
class AbortAtExit {
public:
    explicit AbortAtExit(std::shared_ptr<net::Abort> abort) : abort_{std::move(abort)} {}
    AbortAtExit(const AbortAtExit&) = delete;
    AbortAtExit& operator=(const AbortAtExit&) = delete;
    ~AbortAtExit() { abort_->fire(); }

private:
    std::shared_ptr<net::Abort> abort_;
};

} // namespace

// One call's line in the log, written when the call ends, however it does.
class Client::Work::Record {
public:
    Record(Work& work, const Call& call) : work_{work}, began_{work.now()}
    {
        line_.at = work.parts_.clock.wall();
        line_.purpose = name_of(call.purpose);
        line_.method = call.method;
        line_.path = call.path;
        line_.ticket = call.ticket;
        const base::Error given_up = halo::api_fault("halo_stopped");
        line_.error_code = given_up.code();
    }
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;
    ~Record()
    {
        const base::SteadyTime ended = work_.now();
        line_.waited = between(began_, sent_.value_or(ended));
        if (sent_) line_.duration = between(*sent_, ended);
        work_.write(std::move(line_));
    }

    void sent() { sent_ = work_.now(); }
    void advise(std::optional<net::Message> advice) { advice_ = std::move(advice); }
    const std::optional<net::Message>& advice() const { return advice_; }
    void ended(const base::Result<Answer>& result)
    {
        line_.error_code.reset();
        if (!result) {
            line_.error_code = result.error().code();
            line_.error_reason = result.error().detail();
            return;
        }
        line_.status = result->status;
        if (result->ok()) return;
        line_.error_code = "halo_refused";
        line_.error_reason = halo::api_error(result->status, result->body);
    }

private:
    Work& work_;
    base::SteadyTime began_;
    std::optional<base::SteadyTime> sent_; // the newest attempt
    std::optional<net::Message> advice_;
    store::HaloCall line_;
};

// A place in the queue, or among the calls in hand; given back at the end.
class Client::Work::Place {
public:
    Place(Work& work, RateLimiter::Id id) : work_{work}, id_{id} {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place()
    {
        work_.limiter_.leave(id_);
        work_.admitted_.erase(id_);
        work_.admit();
    }

private:
    Work& work_;
    RateLimiter::Id id_;
};

// One request on its way. It has a task of its own, so that a caller who is cancelled need not wait for it.
struct Client::Work::Exchange {
    explicit Exchange(asio::any_io_executor executor) : done{std::move(executor)} {}

    Outgoing out;
    std::shared_ptr<net::Abort> abort = std::make_shared<net::Abort>();
    std::optional<Sent> sent;
    Bell done;
};

Client::Work::Work(Parts parts, ApiSettings settings)
    : parts_{std::move(parts)},
      logger_{parts_.log, "halo"},
      settings_{std::make_shared<const ApiSettings>(std::move(settings))},
      transport_{parts_.clock},
      limiter_{parts_.rate},
      next_turn_{parts_.executor},
      turns_{parts_.executor},
      tasks_{parts_.executor, net::report_to(logger_)},
      tokens_{{parts_.executor, transport_, limiter_, tasks_, parts_.clock, logger_,
               [this](const WorkingScopes& scopes) { keep(scopes); }}}
{
    transport_.use(settings_->way.copy());
    tokens_.use(settings_);
    health_.configured(settings_->configured(), parts_.clock.wall());
}

asio::awaitable<void> Client::Work::stop()
{
    stopped_ = true;
    tokens_.stop();
    turns_.ring();
    next_turn_.cancel();
    const auto exchanges = exchanges_;
    for (const auto& each : exchanges) each->abort->fire();
    co_await tasks_.join();
}

void Client::Work::set_settings(ApiSettings settings)
{
    if (settings.same_as(*settings_)) return;
    settings_ = std::make_shared<const ApiSettings>(std::move(settings));
    transport_.use(settings_->way.copy());
    tokens_.use(settings_);
    health_.configured(settings_->configured(), parts_.clock.wall());
    version_.clear();
    turns_.ring();
}

asio::awaitable<base::Result<Answer>> Client::Work::call(Call call)
{
    if (stopped_) co_return halo::api_fault("halo_stopped");
    if (!may_be_asked(call)) co_return halo::api_fault("halo_path_refused");
    if (!settings_->configured()) co_return halo::api_fault("halo_not_configured");
    const Settings mine = settings_;
    Record record{*this, call};
    auto result = co_await attempts(call, record);
    record.ended(result);
    if (settings_ == mine) note(call, record, result);
    co_return result;
}

asio::awaitable<base::Result<Answer>> Client::Work::attempts(Call call, Record& record)
{
    const Settings mine = settings_;
    const base::SteadyTime until = now() + call.deadline;
    bool replaced = false;
    for (;;) {
        auto access = co_await tokens_.get(until);
        if (!access) record.advise(tokens_.advice());
        if (!access) co_return access.error();
        const auto place = limiter_.enter(call.purpose, now(), until);
        if (!place) co_return limited(call.purpose);
        const Place held{*this, *place};
        admit();
        const auto turn = co_await turn_of(*place, until);
        if (!turn) co_return turn.error();
        // The wait may have been long.
        access = co_await tokens_.get(until);
        if (!access) co_return access.error();
        if (settings_ != mine) co_return halo::api_fault("halo_settings_changed");
        auto exchange = std::make_shared<Exchange>(parts_.executor);
        exchange->out = outgoing(call, *settings_, *access);
        exchange->out.limit = between(now(), until);
        auto answer = co_await attempt(std::move(exchange), record);
        if (!answer) co_return answer;
        // Neither did anything: these two, and no others, are asked again.
        if (answer->status == too_many) continue;
        if (answer->status == unauthorised && !replaced && tokens_.replace(access->number)) {
            replaced = true;
            continue;
        }
        co_return answer;
    }
}

asio::awaitable<base::Result<void>> Client::Work::turn_of(RateLimiter::Id place, base::SteadyTime until)
{
    const Settings mine = settings_;
    while (!admitted_.contains(place)) {
        if (stopped_) co_return halo::api_fault("halo_stopped");
        if (settings_ != mine) co_return halo::api_fault("halo_settings_changed");
        if (now() >= until) co_return halo::api_fault("halo_rate_limited", "no turn came in time");
        co_await turns_.wait(between(now(), until));
    }
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<Answer>> Client::Work::attempt(std::shared_ptr<Exchange> exchange,
                                                            Record& record)
{
    const AbortAtExit guard{exchange->abort};
    const base::SteadyTime began = now();
    record.sent();
    exchanges_.insert(exchange);
    tasks_.spawn("halo call", run(exchange));
    if (stopped_) exchange->abort->fire();
    while (!exchange->sent) co_await exchange->done.wait(1min);
    Sent& sent = *exchange->sent;
    if (!sent.answer) {
        record.advise(std::move(sent.advice));
        co_return sent.answer.error();
    }
    if (sent.answer->status == too_many) {
        const milliseconds pause = std::max(hold_min, sent.retry_after.value_or(hold_min));
        limiter_.hold(now() + pause);
        logger_.warning("HaloPSA asks to wait", {{"for_s", std::to_string(pause / 1s)}});
    }
    Answer answer;
    answer.status = sent.answer->status;
    answer.headers = std::move(sent.answer->headers);
    answer.body = std::move(sent.answer->body);
    answer.took = between(began, now());
    co_return answer;
}

asio::awaitable<void> Client::Work::run(std::shared_ptr<Exchange> exchange)
{
    try {
        Sent sent = co_await transport_.send(std::move(exchange->out), exchange->abort);
        exchange->sent.emplace(std::move(sent));
    } catch (const std::exception& error) {
        // Whoever waits for the exchange has to be told, whatever happens to it.
        exchange->sent.emplace(Sent{halo::api_fault("halo_unreachable", error.what()), {}, {}});
    }
    exchanges_.erase(exchange);
    exchange->done.ring();
}

base::Error Client::Work::limited(Purpose purpose) const
{
    const auto wait = std::chrono::ceil<std::chrono::seconds>(limiter_.earliest(purpose, now()) - now());
    if (wait <= 0s) return halo::api_fault("halo_rate_limited", "too many calls wait");
    return halo::api_fault("halo_rate_limited",
                           "the next call can be made in " + std::to_string(wait.count()) + " s");
}

void Client::Work::admit()
{
    const auto admitted = limiter_.admit(now());
    admitted_.insert(admitted.begin(), admitted.end());
    if (!admitted.empty()) turns_.ring();
    const auto next = stopped_ ? std::nullopt : limiter_.next(now());
    if (!next) {
        next_turn_.cancel();
        return;
    }
    next_turn_.expires_after(between(now(), *next));
    next_turn_.async_wait([this](const boost::system::error_code& moved) {
        if (!moved) admit();
    });
}

void Client::Work::note(const Call& call, const Record& record, const base::Result<Answer>& result)
{
    CallCounts& counts = counts_.at(static_cast<std::size_t>(call.purpose));
    const base::WallTime at = parts_.clock.wall();
    if (!result) {
        ++counts.failed;
        return health_.failed(result.error(), record.advice(), at);
    }
    ++(result->ok() ? counts.ok : counts.refused);
    health_.answered(result->status, halo::api_error(result->status, result->body), at);
    if (call.path != "/InstanceInfo" || !result->ok()) return;
    if (const auto object = halo::read_object(result->body))
        version_ = halo::clean_text(
            halo::Fields{*object}.first_text({"version", "app_version", "halo_version"}, 100), 100);
}

void Client::Work::write(store::HaloCall call)
{
    auto work = [call = std::move(call)](store::Database& db) { store::add_halo_call(db, call); };
    store::JobTraits traits;
    traits.patient = true;
    traits.grows = true;
    // What is lost here is a line of the log of calls; the store's own alarm says why.
    if (!parts_.writer.submit(
            std::move(work), [](std::exception_ptr) {}, traits))
        logger_.debug("a call of HaloPSA could not be recorded");
}

View Client::Work::view() const
{
    View view;
    health_.tell(view);
    view.url = settings_->url;
    view.scopes = tokens_.scopes();
    view.token_expires = tokens_.expires();
    view.calls_left = limiter_.left(now());
    view.calls_limit = limiter_.limit();
    if (const auto held = limiter_.held_until(now()))
        view.limited_until = parts_.clock.wall() + between(now(), *held);
    view.version = version_;
    return view;
}

} // namespace mizo::halo_api
