#include "daemon/alerts/teller.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/halo/api_error.hpp"
#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/net/task_report.hpp"
#include "daemon/store/failure.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace mizo::alerts {

namespace {

using base::Errc;
using config::Key;
using Kind = Outcome::Kind;
using store::AlertRow;

constexpr std::chrono::seconds keep_again_after{5};
constexpr std::size_t unkept_max = 200;
constexpr std::chrono::milliseconds in_hand_may_end_within{1'500};

bool may_pass(int status)
{
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

Outcome outcome_of(Kind kind)
{
    Outcome outcome;
    outcome.kind = kind;
    return outcome;
}

// What a call of HaloPSA's that was not answered came to.
Kind unanswered(const base::Error& error)
{
    const bool may_be_done = error.code() == "halo_timeout" || error.code() == "halo_answer_unexpected" ||
                             error.code() == "halo_answer_too_large" || error.code() == "halo_stopped";
    return may_be_done ? Kind::uncertain : Kind::not_now;
}

// What a refusal came to: a fault of HaloPSA's own may have happened after the deed.
Kind refused(int status)
{
    if (status == 429) return Kind::not_now;
    return may_pass(status) ? Kind::uncertain : Kind::refused;
}

std::string what_of(const Errand& errand)
{
    return errand.alert.what.code;
}

} // namespace

Teller::Teller(Parts parts)
    : parts_{std::move(parts)},
      logger_{parts_.log, "alerts"},
      wake_{parts_.executor},
      tasks_{parts_.executor, net::report_to(logger_)}
{}

asio::awaitable<void> Teller::start()
{
    std::vector<AlertRow> left;
    try {
        const auto read = [](store::Database& db) { return store::load_alerts_at_work(db); };
        left = co_await net::on_readers(parts_.readers, read);
    } catch (const std::exception& error) {
        // What was on is judged anew; the worst is that it is told once more.
        logger_.warning("earlier alerts not read", {{"why", error.what()}});
    }
    telling_.resume(std::move(left), parts_.clock.wall(), parts_.clock.steady());
    started_ = true;
    tasks_.spawn("telling alerts", run());
}

asio::awaitable<void> Teller::stop()
{
    stopping_ = true;
    poke();
    asio::steady_timer limit{parts_.executor, in_hand_may_end_within};
    const auto end = [this](const boost::system::error_code& cancelled) {
        if (cancelled) return;
        parts_.receiver->stop();
        tasks_.cancel();
    };
    limit.async_wait(end);
    co_await tasks_.join();
    limit.cancel();
    parts_.receiver->stop();
}

void Teller::set_settings(const config::Settings& settings)
{
    parts_.receiver->set_way(way_out(settings));
    poke();
}

void Teller::raised(AlertRow row, bool halo_itself)
{
    telling_.raised(std::move(row), halo_itself, places(), parts_.clock.steady());
    poke();
}

void Teller::ended(const std::string& id, bool replaced, base::WallTime at)
{
    telling_.ended(id, replaced, at, parts_.clock.steady());
    poke();
}

asio::awaitable<Tested> Teller::test(std::string code, std::string text)
{
    const auto settings = parts_.settings.current();
    if (!settings->is_set(Key::alerts_webhook_url)) co_return Tested{"alert_no_url", 0, {}};
    AlertRow sample;
    sample.id = base::uuid_v7(parts_.clock.wall(), parts_.random);
    sample.key = code;
    sample.what = store::KeptMessage{std::move(code), std::move(text), "{}"};
    sample.since = parts_.clock.wall();
    std::string body = post_of(sample, format_from(settings->text(Key::alerts_webhook_format)), sender());
    std::string url{settings->secret(Key::alerts_webhook_url)};
    const auto answered = co_await parts_.receiver->post(std::move(url), std::move(body));
    if (!answered) co_return Tested{"alert_unreachable", 0, answered.error().text()};
    if (answered->status < 200 || answered->status >= 300)
        co_return Tested{"alert_refused", answered->status, {}};
    co_return Tested{};
}

asio::awaitable<void> Teller::run()
{
    while (!stopping_) {
        std::optional<Errand> errand = telling_.next(places(), parts_.clock.steady());
        tell_given_up();
        co_await keep_changed();
        if (!errand) {
            co_await wait();
            continue;
        }
        const Outcome outcome = co_await perform(*errand);
        telling_.done(*errand, outcome, parts_.clock.steady());
    }
    co_await keep_changed();
}

// Until there is something to do; who has something new pokes.
asio::awaitable<void> Teller::wait()
{
    if (stopping_) co_return;
    auto until = telling_.wake(places());
    if (keep_again_ && (!until || *keep_again_ < *until)) until = keep_again_;
    const base::SteadyTime now = parts_.clock.steady();
    if (until)
        wake_.expires_after(std::max(*until, now) - now);
    else
        wake_.expires_at(base::SteadyTime::max());
    boost::system::error_code ended;
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ended));
}

// What the store does not take now is offered again, the newest of each alert.
asio::awaitable<void> Teller::keep_changed()
{
    for (AlertRow& row : telling_.take_changed()) {
        std::erase_if(unkept_, [&](const AlertRow& each) { return each.id == row.id; });
        unkept_.push_back(std::move(row));
        if (unkept_.size() > unkept_max) unkept_.erase(unkept_.begin());
        keep_again_.reset();
    }
    const bool due = !keep_again_ || parts_.clock.steady() >= *keep_again_;
    if (unkept_.empty() || !due) co_return;
    std::vector<AlertRow> rows = unkept_;
    auto write = [rows](store::Database& db) {
        for (const AlertRow& row : rows) store::put_alert(db, row);
        return true;
    };
    std::string failed;
    try {
        co_await net::on_writer(parts_.writer, std::move(write));
        std::erase_if(unkept_, [&](const AlertRow& row) {
            return std::find(rows.begin(), rows.end(), row) != rows.end();
        });
        keep_again_.reset();
    } catch (const store::Failure& failure) {
        failed = failure.what();
    } catch (const net::StoreRefused& refusal) {
        failed = refusal.error().text();
    }
    if (failed.empty()) co_return;
    keep_again_ = parts_.clock.steady() + keep_again_after;
    logger_.debug("alerts not kept yet", {{"why", failed}});
}

asio::awaitable<Outcome> Teller::perform(Errand errand)
{
    switch (errand.kind) {
    case Errand::Kind::post: co_return co_await post(std::move(errand.alert));
    case Errand::Kind::find_ticket: co_return co_await find_ticket(std::move(errand.alert));
    case Errand::Kind::make_ticket:
    case Errand::Kind::add_note: co_return co_await ask_halo(std::move(errand));
    }
    co_return Outcome{};
}

asio::awaitable<Outcome> Teller::post(AlertRow alert)
{
    const auto settings = parts_.settings.current();
    std::string body = post_of(alert, format_from(settings->text(Key::alerts_webhook_format)), sender());
    std::string url{settings->secret(Key::alerts_webhook_url)};
    const auto answered = co_await parts_.receiver->post(std::move(url), std::move(body));
    if (answered && answered->status >= 200 && answered->status < 300) {
        ++counts_.posted;
        co_return outcome_of(Kind::done);
    }
    ++counts_.post_failed;
    const std::string why = answered ? "HTTP " + std::to_string(answered->status) : answered.error().text();
    logger_.info("alert not posted", {{"alert", alert.what.code}, {"why", why}});
    if (!answered) co_return outcome_of(Kind::not_now);
    Outcome outcome = outcome_of(may_pass(answered->status) ? Kind::not_now : Kind::refused);
    outcome.retry_after = answered->retry_after;
    co_return outcome;
}

// The newest tickets that hold the alert's mark; what the search finds beside is not ours.
asio::awaitable<Outcome> Teller::find_ticket(AlertRow alert)
{
    const std::string mark = mark_of(alert);
    halo_api::Call call;
    call.purpose = halo_api::Purpose::alert;
    call.path = "/Tickets";
    call.query = {
        {"search", mark.substr(1, mark.size() - 2)}, {"count", "50"}, {"order", "id"}, {"orderdesc", "true"}};
    const auto answer = co_await parts_.halo.call(std::move(call));
    if (!answer) co_return outcome_of(Kind::not_now);
    if (!answer->ok()) co_return outcome_of(may_pass(answer->status) ? Kind::not_now : Kind::refused);
    const auto tickets = halo::read_list(answer->body);
    if (!tickets) co_return outcome_of(Kind::not_now);
    Outcome outcome;
    for (const auto& ticket : tickets->items) {
        const halo::Fields fields{ticket};
        if (fields.text("summary", 1'000).find(mark) != std::string::npos)
            outcome.ticket = fields.first_number({"id"});
    }
    co_return outcome;
}

asio::awaitable<Outcome> Teller::ask_halo(Errand errand)
{
    const bool note = errand.kind == Errand::Kind::add_note;
    const auto settings = parts_.settings.current();
    halo_api::Call call;
    call.purpose = halo_api::Purpose::alert;
    call.method = "POST";
    call.path = note ? "/Actions" : "/Tickets";
    call.ticket = errand.alert.ticket_id;
    call.body = note ? note_of(errand.alert, errand.alert.ticket_id.value_or(0))
                     : ticket_of(errand.alert, settings->integer(Key::alerts_ticket_type), sender());
    const auto answer = co_await parts_.halo.call(std::move(call));
    Outcome outcome;
    std::string why;
    if (!answer) {
        outcome.kind = unanswered(answer.error());
        why = answer.error().text();
    } else if (!answer->ok()) {
        outcome.kind = refused(answer->status);
        why = halo::api_error(answer->status, answer->body);
    } else if (!note) {
        if (const auto made = halo::read_object(answer->body))
            outcome.ticket = halo::Fields{*made}.first_number({"id"});
        if (!outcome.ticket) outcome.kind = Kind::uncertain;
    }
    if (outcome.kind == Kind::done) {
        counts_.tickets += note ? 0 : 1;
        co_return outcome;
    }
    ++counts_.ticket_failed;
    logger_.info(note ? "no note in HaloPSA that an alert is over" : "no ticket in HaloPSA for an alert",
                 {{"alert", what_of(errand)}, {"why", why}});
    co_return outcome;
}

void Teller::tell_given_up()
{
    for (const Errand& errand : telling_.take_given_up()) {
        ++counts_.given_up;
        const bool post = errand.kind == Errand::Kind::post;
        logger_.warning("an alert could not be told",
                        {{"alert", what_of(errand)}, {"where", post ? "alerts.webhook_url" : "HaloPSA"}});
    }
}

Places Teller::places() const
{
    const auto settings = parts_.settings.current();
    return {settings->is_set(Key::alerts_webhook_url), settings->flag(Key::alerts_halo_ticket)};
}

Sender Teller::sender() const
{
    const auto url = parts_.settings.current()->url(Key::webhook_public_url);
    return {url ? url->host : std::string{}, parts_.version};
}

} // namespace mizo::alerts
