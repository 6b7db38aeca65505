#include "daemon/admin/conditions.hpp"

#include "daemon/admin/contract.hpp"

#include <algorithm>

namespace mizo::admin {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds ack_overdue{60};
// Before a week is known there is no rhythm: longer than a weekend with a day beside it.
constexpr hours silent_unlearnt{24 * 3};

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
    if (auto silent = silence_of(facts))
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

Stage store_stage(const Facts& facts)
{
    if (auto trouble = store_trouble(facts))
        return {"store", false, facts.last.stored, std::move(trouble->what), std::move(trouble->advice)};
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

} // namespace

std::optional<Message> silence_of(const Facts& facts)
{
    const SilenceFacts& silence = facts.silence;
    if (!silence.since || facts.silence_factor <= 0) return {};
    const milliseconds gap = facts.now - *silence.since;
    if (!silence.learnt) {
        if (gap < silent_unlearnt) return {};
        return message("halopsa_silent_long", {{"duration_ms", ms(gap)}});
    }
    if (silence.missed < facts.silence_factor) return {};
    const auto usual = static_cast<std::int64_t>(static_cast<double>(gap.count()) / silence.missed);
    return message("halopsa_silent", {{"duration_ms", ms(gap)}, {"usual_ms", usual}});
}

std::optional<Trouble> store_trouble(const Facts& facts)
{
    const store::Health& health = facts.health;
    if (!health.ok && health.code == "disk_full")
        return Trouble{message("store_full"), message("advice_free_disk")};
    if (!health.ok && health.code == "read_only")
        return Trouble{message("store_read_only"), message("advice_permissions")};
    if (!health.ok)
        return Trouble{message("store_failed", {{"reason", health.text}}), message("advice_contact_mizo")};
    if (facts.max_bytes > 0 && facts.queue.bytes >= facts.max_bytes)
        return Trouble{message("store_limit", {{"bytes", facts.max_bytes}}), message("advice_wait")};
    return {};
}

std::array<Stage, 6> judge_strip(const Facts& facts)
{
    return {halopsa_stage(facts), receive_stage(facts), verify_stage(facts),
            store_stage(facts),   link_stage(facts),    mizo_stage(facts)};
}

} // namespace mizo::admin
