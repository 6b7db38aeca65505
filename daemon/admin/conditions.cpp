#include "daemon/admin/conditions.hpp"

#include "daemon/admin/contract.hpp"

#include <algorithm>

namespace mizo::admin {

namespace {

using std::chrono::duration_cast;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint64_t rejected_in_a_row_bad = 3;
constexpr std::int64_t queue_long = 10'000;
constexpr minutes queue_old{15};
constexpr seconds ack_overdue{60};
constexpr std::int64_t disk_low = 1024LL * 1024 * 1024;
constexpr hours certificate_ends_soon{24 * 30};
// HaloPSA is silent when its usual gap has passed this often, and never before a night has.
constexpr int silent_gaps = 20;
constexpr hours silent_at_least{12};
constexpr std::int64_t usual_needs = 24; // events a day, below which there is no usual gap

json::value ms(milliseconds duration)
{
    return std::max<std::int64_t>(0, duration.count());
}

std::optional<base::WallTime> newest(std::optional<base::WallTime> a, std::optional<base::WallTime> b)
{
    if (!a) return b;
    return b && *b > *a ? b : a;
}

bool any_accepted(const Facts& facts)
{
    return std::any_of(facts.certificates.begin(), facts.certificates.end(),
                       [](const CertificateFacts& each) { return each.accepted; });
}

std::optional<base::WallTime> last_call(const Facts& facts)
{
    return newest(facts.counters.last_request, newest(facts.last.accepted, facts.last.rejected));
}

std::optional<Message> silence(const Facts& facts)
{
    const auto last = last_call(facts);
    if (!last || facts.day.received < usual_needs) return {};
    const milliseconds usual = duration_cast<milliseconds>(hours{24}) / facts.day.received;
    const milliseconds gap = facts.now - *last;
    if (gap < std::max<milliseconds>(usual * silent_gaps, silent_at_least)) return {};
    return message("halopsa_silent", {{"duration_ms", ms(gap)}, {"usual_ms", ms(usual)}});
}

Stage halopsa_stage(const Facts& facts)
{
    const auto last = last_call(facts);
    if (!last) {
        const bool ready = !facts.x509 || any_accepted(facts);
        return {"halopsa",
                {},
                {},
                message("halopsa_never"),
                message(ready ? "advice_check_webhook" : "advice_make_certificate")};
    }
    if (auto silent = silence(facts))
        return {"halopsa", false, last, std::move(*silent), message("advice_check_webhook")};
    return {"halopsa", true, last, message("stage_ok"), {}};
}

Stage receive_stage(const Facts& facts)
{
    const auto last = last_call(facts);
    if (!facts.listening)
        return {"receive", false, last,
                message("receive_not_listening",
                        {{"address", facts.listen_address}, {"reason", facts.listen_problem}}),
                message("advice_listen_address")};
    // A store that fails is the store's own stage.
    if (facts.not_ready && !facts.not_ready->code().starts_with("store."))
        return {"receive", false, last, message("receive_refusing", {{"reason", facts.not_ready->text()}}),
                message("advice_wait")};
    return {"receive", true, last, message("stage_ok"), {}};
}

Stage verify_stage(const Facts& facts)
{
    const auto last = newest(facts.counters.last_accepted, facts.last.accepted);
    const auto rejected = facts.counters.rejected_in_a_row;
    if (facts.x509 && facts.certificates.empty())
        return {"verify", false, last, message("verify_no_certificate"), message("advice_make_certificate")};
    if (rejected > 0 && !last && facts.x509)
        return {"verify", false, last, message("verify_not_learned"), message("advice_learn")};
    if (rejected >= rejected_in_a_row_bad)
        return {"verify", false, last, message("verify_failing", {{"count", rejected}}),
                message("advice_look_at_rejected")};
    if (!last) return {"verify", {}, {}, message("stage_idle"), {}};
    return {"verify", true, last, message("stage_ok"), {}};
}

// What keeps the store from taking more, and what to do about it.
std::optional<std::pair<Message, Message>> store_trouble(const Facts& facts)
{
    const store::Health& health = facts.health;
    if (!health.ok && health.code == "disk_full")
        return std::pair{message("store_full"), message("advice_free_disk")};
    if (!health.ok && health.code == "read_only")
        return std::pair{message("store_read_only"), message("advice_permissions")};
    if (!health.ok)
        return std::pair{message("store_failed", {{"reason", health.text}}), message("advice_contact_mizo")};
    if (facts.max_bytes > 0 && facts.queue.bytes >= facts.max_bytes)
        return std::pair{message("store_limit", {{"bytes", facts.max_bytes}}), message("advice_wait")};
    return {};
}

Stage store_stage(const Facts& facts)
{
    if (auto trouble = store_trouble(facts))
        return {"store", false, facts.last.stored, std::move(trouble->first), std::move(trouble->second)};
    if (!facts.last.stored) return {"store", {}, {}, message("stage_idle"), {}};
    return {"store", true, facts.last.stored, message("stage_ok"), {}};
}

Stage link_stage(const Facts& facts)
{
    const relay::View& view = facts.link;
    const auto last = newest(view.last_ack, facts.last.acked);
    switch (view.state) {
    case relay::LinkState::unenrolled:
        return {"link", {}, last, message("link_not_enrolled"), message("advice_enroll")};
    case relay::LinkState::live: return {"link", true, facts.now, message("stage_ok"), {}};
    case relay::LinkState::dialling:
    case relay::LinkState::opening:
        if (view.attempt <= 1 && view.disconnects.empty())
            return {"link", {}, last, message("link_connecting"), {}};
        break;
    case relay::LinkState::waiting:
    case relay::LinkState::stopped:
    case relay::LinkState::ended: break;
    }
    return {"link", false, last, last_link_error(view).value_or(message("link_down")),
            link_advice(view, facts.link_alerts)};
}

Stage mizo_stage(const Facts& facts)
{
    const auto last = newest(facts.link.last_ack, facts.last.acked);
    const bool live = facts.link.state == relay::LinkState::live;
    if (facts.queue.queued > 0 && !live && facts.link.state != relay::LinkState::unenrolled)
        return {"mizo", false, last, message("mizo_behind", {{"queued", facts.queue.queued}}),
                message("advice_wait")};
    const auto waits_since = newest(last, facts.queue.oldest);
    if (live && facts.queue.queued > 0 && waits_since && facts.now - *waits_since > ack_overdue)
        return {"mizo", false, last,
                message("mizo_no_progress", {{"duration_ms", ms(facts.now - *waits_since)}}),
                message("advice_wait")};
    if (facts.day.dead > 0)
        return {"mizo", false, last, message("mizo_dead_letters", {{"count", facts.day.dead}}),
                message("advice_look_at_dead")};
    if (!last) return {"mizo", {}, {}, message("stage_idle"), {}};
    return {"mizo", true, last, message("stage_ok"), {}};
}

// ---- alerts ----

void judge_certificates(const Facts& facts, std::vector<Condition>& out)
{
    const CertificateFacts* active = nullptr;
    for (const CertificateFacts& each : facts.certificates)
        if (each.state == "active" && (active == nullptr || each.not_after > active->not_after))
            active = &each;
    if (active != nullptr) {
        const json::object end{{"not_after", to_json(active->not_after)}};
        if (active->not_after <= facts.now)
            out.push_back({true, message("certificate_expired", end), message("advice_make_certificate")});
        else if (active->not_after - facts.now < certificate_ends_soon)
            out.push_back({false, message("certificate_expiring", end), message("advice_make_certificate")});
        else if (facts.certificate_due)
            out.push_back({false, message("certificate_due", end), message("advice_make_certificate")});
    }
    if (facts.certificate_waiting)
        out.push_back({false, message("certificate_pending"), message("advice_load_certificate")});
}

// The link's alerts have words of their own; what the contract does not name is shown by its text.
Message message_of(const LinkAlert& alert, base::WallTime now)
{
    if (alert.code == "link.down") return message("link_down_long", {{"duration_ms", ms(now - alert.since)}});
    if (alert.code == "link.version_not_served") return message("link_version_refused");
    std::string code = alert.code;
    std::replace(code.begin(), code.end(), '.', '_');
    if (Contract::get().message(code) != nullptr) return message(code);
    return message("link_protocol_error", {{"reason", alert.text}});
}

void judge_cloud(const Facts& facts, std::vector<Condition>& out)
{
    for (const LinkAlert& alert : facts.link_alerts)
        out.push_back({true, message_of(alert, facts.now), link_advice(facts.link, facts.link_alerts)});
    const auto& queue = facts.queue;
    if (queue.queued >= queue_long || (queue.oldest && facts.now - *queue.oldest >= queue_old))
        out.push_back(
            {false,
             message("queue_over", {{"queued", queue.queued},
                                    {"oldest_ms", ms(facts.now - queue.oldest.value_or(facts.now))}}),
             message("advice_wait")});
    if (facts.day.dead > 0)
        out.push_back({false, message("mizo_dead_letters", {{"count", facts.day.dead}}),
                       message("advice_look_at_dead")});
}

// One alert for all of them; severe where webhooks no longer come as they should.
void judge_checks(const Facts& facts, std::vector<Condition>& out)
{
    if (facts.wrong_checks.empty()) return;
    std::string titles;
    bool severe = false;
    for (const WrongCheck& each : facts.wrong_checks) {
        if (!titles.empty()) titles += ", ";
        titles += each.title.text;
        severe = severe || each.id.starts_with("webhook.") || each.id.starts_with("event.");
    }
    out.push_back({severe, message("check_wrong", {{"check", titles}}), facts.wrong_checks.front().advice});
}

} // namespace

std::array<Stage, 6> judge_strip(const Facts& facts)
{
    return {halopsa_stage(facts), receive_stage(facts), verify_stage(facts),
            store_stage(facts),   link_stage(facts),    mizo_stage(facts)};
}

std::vector<Condition> judge_alerts(const Facts& facts)
{
    std::vector<Condition> out;
    if (auto trouble = store_trouble(facts))
        out.push_back({true, std::move(trouble->first), std::move(trouble->second)});
    if (!facts.listening) {
        Stage stage = receive_stage(facts);
        out.push_back({true, std::move(stage.what), std::move(stage.advice)});
    }
    if (facts.salvaged)
        out.push_back({false, message("store_salvaged", {{"count", facts.salvaged_deliveries}}),
                       message("advice_restore")});
    if (auto silent = silence(facts))
        out.push_back({false, std::move(*silent), message("advice_check_webhook")});
    if (facts.counters.rejected_in_a_row >= rejected_in_a_row_bad)
        out.push_back({false, message("rejected_in_a_row", {{"count", facts.counters.rejected_in_a_row}}),
                       message("advice_look_at_rejected")});
    if (facts.disk_total > 0 && facts.disk_free < disk_low)
        out.push_back({false, message("disk_low", {{"free", facts.disk_free}}), message("advice_free_disk")});
    judge_certificates(facts, out);
    judge_checks(facts, out);
    judge_cloud(facts, out);
    return out;
}

} // namespace mizo::admin
