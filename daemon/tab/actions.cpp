#include "daemon/tab/actions.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/store/audit.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::tab {

namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;
using base::Result;

constexpr std::size_t text_max = 500;

Error link_down()
{
    return Error{Errc::unavailable, "tab_link_down",
                 "The relay has no connection to Mizo at the moment, so nothing was sent. It connects again "
                 "by itself; "
                 "try again then."};
}

Error not_recorded()
{
    return Error{
        Errc::unavailable, "tab_not_recorded",
        "The relay could not record this, so nothing was sent. Its administrator finds the reason on the "
        "admin page."};
}

Error link_lost()
{
    return Error{Errc::unavailable, "tab_link_lost",
                 "The connection to Mizo broke before the answer came. It may have been done all the same: "
                 "look at the "
                 "ticket before you try again."};
}

Error no_answer()
{
    return Error{Errc::timeout, "tab_no_answer",
                 "Mizo has not answered in time. It may be done all the same: look at the ticket before you "
                 "try again."};
}

Error stopping()
{
    return Error{Errc::shutting_down, "tab_stopping", "The relay is restarting. Try again in a minute."};
}

} // namespace

// One press on its way. Whoever pressed the same button waits for the same end.
struct Actions::UnderWay {
    UnderWay(const asio::any_io_executor& loop, Press given, std::string id)
        : press{std::move(given)}, rid{std::move(id)}, ended{loop}
    {}

    Press press;
    std::string rid;
    bool sent = false;
    std::optional<Result<Outcome>> outcome;
    base::SteadyTime ended_at{};
    asio::steady_timer ended; // expires when nobody need wait any longer
};

asio::awaitable<Result<Outcome>> Actions::press(Press press)
{
    if (closed_) co_return stopping();
    forget_old();
    const Name name{press.visit.agent, press.visit.ticket, press.action};
    const auto same = presses_.find(name);
    if (same != presses_.end()) {
        const Shared first = same->second;
        boost::system::error_code ended;
        if (!first->outcome)
            co_await first->ended.async_wait(asio::redirect_error(asio::use_awaitable, ended));
        co_return first->outcome ? *first->outcome : Result<Outcome>{no_answer()};
    }
    if (presses_.size() >= under_way_max)
        co_return Error{Errc::rate_limited, "tab_busy", "Much is under way already. Try again in a minute."};

    const auto under_way =
        std::make_shared<UnderWay>(parts_.loop, std::move(press), base::uuid_v4(parts_.random));
    under_way->ended.expires_after(parts_.answered_within);
    presses_[name] = under_way;
    co_return co_await carry(under_way);
}

asio::awaitable<Result<Outcome>> Actions::carry(Shared under_way)
{
    std::exception_ptr failed;
    try {
        co_await audit("tab_action", under_way);
    } catch (...) {
        failed = std::current_exception();
    }
    if (failed) {
        settle(*under_way, not_recorded());
        std::rethrow_exception(failed);
    }
    if (!under_way->outcome) co_await send(under_way);
    try {
        co_await audit("tab_action_done", under_way);
    } catch (const std::exception& error) {
        parts_.logger.warning("how a button of the tab ended is not in the audit",
                              {{"rid", under_way->rid}, {"why", error.what()}});
    }
    co_return *under_way->outcome;
}

asio::awaitable<void> Actions::send(Shared under_way)
{
    const Press& press = under_way->press;
    relay::TabAction frame{under_way->rid, press.visit.ticket, press.visit.agent, press.action};
    under_way->sent = parts_.send(std::move(frame));
    if (!under_way->sent) co_return settle(*under_way, link_down());
    boost::system::error_code ended;
    co_await under_way->ended.async_wait(asio::redirect_error(asio::use_awaitable, ended));
    if (!under_way->outcome) settle(*under_way, no_answer());
}

void Actions::on_done(relay::Done done)
{
    for (auto& [name, under_way] : presses_) {
        if (under_way->rid != done.rid || under_way->outcome) continue;
        Outcome outcome;
        outcome.ok = done.ok;
        outcome.code = std::move(done.code);
        outcome.text = halo::clean_text(done.text, text_max);
        return settle(*under_way, std::move(outcome));
    }
    parts_.logger.debug("an answer that nobody waits for", {{"rid", done.rid}});
}

void Actions::on_link_lost()
{
    settle_all(link_lost());
}

void Actions::close()
{
    closed_ = true;
    settle_all(stopping());
}

void Actions::settle_all(const Error& error)
{
    for (auto& [name, under_way] : presses_)
        if (!under_way->outcome && (under_way->sent || closed_)) settle(*under_way, error);
}

void Actions::settle(UnderWay& under_way, Result<Outcome> outcome)
{
    under_way.outcome = std::move(outcome);
    under_way.ended_at = parts_.clock.steady();
    under_way.ended.cancel();
}

void Actions::forget_old()
{
    const base::SteadyTime now = parts_.clock.steady();
    std::erase_if(presses_, [&](const auto& each) {
        const UnderWay& press = *each.second;
        return press.outcome && (!press.sent || now - press.ended_at >= same_press_for);
    });
}

asio::awaitable<void> Actions::audit(std::string action, Shared under_way)
{
    const Press& press = under_way->press;
    const base::WallTime now = parts_.clock.wall();
    json::object detail{{"ticket", press.visit.ticket},
                        {"agent", press.visit.agent},
                        {"action", press.action},
                        {"label", press.label},
                        {"rid", under_way->rid}};
    if (under_way->outcome) {
        const Result<Outcome>& outcome = *under_way->outcome;
        detail["ok"] = outcome && outcome->ok;
        detail["outcome"] = !outcome ? outcome.error().code() : outcome->ok ? "done" : outcome->code;
    }
    store::AuditEntry entry;
    entry.id = base::uuid_v7(now, parts_.random);
    entry.at = now;
    entry.who = "agent";
    entry.action = std::move(action);
    entry.subject = std::to_string(press.visit.ticket);
    entry.detail = json::serialize(detail);
    auto work = [entry = std::move(entry)](store::Database& db) {
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
}

} // namespace mizo::tab
