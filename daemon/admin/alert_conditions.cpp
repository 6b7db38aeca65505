#include "daemon/admin/conditions.hpp"
#include "daemon/admin/contract.hpp"

#include <algorithm>

// What a person should know of, and from when to when. Where a value wavers about its threshold, an alert
// ends at another than it begins at; where a start has not shown yet how things are, it stays as it was.
namespace mizo::admin {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr minutes queue_old{15};
constexpr minutes queue_young{5};
constexpr std::int64_t disk_low = 1024LL * 1024 * 1024;
constexpr std::int64_t disk_enough = disk_low + disk_low / 4;
constexpr hours certificate_ends_soon{24 * 30};
constexpr minutes halo_fails_for{5};
constexpr minutes rejected_calm{15};

json::value ms(milliseconds duration)
{
    return std::max<std::int64_t>(0, duration.count());
}

Condition severe(Message what, std::optional<Message> advice)
{
    Condition condition;
    condition.severe = true;
    condition.what = std::move(what);
    condition.advice = std::move(advice);
    return condition;
}

Condition mild(Message what, std::optional<Message> advice)
{
    Condition condition = severe(std::move(what), std::move(advice));
    condition.severe = false;
    return condition;
}

bool is_of_webhook(const WrongCheck& check)
{
    return check.id.starts_with("webhook.") || check.id.starts_with("event.");
}

void judge_store(const Facts& facts, Judgement& out)
{
    if (auto trouble = store_trouble(facts)) {
        Condition condition = severe(std::move(trouble->what), std::move(trouble->advice));
        condition.key = "store";
        out.alerts.push_back(std::move(condition));
    }
    if (facts.salvaged)
        out.alerts.push_back(mild(message("store_salvaged", {{"count", facts.salvaged_deliveries}}),
                                  message("advice_restore")));
    if (facts.disk_total > 0 && facts.disk_free < disk_enough) {
        Condition condition =
            mild(message("disk_low", {{"free", facts.disk_free}}), message("advice_free_disk"));
        condition.raised = facts.disk_free < disk_low;
        out.alerts.push_back(std::move(condition));
    }
}

void judge_silence(const Facts& facts, Judgement& out)
{
    if (auto silent = silence_of(facts)) {
        Condition condition = mild(std::move(*silent), message("advice_check_webhook"));
        condition.key = "halopsa_silent";
        out.alerts.push_back(std::move(condition));
    } else if (!facts.silence.heard && facts.silence_factor > 0) {
        // While the daemon was stopped nobody could call, so the silence is counted from its start.
        out.unknown.emplace_back("halopsa_silent");
    }
}

void judge_rejected(const Facts& facts, Judgement& out)
{
    const auto& counters = facts.counters;
    if (counters.rejected_in_a_row > 0) {
        Condition condition = mild(message("rejected_in_a_row", {{"count", counters.rejected_in_a_row}}),
                                   message("advice_look_at_rejected"));
        condition.raised = counters.rejected_in_a_row >= rejected_in_a_row_bad;
        out.alerts.push_back(std::move(condition));
        return;
    }
    // Good and bad ones in turn are one alert; and a start forgets how many came in a row.
    const auto& rejected = counters.last_rejected ? counters.last_rejected : facts.last.rejected;
    const auto& accepted = counters.last_accepted ? counters.last_accepted : facts.last.accepted;
    if (rejected && (facts.now - *rejected < rejected_calm || !accepted || *accepted < *rejected))
        out.unknown.emplace_back("rejected_in_a_row");
}

void judge_listener(const Facts& facts, Judgement& out)
{
    if (facts.listening) return;
    Stage receive = judge_strip(facts)[1];
    out.alerts.push_back(severe(std::move(receive.what), std::move(receive.advice)));
}

void judge_certificates(const Facts& facts, Judgement& out)
{
    const CertificateFacts* active = nullptr;
    for (const CertificateFacts& each : facts.certificates)
        if (each.state == "active" && (active == nullptr || each.not_after > active->not_after))
            active = &each;
    if (active != nullptr) {
        const json::object end{{"not_after", to_json(active->not_after)}};
        std::optional<Condition> condition;
        if (active->not_after <= facts.now)
            condition = severe(message("certificate_expired", end), message("advice_make_certificate"));
        else if (active->not_after - facts.now < certificate_ends_soon)
            condition = mild(message("certificate_expiring", end), message("advice_make_certificate"));
        else if (facts.certificate_due)
            condition = mild(message("certificate_due", end), message("advice_make_certificate"));
        if (condition) {
            condition->key = "certificate";
            out.alerts.push_back(std::move(*condition));
        }
    }
    if (facts.certificate_waiting)
        out.alerts.push_back(mild(message("certificate_pending"), message("advice_load_certificate")));
}

void judge_halo(const Facts& facts, Judgement& out)
{
    const halo_api::View& halo = facts.api;
    if (halo.state == halo_api::State::unknown) out.unknown.emplace_back("halo_failing");
    if (halo.state != halo_api::State::failing) return;
    const milliseconds failing = facts.now - halo.since.value_or(facts.now);
    const std::string reason = halo.last_error ? halo.last_error->text() : std::string{};
    Condition condition = severe(message("halo_failing", {{"duration_ms", ms(failing)}, {"reason", reason}}),
                                 message("advice_halo_api"));
    condition.raised = failing >= halo_fails_for;
    condition.halo_itself = true;
    out.alerts.push_back(std::move(condition));
}

// What is wrong with the webhook is one alert: much of it turns wrong at once, when it is deleted.
void judge_webhook(const Facts& facts, Judgement& out)
{
    std::string titles;
    bool disabled = false;
    for (const WrongCheck& check : facts.wrong_checks) {
        if (!is_of_webhook(check)) continue;
        titles += (titles.empty() ? "" : ", ") + check.title.text;
        disabled = disabled || check.id == "webhook.active" || check.id == "webhook.auto_disabled";
    }
    if (titles.empty()) return;
    Condition condition =
        severe(message("halo_webhook_changed", {{"check", titles}}), message("advice_open_checks"));
    if (disabled) condition = severe(message("halo_webhook_disabled"), message("advice_enable_webhook"));
    condition.key = "halo_webhook";
    out.alerts.push_back(std::move(condition));
}

void judge_checks(const Facts& facts, Judgement& out)
{
    judge_webhook(facts, out);
    for (const WrongCheck& check : facts.wrong_checks) {
        if (is_of_webhook(check)) continue;
        Condition condition = mild(message("check_wrong", {{"check", check.title.text}}), check.advice);
        condition.key = "check:" + check.id;
        out.alerts.push_back(std::move(condition));
    }
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

void judge_link(const Facts& facts, Judgement& out)
{
    const relay::View& link = facts.link;
    const bool down = link.state != relay::LinkState::live && link.state != relay::LinkState::unenrolled;
    // One cause is one alert: that the link is down says nothing new where Mizo has refused it.
    const bool refused = std::any_of(facts.link_alerts.begin(), facts.link_alerts.end(),
                                     [](const LinkAlert& each) { return each.code != "link.down"; });
    for (const LinkAlert& alert : facts.link_alerts) {
        Condition condition =
            severe(message_of(alert, facts.now), link_advice(facts.link, facts.link_alerts));
        condition.severe = alert.code != "link.stream_reset";
        condition.raised = alert.code != "link.down" || !refused;
        out.alerts.push_back(std::move(condition));
    }
    if (down) out.unknown.emplace_back("link_down_long");
    // Before the first try of this start has ended, nobody knows.
    if (down && link.disconnects.empty()) out.unknown.emplace_back("link_");
}

void judge_queue(const Facts& facts, Judgement& out)
{
    const auto& queue = facts.queue;
    const milliseconds age = queue.oldest ? facts.now - *queue.oldest : milliseconds{0};
    const bool live = facts.link.state == relay::LinkState::live;
    const bool over = queue.queued >= facts.queue_limit || (live && age >= queue_old);
    const bool nearly = queue.queued > facts.queue_limit * 4 / 5 || age >= queue_young;
    if (over || nearly) {
        Condition condition = mild(message("queue_over", {{"queued", queue.queued}, {"oldest_ms", ms(age)}}),
                                   message("advice_wait"));
        condition.raised = over;
        out.alerts.push_back(std::move(condition));
    }
    if (facts.day.dead > 0)
        out.alerts.push_back(
            mild(message("mizo_dead_letters", {{"count", facts.day.dead}}), message("advice_look_at_dead")));
}

} // namespace

Judgement judge_alerts(const Facts& facts)
{
    Judgement out;
    judge_store(facts, out);
    judge_listener(facts, out);
    judge_silence(facts, out);
    judge_rejected(facts, out);
    judge_certificates(facts, out);
    judge_halo(facts, out);
    judge_checks(facts, out);
    judge_link(facts, out);
    judge_queue(facts, out);
    for (Condition& each : out.alerts)
        if (each.key.empty()) each.key = each.what.code;
    return out;
}

} // namespace mizo::admin
