#include "daemon/agent/errand.hpp"

#include "daemon/agent/errand_steps.hpp"
#include "daemon/agent/read_back.hpp"
#include "daemon/store/agent_keys.hpp"

#include <algorithm>

// The way of a request: whether it may be done, whether it was done before, and doing it.
namespace mizo::agent {

asio::awaitable<Reply> Errands::run(ErrandPtr errand)
{
    const auto ready = co_await prepare(errand);
    if (!ready) co_return Reply{ready.error()};
    co_return co_await once(errand);
}

// With an idempotency key: one at a time, and done once.
asio::awaitable<Reply> Errands::once(ErrandPtr errand)
{
    if (errand->key.empty()) {
        Attempt alone = co_await attempt(errand);
        co_return std::move(alone.reply);
    }
    if (const auto found = running_.find(errand->key); found != running_.end()) {
        const auto first = found->second;
        if (first->request != errand->text) co_return Reply{fault("agent_key_used")};
        co_return co_await wait_for(errand, first);
    }
    auto running = std::make_shared<Running>(parts_.executor);
    running->request = errand->text;
    running_.emplace(errand->key, running);
    Reply reply;
    std::exception_ptr failed;
    try {
        reply = co_await with_key(errand);
    } catch (...) {
        failed = std::current_exception();
    }
    running_.erase(errand->key);
    running->reply = failed ? Reply{fault("agent_unknown")} : reply;
    running->ended.ring();
    if (failed) std::rethrow_exception(failed);
    co_return reply;
}

asio::awaitable<Reply> Errands::wait_for(ErrandPtr errand, std::shared_ptr<Running> running)
{
    while (!running->reply) {
        const auto time = left(*errand);
        if (time.count() <= 0) co_return Reply{fault("agent_unknown")};
        co_await running->ended.wait(time);
    }
    Reply reply = *running->reply;
    reply.repeated = true;
    if (!reply.fault) reply.headers["mizo-repeated"] = "true";
    co_return reply;
}

asio::awaitable<Reply> Errands::with_key(ErrandPtr errand)
{
    const auto known = co_await begin(errand);
    if (!known) co_return Reply{known.error()};
    switch (known->state) {
    case Known::State::fresh: break;
    case Known::State::answered: co_return kept_reply(known->answer);
    case Known::State::unknown: co_return co_await again(errand, known->begun);
    }
    co_return co_await anew(errand);
}

// What became of the first try is not known: it is looked for before anything is done.
asio::awaitable<Reply> Errands::again(ErrandPtr errand, base::WallTime first)
{
    // Doing it twice is the same as once.
    if (!errand->asked.makes_new()) co_return co_await anew(errand);
    if (!list_to_look_in(errand->asked)) co_return Reply{fault("agent_unknown_before")};
    auto found = co_await look(errand, first);
    if (!found) co_return Reply{fault_of(found.error())};
    if (found->doubtful) co_return Reply{fault("agent_unknown_before")};
    if (!found->made) {
        errand->begun = parts_.clock.wall();
        co_return co_await anew(errand);
    }
    Reply reply = reply_of_found(std::move(*found->made));
    reply = co_await verified(errand, std::move(reply));
    Attempt done{reply, Attempt::Trace::done};
    co_await settle(errand, std::move(done));
    reply.repeated = true;
    co_return reply;
}

asio::awaitable<Reply> Errands::anew(ErrandPtr errand)
{
    Attempt tried = co_await attempt(errand);
    Reply reply = tried.reply;
    co_await settle(errand, std::move(tried));
    co_return reply;
}

asio::awaitable<Outcome<Errands::Known>> Errands::begin(ErrandPtr errand)
{
    const base::WallTime now = errand->begun;
    const store::KeyedRequest asked{errand->key, errand->text};
    auto work = [asked, now, since = now - parts_.rules.keys_kept](store::Database& db) {
        auto known = store::load_agent_key(db, asked, since);
        if (!known) store::begin_agent_key(db, asked, now);
        return known;
    };
    std::optional<store::AgentKey> stored;
    std::string failed;
    try {
        stored = co_await net::on_writer(parts_.writer, std::move(work));
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (!failed.empty()) co_return fault("agent_store_failed", {{"why", failed}});
    Known known;
    if (!stored) co_return known;
    if (!stored->same_request) co_return fault("agent_key_used");
    known.begun = stored->begun;
    known.state = stored->answer ? Known::State::answered : Known::State::unknown;
    known.answer = stored->answer.value_or("");
    co_return known;
}

// Keeps what is known of the key. Where that fails the key stays as it is, and the next with it looks back.
asio::awaitable<void> Errands::settle(ErrandPtr errand, Attempt attempt)
{
    if (attempt.trace == Attempt::Trace::unknown) co_return;
    const bool done = attempt.trace == Attempt::Trace::done;
    std::string answer = done ? kept_text(attempt.reply, parts_.rules.kept_bytes) : std::string{};
    auto work = [key = errand->key, done, answer = std::move(answer)](store::Database& db) {
        if (done)
            store::answer_agent_key(db, key, answer);
        else
            store::forget_agent_key(db, key);
        return true;
    };
    std::string failed;
    try {
        co_await net::on_writer(parts_.writer, std::move(work));
    } catch (const std::exception& error) {
        failed = error.what();
    }
    if (!failed.empty()) parts_.logger.warning("the outcome of a request is not kept", {{"why", failed}});
}

std::chrono::milliseconds Errands::left(const Errand& errand) const
{
    const auto time = std::chrono::ceil<std::chrono::milliseconds>(errand.until - parts_.clock.steady());
    return std::max(std::chrono::milliseconds{0}, time);
}

} // namespace mizo::agent
