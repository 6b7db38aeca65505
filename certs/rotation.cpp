#include "certs/rotation.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mizo::certs {
namespace {

constexpr std::array<std::string_view, 5> state_words{"pending", "active", "retiring", "retired", "revoked"};

bool is_over(const CertificateRecord& record)
{
    return record.state == CertificateState::retired || record.state == CertificateState::revoked;
}

// Waits for its first signature, and somebody can still bring that about.
bool is_under_way(const CertificateRecord& record)
{
    return record.state == CertificateState::pending && (record.left || !record.key_destroyed);
}

const CertificateRecord* find(const CertificateRecords& records, std::string_view id)
{
    const auto found =
        std::find_if(records.begin(), records.end(), [&](const auto& record) { return record.id == id; });
    return found == records.end() ? nullptr : &*found;
}

bool another_is(CertificateState state, const CertificateRecords& records, const CertificateRecord& record)
{
    return std::any_of(records.begin(), records.end(), [&](const CertificateRecord& other) {
        return other.id != record.id && other.state == state;
    });
}

// Every ending of a certificate, and its first signature, ends its private key too.
CertificateChange changed(const CertificateRecord& before, CertificateState state, ChangeReason reason)
{
    CertificateChange change{before, before.state, reason, false};
    change.after.state = state;
    const bool key_ends = state != CertificateState::pending && !before.key_destroyed;
    change.after.key_destroyed = before.key_destroyed || key_ends;
    change.destroy_key = key_ends;
    return change;
}

CertificateChange retiring(const CertificateRecord& before, ChangeReason reason, Time now)
{
    CertificateChange change = changed(before, CertificateState::retiring, reason);
    change.after.retiring_since = now;
    return change;
}

bool key_time_over(const CertificateRecord& record, const RotationRules& rules, Time now)
{
    return now >= record.made + rules.key_kept;
}

bool overlap_over(const CertificateRecord& record, const RotationRules& rules, Time now)
{
    const bool long_enough = record.retiring_since && now >= *record.retiring_since + rules.overlap;
    const bool quiet = !record.last_used || now >= *record.last_used + rules.quiet_before_end;
    return long_enough && quiet;
}

std::optional<CertificateChange> change_by_time(const CertificateRecords& records,
                                                const CertificateRecord& record, const RotationRules& rules,
                                                Time now)
{
    if (record.state == CertificateState::retiring && overlap_over(record, rules, now) &&
        another_is(CertificateState::active, records, record)) {
        return changed(record, CertificateState::retired, ChangeReason::overlap_over);
    }
    if (record.state != CertificateState::pending || !key_time_over(record, rules, now)) return std::nullopt;
    if (!record.left) return changed(record, CertificateState::retired, ChangeReason::never_left);
    if (record.key_destroyed) return std::nullopt;
    CertificateChange change{record, record.state, ChangeReason::key_time_over, true};
    change.after.key_destroyed = true;
    return change;
}

Error not_known()
{
    return Error{Errc::mismatch, "there is no such certificate"};
}

} // namespace

std::string_view to_string(CertificateState state)
{
    return state_words[static_cast<std::size_t>(state)];
}

std::optional<CertificateState> certificate_state_from(std::string_view word)
{
    const auto found = std::find(state_words.begin(), state_words.end(), word);
    if (found == state_words.end()) return std::nullopt;
    return static_cast<CertificateState>(found - state_words.begin());
}

std::string_view to_string(ChangeReason reason)
{
    static constexpr std::array<std::string_view, 10> words{
        "signature_seen", "left",          "first_signature",  "newer_is_active",  "overlap_over",
        "never_left",     "key_time_over", "retired_by_admin", "revoked_by_admin", "rolled_back"};
    return words[static_cast<std::size_t>(reason)];
}

bool CertificateRecord::is_accepted() const
{
    return state == CertificateState::active || state == CertificateState::retiring ||
           (state == CertificateState::pending && left.has_value());
}

std::vector<std::size_t> accepted(const CertificateRecords& records)
{
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (records[i].is_accepted()) places.push_back(i);
    }
    return places;
}

CertificateChanges on_signature_seen(const CertificateRecords& records, std::string_view id, Time now)
{
    const CertificateRecord* seen = find(records, id);
    if (seen == nullptr || is_over(*seen)) return {};
    CertificateRecord counted = *seen;
    counted.last_used = now;
    ++counted.signatures_seen;
    if (seen->state != CertificateState::pending) {
        return {{std::move(counted), seen->state, ChangeReason::signature_seen, false}};
    }

    counted.first_used = now;
    const bool newer_is_active = std::any_of(records.begin(), records.end(), [&](const auto& other) {
        return other.state == CertificateState::active && other.made > seen->made;
    });
    // The older of two pending ones was put into HaloPSA although the newer is in use: it counts as retiring.
    if (newer_is_active) return {retiring(counted, ChangeReason::newer_is_active, now)};

    CertificateChanges changes{changed(counted, CertificateState::active, ChangeReason::first_signature)};
    for (const CertificateRecord& other : records) {
        if (other.state == CertificateState::active) {
            changes.push_back(retiring(other, ChangeReason::newer_is_active, now));
        }
    }
    return changes;
}

bool may_leave(const CertificateRecord& record, const RotationRules& rules, Time now)
{
    return record.state == CertificateState::pending && !record.key_destroyed &&
           !key_time_over(record, rules, now);
}

Result<CertificateChange> on_left(const CertificateRecord& record, const RotationRules& rules, Time now)
{
    if (!may_leave(record, rules, now)) return Error{Errc::mismatch, "its private key is destroyed"};
    CertificateChange change{record, record.state, ChangeReason::left, false};
    if (!record.left) change.after.left = now;
    return change;
}

CertificateChanges tick(const CertificateRecords& records, const RotationRules& rules, Time now)
{
    CertificateChanges changes;
    for (const CertificateRecord& record : records) {
        if (auto change = change_by_time(records, record, rules, now)) changes.push_back(std::move(*change));
    }
    return changes;
}

Time due_at(const CertificateRecord& record, const RotationRules& rules)
{
    const auto life = record.validity.not_after - record.validity.not_before;
    const std::chrono::duration<double> until_due = std::chrono::duration<double>{life} * rules.renew_at;
    return record.validity.not_before + std::chrono::round<std::chrono::seconds>(until_due);
}

RotationNeed due(const CertificateRecords& records, const RotationRules& rules, Time now)
{
    const auto is_fresh = [&](const CertificateRecord& record) { return now < due_at(record, rules); };
    const bool in_use = std::any_of(records.begin(), records.end(), [&](const CertificateRecord& record) {
        return record.state == CertificateState::active && is_fresh(record);
    });
    if (in_use) return RotationNeed::none;
    const bool waiting = std::any_of(records.begin(), records.end(), [&](const CertificateRecord& record) {
        return is_under_way(record) && is_fresh(record);
    });
    return waiting ? RotationNeed::install_certificate : RotationNeed::make_certificate;
}

Lifetime lifetime(const CertificateRecord& record, const RotationRules& rules, Time now)
{
    if (now < record.validity.not_before) return Lifetime::not_yet_valid;
    if (now >= record.validity.not_after) return Lifetime::expired;
    return now >= record.validity.not_after - rules.warn_before_end ? Lifetime::expiring : Lifetime::valid;
}

Result<CertificateChange> retire(const CertificateRecords& records, std::string_view id, Time now)
{
    const CertificateRecord* record = find(records, id);
    if (record == nullptr) return not_known();
    const bool in_use =
        record->state == CertificateState::active || record->state == CertificateState::retiring;
    if (!in_use) return Error{Errc::mismatch, "only a certificate in use can be retired"};
    if (!another_is(CertificateState::active, records, *record)) {
        return Error{Errc::mismatch, "no other certificate is active: put a new one into HaloPSA first"};
    }
    if (record->state == CertificateState::active) {
        return retiring(*record, ChangeReason::retired_by_admin, now);
    }
    return changed(*record, CertificateState::retired, ChangeReason::retired_by_admin);
}

Result<CertificateChange> revoke(const CertificateRecords& records, std::string_view id)
{
    const CertificateRecord* record = find(records, id);
    if (record == nullptr) return not_known();
    if (record->state == CertificateState::revoked) return Error{Errc::mismatch, "it is revoked already"};
    return changed(*record, CertificateState::revoked, ChangeReason::revoked_by_admin);
}

Result<CertificateChanges> roll_back(const CertificateRecords& records)
{
    const bool something_stays = std::any_of(records.begin(), records.end(), [](const auto& record) {
        return record.is_accepted() && record.state != CertificateState::pending;
    });
    if (!something_stays) return Error{Errc::mismatch, "no other certificate is in use"};
    CertificateChanges changes;
    for (const CertificateRecord& record : records) {
        if (record.state == CertificateState::pending) {
            changes.push_back(changed(record, CertificateState::revoked, ChangeReason::rolled_back));
        }
    }
    if (changes.empty()) return Error{Errc::mismatch, "no rotation is under way"};
    return changes;
}

} // namespace mizo::certs
