#include "daemon/admin/look_back.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/store/halo_log.hpp"

#include <array>

namespace mizo::admin {

namespace {

constexpr std::array<std::string_view, 1> members{"from"};

Message message_of(const reconcile::Note& note)
{
    json::object args;
    if (note.count > 0) args["count"] = note.count;
    if (!note.reason.empty()) args["reason"] = note.reason;
    if (note.from) args["from"] = to_json(*note.from);
    return message(note.code, std::move(args));
}

json::value way_json(const std::optional<reconcile::Way>& way)
{
    if (!way) return nullptr;
    return json::value(name_of(*way));
}

json::value known_json(const std::optional<bool>& value)
{
    if (!value) return nullptr;
    return *value;
}

json::value run_json(const std::optional<reconcile::Run>& run)
{
    if (!run) return nullptr;
    json::array notes;
    for (const reconcile::Note& note : run->notes) notes.emplace_back(to_json(message_of(note)));
    return json::object{{"reason", name_of(run->reason)},
                        {"way", way_json(run->way)},
                        {"state", name_of(run->state)},
                        {"from", to_json(run->from)},
                        {"began_at", to_json(run->began)},
                        {"ended_at", to_json(run->ended)},
                        {"listed", run->listed},
                        {"recovered", run->recovered},
                        {"by_api", run->by_api},
                        {"known", run->known},
                        {"without_body", run->without_body},
                        {"unverified", run->unverified},
                        {"message", to_json(message_of(run->message))},
                        {"notes", std::move(notes)}};
}

json::object poll_json(const reconcile::View& view)
{
    const reconcile::PollView& poll = view.poll;
    json::object out{{"mode", name_of(poll.mode)},   {"active", poll.active},
                     {"since", to_json(poll.since)}, {"interval_ms", poll.interval.count()},
                     {"last", to_json(poll.last)},   {"next", to_json(poll.next)},
                     {"found", view.totals.polled}};
    out["error"] = nullptr;
    if (poll.error) out["error"] = to_json(message_of(*poll.error));
    return out;
}

json::object ledger_json(const store::HaloLedger& ledger, base::WallTime from)
{
    return {{"from", to_json(from)},
            {"read_at", to_json(ledger.read)},
            {"halo", to_json(ledger.halo)},
            {"stored", ledger.stored},
            {"acked", ledger.acked},
            {"missing", to_json(ledger.missing)},
            {"equal", known_json(ledger.equal)}};
}

asio::awaitable<json::object> reconcile_json(Services& services)
{
    const base::WallTime from = services.now() - std::chrono::hours{24};
    auto read = [from](store::Database& db) { return store::halo_ledger(db, from); };
    const store::HaloLedger ledger = co_await net::on_readers(services.parts.readers, std::move(read));
    const reconcile::View view = services.parts.reconcile.view();
    co_return json::object{{"running", view.running},
                           {"way", way_json(view.way)},
                           {"last_run", run_json(view.last_run)},
                           {"next_at", to_json(view.next)},
                           {"checked_upto", to_json(view.checked_upto)},
                           {"rights", json::object{{"delivery_log", known_json(view.rights.delivery_log)},
                                                   {"tickets", known_json(view.rights.tickets)},
                                                   {"actions", known_json(view.rights.actions)}}},
                           {"poll", poll_json(view)},
                           {"ledger", ledger_json(ledger, from)}};
}

} // namespace

std::optional<base::WallTime> look_back_from(std::string_view text, base::WallTime now)
{
    const auto from = base::parse_time(text);
    if (!from || *from > now || now - *from > reconcile::longest_look_back) return std::nullopt;
    return from;
}

Answer get_reconcile(Services& services, Call)
{
    const json::object body = co_await reconcile_json(services);
    co_return json_answer(200, body);
}

Answer post_reconcile(Services& services, Call call)
{
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    const auto text = text_member(*body, "from", 40);
    if (!text) co_return problem(text.error());
    std::optional<base::WallTime> from;
    if (*text) {
        from = look_back_from(**text, services.now());
        if (!from) co_return problem("bad_request", {.detail = "\"from\" is no time of the last 30 days."});
    }
    const auto asked = services.parts.reconcile.ask(reconcile::Reason::admin, from);
    if (!asked) co_return problem("reconcile_not_possible");
    json::object args;
    if (from) args["from"] = to_json(*from);
    store::AuditEntry deed = services.deed(call, "reconcile_started", std::move(args));
    co_await services.audit(std::move(deed));
    const json::object answer = co_await reconcile_json(services);
    co_return json_answer(202, answer);
}

} // namespace mizo::admin
