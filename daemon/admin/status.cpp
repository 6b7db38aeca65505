#include "daemon/admin/status.hpp"

#include "daemon/admin/certificates.hpp"
#include "daemon/admin/checks.hpp"
#include "daemon/admin/resources.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace mizo::admin {

namespace {

using config::Key;
using std::chrono::hours;

constexpr hours rhythm_learnt_every{1};

// What the database tells; empty while it cannot be read.
struct StoredFacts {
    store::QueueCounts queue;
    store::Ledger day;
    store::HaloLedger halo;
    store::LastSuccess last;
    std::vector<store::MetricsMinute> hour;
    std::optional<std::vector<store::QuarterHour>> quarters; // where the rhythm is to be learnt anew
};

asio::awaitable<StoredFacts> read_stored(Services& services)
{
    const auto& learnt = services.rhythm_learnt;
    const bool learn = !learnt || services.parts.clock.steady() - *learnt >= rhythm_learnt_every;
    auto read = [now = services.now(), learn](store::Database& db) {
        StoredFacts facts;
        if (learn) facts.quarters = store::load_quarters(db, now - alerts::Rhythm::learnt_from);
        facts.queue = store::count_queue(db);
        facts.day = store::count_ledger(db, now - hours{24});
        facts.halo = store::halo_ledger(db, now - hours{24});
        facts.last = store::last_success(db);
        facts.hour = store::load_metrics(db, now - hours{1}, now);
        return facts;
    };
    co_return co_await net::on_readers(services.parts.readers, std::move(read));
}

SilenceFacts silence_facts(const Services& services, const StoredFacts& stored)
{
    const intake::Counters& counters = services.parts.counters;
    SilenceFacts silence;
    silence.learnt = services.rhythm.learnt();
    silence.heard = counters.last_request.has_value();
    for (const auto& call : {counters.last_request, stored.last.accepted, stored.last.rejected})
        if (call && (!silence.since || *call > *silence.since)) silence.since = call;
    // While nobody listened, nobody could be heard.
    if (silence.since && !silence.heard) silence.since = std::max(*silence.since, services.parts.started);
    if (silence.since) silence.missed = services.rhythm.usual_calls(*silence.since, services.now());
    return silence;
}

Facts gather(const Services& services, const StoredFacts& stored)
{
    const Parts& parts = services.parts;
    const auto settings = parts.settings.current();
    Facts facts;
    facts.now = services.now();
    facts.counters = parts.counters;
    facts.last = stored.last;
    facts.day = stored.day;
    facts.halo = stored.halo;
    facts.x509 = settings->is(Key::webhook_auth, "x509");
    facts.certificates = certificate_facts(services);
    const certs::RotationNeed need = parts.certificates.due();
    const bool any = !facts.certificates.empty();
    facts.certificate_due = any && need == certs::RotationNeed::make_certificate;
    // Made before it was due, by the admin or by an offer of the cloud's, one waits as well.
    const bool pending = std::any_of(facts.certificates.begin(), facts.certificates.end(),
                                     [](const CertificateFacts& each) { return each.state == "pending"; });
    facts.certificate_waiting = any && (pending || need == certs::RotationNeed::install_certificate);
    facts.wrong_checks = wrong_checks(parts.guide);
    facts.listening = parts.service.webhook_listening;
    facts.listen_address = settings->text(Key::webhook_listen);
    facts.listen_problem = parts.service.webhook_problem;
    facts.not_ready = parts.not_ready();
    facts.silence = silence_facts(services, stored);
    facts.silence_factor = settings->number(Key::alerts_silence_factor);
    facts.api = parts.halo.view();
    facts.health = parts.writer.health();
    facts.queue = stored.queue;
    facts.max_bytes = settings->integer(Key::store_max_bytes);
    facts.queue_limit = settings->integer(Key::alerts_queue);
    facts.salvaged = parts.service.salvaged;
    facts.salvaged_deliveries = parts.service.salvaged_deliveries;
    std::error_code ignored;
    const auto space = std::filesystem::space(parts.data_dir, ignored);
    if (!ignored) {
        facts.disk_free = static_cast<std::int64_t>(space.available);
        facts.disk_total = static_cast<std::int64_t>(space.capacity);
    }
    facts.link = parts.link.view();
    facts.link_alerts = parts.link.alerts();
    return facts;
}

json::object queue_json(const Facts& facts)
{
    std::int64_t oldest = 0;
    if (facts.queue.oldest) oldest = std::max<std::int64_t>(0, (facts.now - *facts.queue.oldest).count());
    return {{"queued", facts.queue.queued}, {"in_flight", facts.link.in_flight},
            {"oldest_ms", oldest},          {"dead", facts.queue.dead},
            {"bytes", facts.queue.bytes},   {"max_bytes", facts.max_bytes}};
}

json::object link_summary_json(const Facts& facts)
{
    const relay::View& view = facts.link;
    json::object out{{"state", link_state(view.state)},
                     {"since", to_json(view.since)},
                     {"last_ack", to_json(view.last_ack ? view.last_ack : facts.last.acked)},
                     {"last_error", to_json(last_link_error(view))}};
    out["next_attempt_at"] = nullptr;
    if (view.next_try_in) out["next_attempt_at"] = to_json(base::WallTime{facts.now + *view.next_try_in});
    return out;
}

json::object ledger_json(const Facts& facts)
{
    json::object out{{"from", to_json(base::WallTime{facts.now - hours{24}})},
                     {"received", facts.day.received},
                     {"stored", facts.day.stored},
                     {"acked", facts.day.acked},
                     {"unscoped", facts.day.unscoped},
                     {"dead", facts.day.dead}};
    out["halo"] = to_json(facts.halo.halo);
    out["missing"] = to_json(facts.halo.missing);
    out["equal"] = nullptr;
    if (facts.halo.equal) out["equal"] = *facts.halo.equal;
    return out;
}

json::object hour_json(const std::vector<store::MetricsMinute>& minutes)
{
    store::MetricsMinute sum;
    std::optional<double> p50, p99;
    for (const auto& minute : minutes) {
        sum.accepted += minute.accepted;
        sum.repeated += minute.repeated;
        sum.rejected += minute.rejected;
        sum.acked += minute.acked;
        if (minute.p50_ms) p50 = std::max(p50.value_or(0), *minute.p50_ms);
        if (minute.p99_ms) p99 = std::max(p99.value_or(0), *minute.p99_ms);
    }
    json::object out{{"accepted", sum.accepted},
                     {"repeated", sum.repeated},
                     {"rejected", sum.rejected},
                     {"acked", sum.acked}};
    out["p50_ms"] = out["p99_ms"] = nullptr;
    if (p50) out["p50_ms"] = *p50;
    if (p99) out["p99_ms"] = *p99;
    return out;
}

// What is told of alerts outside follows from what has changed. Before it is known what was told by an
// earlier start, nothing is judged; nor while the service stops, for then nothing is as it should be.
void judge(Services& services, const Facts& facts)
{
    if (services.parts.service.stopping) return;
    ConditionTracker& conditions = services.conditions;
    alerts::Teller& teller = services.parts.alerts;
    if (teller.started() && !std::exchange(services.alerts_resumed, true)) conditions.resume(teller.on());
    conditions.update(judge_strip(facts), services.alerts_resumed ? judge_alerts(facts) : Judgement{},
                      facts.now);
    ConditionTracker::Changes changes = conditions.report(services.logger);
    for (const ConditionTracker::Ended& each : changes.ended) teller.ended(each.id, each.replaced, each.at);
    for (ConditionTracker::Raised& each : changes.raised)
        teller.raised(std::move(each.row), each.halo_itself);
}

} // namespace

asio::awaitable<StatusReport> take_status(Services& services)
{
    const StoredFacts stored = co_await read_stored(services);
    if (stored.quarters) {
        services.rhythm = alerts::Rhythm{*stored.quarters, services.now()};
        services.rhythm_learnt = services.parts.clock.steady();
    }
    const Facts facts = gather(services, stored);
    judge(services, facts);

    StatusReport report;
    json::object& body = report.body;
    body["version"] = services.parts.version;
    body["now"] = to_json(facts.now);
    body["started_at"] = to_json(services.parts.started);
    body["strip"] = services.conditions.strip_json();
    body["queue"] = queue_json(facts);
    body["link"] = link_summary_json(facts);
    body["ledger"] = ledger_json(facts);
    json::array certificates;
    for (const auto& each : facts.certificates) certificates.push_back(certificate_summary_json(each));
    body["certificates"] = std::move(certificates);
    body["alerts"] = services.conditions.alerts_json();
    body["last_hour"] = hour_json(stored.hour);
    body["disk"] = json::object{{"free", facts.disk_free}, {"total", facts.disk_total}};

    for (const auto& stage : body["strip"].get_array())
        report.essential += json::serialize(stage.at("ok")) + json::serialize(stage.at("code"));
    report.essential += link_state(facts.link.state);
    for (const auto& alert : body["alerts"].get_array()) report.essential += json::serialize(alert.at("id"));
    co_return report;
}

Answer get_status(Services& services, Call)
{
    StatusReport report = co_await take_status(services);
    co_return json_answer(200, report.body);
}

} // namespace mizo::admin
