#include "certs/rotation.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <string>

namespace {

using namespace mizo::certs;
using namespace std::chrono_literals;
using std::chrono::days;
using State = CertificateState;

constexpr Time start = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};
const RotationRules rules;

CertificateRecord record(std::string id, State state, Time made = start)
{
    CertificateRecord made_record;
    made_record.id = std::move(id);
    made_record.state = state;
    made_record.made = made;
    made_record.validity = {made, made + days{398}};
    made_record.key_destroyed = state != State::pending;
    if (state == State::retiring) made_record.retiring_since = made;
    return made_record;
}

CertificateRecord left(CertificateRecord pending)
{
    pending.left = pending.made;
    return pending;
}

// The records after the changes, as the store would hold them.
CertificateRecords stored(CertificateRecords records, const CertificateChanges& changes)
{
    for (const CertificateChange& change : changes) {
        for (CertificateRecord& one : records) {
            if (one.id == change.after.id) one = change.after;
        }
    }
    return records;
}

// All that is of interest, as text: "a:retiring b:active".
std::string states(const CertificateRecords& records)
{
    std::string text;
    for (const CertificateRecord& one : records) {
        text += (text.empty() ? "" : " ") + one.id + ":" + std::string{to_string(one.state)};
    }
    return text;
}

std::string after_tick(const CertificateRecords& records, Time now)
{
    return states(stored(records, tick(records, rules, now)));
}

} // namespace

TEST_CASE("a certificate is accepted by its state alone", "[certs][rotation]")
{
    CHECK_FALSE(record("a", State::pending).is_accepted());
    CHECK(left(record("a", State::pending)).is_accepted());
    CHECK(record("a", State::active).is_accepted());
    CHECK(record("a", State::retiring).is_accepted());
    CHECK_FALSE(record("a", State::retired).is_accepted());
    CHECK_FALSE(record("a", State::revoked).is_accepted());
    CHECK(accepted({record("a", State::retired), record("b", State::active),
                    left(record("c", State::pending))}) == std::vector<std::size_t>{1, 2});
}

TEST_CASE("the first signature makes a certificate active, retires the older one and ends the key",
          "[certs][rotation]")
{
    const CertificateRecords before{record("a", State::active),
                                    left(record("b", State::pending, start + 1h))};
    const Time now = start + 2h;
    const CertificateChanges changes = on_signature_seen(before, "b", now);
    const CertificateRecords after = stored(before, changes);
    CHECK(states(after) == "a:retiring b:active");
    CHECK(after[0].retiring_since == now);
    CHECK(after[1].first_used == now);
    CHECK(after[1].last_used == now);
    CHECK(after[1].signatures_seen == 1);
    CHECK(after[1].key_destroyed);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].destroy_key);
    CHECK(changes[0].reason == ChangeReason::first_signature);
    CHECK_FALSE(changes[1].destroy_key);
    CHECK(changes[1].reason == ChangeReason::newer_is_active);
}

TEST_CASE("a later signature is counted and changes nothing else", "[certs][rotation]")
{
    CertificateRecords records{record("a", State::retiring), record("b", State::active, start + 1h)};
    for (const char* id : {"a", "b", "a"}) {
        const CertificateChanges changes = on_signature_seen(records, id, start + 5h);
        REQUIRE(changes.size() == 1);
        CHECK(changes[0].reason == ChangeReason::signature_seen);
        records = stored(records, changes);
    }
    CHECK(states(records) == "a:retiring b:active");
    CHECK(records[0].signatures_seen == 2);
    CHECK(records[0].last_used == start + 5h);
    CHECK(records[1].signatures_seen == 1);
}

TEST_CASE("a signature of an older pending certificate does not push out a newer active one",
          "[certs][rotation]")
{
    const CertificateRecords before{left(record("a", State::pending)),
                                    record("b", State::active, start + 1h)};
    const CertificateChanges changes = on_signature_seen(before, "a", start + 2h);
    CHECK(states(stored(before, changes)) == "a:retiring b:active");
    CHECK(changes[0].destroy_key);
}

TEST_CASE("a signature of an unknown or ended certificate changes nothing", "[certs][rotation]")
{
    const CertificateRecords records{record("a", State::retired), record("b", State::revoked)};
    CHECK(on_signature_seen(records, "a", start).empty());
    CHECK(on_signature_seen(records, "b", start).empty());
    CHECK(on_signature_seen(records, "c", start).empty());
}

TEST_CASE("a retiring certificate ends after the overlap and not a second before", "[certs][rotation]")
{
    const CertificateRecords records{record("a", State::retiring), record("b", State::active)};
    CHECK(after_tick(records, start + days{14} - 1s) == "a:retiring b:active");
    CHECK(after_tick(records, start + days{14}) == "a:retired b:active");
}

TEST_CASE("a retiring certificate that still signs ends a day after its last signature", "[certs][rotation]")
{
    CertificateRecords records{record("a", State::retiring), record("b", State::active)};
    records[0].last_used = start + days{20};
    CHECK(after_tick(records, start + days{21} - 1s) == "a:retiring b:active");
    CHECK(after_tick(records, start + days{21}) == "a:retired b:active");
}

TEST_CASE("time alone never takes away the last accepted certificate", "[certs][rotation]")
{
    const Time later = start + days{4000};
    CHECK(after_tick({record("a", State::active)}, later) == "a:active");
    CHECK(after_tick({record("a", State::retiring)}, later) == "a:retiring");
    CHECK(after_tick({record("a", State::retiring), record("b", State::revoked)}, later) ==
          "a:retiring b:revoked");
    CHECK(after_tick({left(record("a", State::pending))}, later) == "a:pending");
    CHECK(accepted({record("a", State::active)}).size() == 1);
}

TEST_CASE("a private key ends seven days after it was made, whether it has left or not", "[certs][rotation]")
{
    const CertificateRecords waiting{left(record("a", State::pending))};
    CHECK(tick(waiting, rules, start + days{7} - 1s).empty());
    const CertificateChanges changes = tick(waiting, rules, start + days{7});
    REQUIRE(changes.size() == 1);
    CHECK(changes[0].destroy_key);
    CHECK(changes[0].after.key_destroyed);
    CHECK(changes[0].reason == ChangeReason::key_time_over);
    CHECK(states(stored(waiting, changes)) == "a:pending");
    CHECK(tick(stored(waiting, changes), rules, start + days{8}).empty());

    const CertificateRecords never_left{record("b", State::pending)};
    CHECK(tick(never_left, rules, start + days{7} - 1s).empty());
    const CertificateChanges ended = tick(never_left, rules, start + days{7});
    REQUIRE(ended.size() == 1);
    CHECK(ended[0].destroy_key);
    CHECK(states(stored(never_left, ended)) == "b:retired");
}

TEST_CASE("the PFX can leave until seven days are over, the first signature is seen, or it is ended",
          "[certs][rotation]")
{
    const CertificateRecord pending = record("a", State::pending);
    CHECK(may_leave(pending, rules, start + days{7} - 1s));
    CHECK_FALSE(may_leave(pending, rules, start + days{7}));
    CHECK(on_left(pending, rules, start + 1h)->after.left == start + 1h);
    CHECK(on_left(left(pending), rules, start + 1h)->after.left == start);
    CHECK(on_left(pending, rules, start + days{7}).error().code() == Errc::mismatch);
    const CertificateRecords seen =
        stored({left(pending)}, on_signature_seen({left(pending)}, "a", start + 1h));
    CHECK_FALSE(may_leave(seen[0], rules, start + 2h));
    CHECK_FALSE(may_leave(revoke({pending}, "a")->after, rules, start + 1h));
}

TEST_CASE("the next certificate is due at two thirds of the life, and not a second before",
          "[certs][rotation]")
{
    const CertificateRecords records{record("a", State::active)};
    const Time due_time = start + std::chrono::seconds{22'695'552}; // 0.66 of 398 days
    CHECK(due_at(records[0], rules) == due_time);
    CHECK(due(records, rules, due_time - 1s) == RotationNeed::none);
    CHECK(due(records, rules, due_time) == RotationNeed::make_certificate);
}

TEST_CASE("what a rotation needs follows from what is there", "[certs][rotation]")
{
    const Time late = start + days{300};
    const CertificateRecord old = record("old", State::active);
    const CertificateRecord fresh = record("new", State::pending, late);
    CHECK(due({}, rules, start) == RotationNeed::make_certificate);
    CHECK(due({record("a", State::revoked)}, rules, start) == RotationNeed::make_certificate);
    CHECK(due({record("a", State::pending)}, rules, start) == RotationNeed::install_certificate);
    CHECK(due({old, fresh}, rules, late) == RotationNeed::install_certificate);
    CHECK(due({old, left(fresh)}, rules, late) == RotationNeed::install_certificate);
    CHECK(due({old, record("b", State::active, late)}, rules, late) == RotationNeed::none);
    CHECK(due({record("a", State::retiring)}, rules, start) == RotationNeed::make_certificate);
    CHECK(due({record("a", State::active), fresh}, rules, start) == RotationNeed::none);
    // A pending one that has itself grown old is no way out any more.
    CHECK(due({old, left(record("b", State::pending))}, rules, late) == RotationNeed::make_certificate);
}

TEST_CASE("a certificate's lifetime is told at each of its thresholds", "[certs][rotation]")
{
    const CertificateRecord one = record("a", State::active);
    CHECK(lifetime(one, rules, start - 1s) == Lifetime::not_yet_valid);
    CHECK(lifetime(one, rules, start) == Lifetime::valid);
    CHECK(lifetime(one, rules, start + days{368} - 1s) == Lifetime::valid);
    CHECK(lifetime(one, rules, start + days{368}) == Lifetime::expiring);
    CHECK(lifetime(one, rules, start + days{398} - 1s) == Lifetime::expiring);
    CHECK(lifetime(one, rules, start + days{398}) == Lifetime::expired);
}

TEST_CASE("retiring by hand needs another active certificate", "[certs][rotation]")
{
    const CertificateRecord active = record("a", State::active);
    const CertificateRecord other = record("b", State::active, start + 1h);
    const CertificateRecord retiring = record("c", State::retiring);
    CHECK(retire({active, other}, "a", start + 2h)->after.state == State::retiring);
    CHECK(retire({active, other}, "a", start + 2h)->after.retiring_since == start + 2h);
    CHECK(retire({active, retiring}, "c", start)->after.state == State::retired);
    CHECK(retire({active, left(record("b", State::pending))}, "a", start).error().code() == Errc::mismatch);
    CHECK(retire({active, retiring}, "a", start).error().code() == Errc::mismatch);
    CHECK(retire({retiring}, "c", start).error().code() == Errc::mismatch);
    CHECK(retire({active, record("p", State::pending)}, "p", start).error().code() == Errc::mismatch);
    CHECK(retire({active}, "unknown", start).error().code() == Errc::mismatch);
}

TEST_CASE("revoking ends a certificate at once, the last one too, and its key with it", "[certs][rotation]")
{
    const CertificateRecords records{record("a", State::active), record("p", State::pending)};
    CHECK(revoke(records, "a")->after.state == State::revoked);
    CHECK_FALSE(revoke(records, "a")->after.is_accepted());
    CHECK_FALSE(revoke(records, "a")->destroy_key);
    CHECK(revoke(records, "p")->destroy_key);
    CHECK(revoke({record("a", State::revoked)}, "a").error().code() == Errc::mismatch);
    CHECK(revoke(records, "unknown").error().code() == Errc::mismatch);
}

TEST_CASE("rolling back takes away what never got active, and leaves what is in use", "[certs][rotation]")
{
    const CertificateRecords records{record("a", State::active), left(record("b", State::pending))};
    const Result<CertificateChanges> changes = roll_back(records);
    REQUIRE(changes.has_value());
    CHECK(states(stored(records, *changes)) == "a:active b:revoked");
    CHECK((*changes)[0].destroy_key);
    CHECK(roll_back({left(record("b", State::pending))}).error().code() == Errc::mismatch);
    CHECK(roll_back({record("a", State::active)}).error().code() == Errc::mismatch);
}

TEST_CASE("a clock that jumps back ends nothing", "[certs][rotation]")
{
    CertificateRecords records{record("a", State::retiring), record("b", State::active),
                               left(record("c", State::pending))};
    records[0].last_used = start;
    CHECK(tick(records, rules, start - days{365}).empty());
}

TEST_CASE("traffic is never without an accepted certificate through a whole rotation", "[certs][rotation]")
{
    CertificateRecords records{left(record("a", State::pending))};
    records = stored(records, on_signature_seen(records, "a", start + 1h));
    const Time renewal = due_at(records[0], rules);
    records.push_back(left(record("b", State::pending, renewal)));
    std::string history;
    for (Time now = start + days{1}; now < start + days{330}; now += days{1}) {
        // HaloPSA is given the new certificate 10 days after it was made.
        const bool switched = now >= renewal + days{10};
        records = stored(records, on_signature_seen(records, switched ? "b" : "a", now));
        records = stored(records, tick(records, rules, now));
        REQUIRE(find_if(records.begin(), records.end(), [&](const auto& one) {
                    return one.id == (switched ? "b" : "a") && one.is_accepted();
                }) != records.end());
        if (history.find(states(records)) == std::string::npos) history += states(records) + "\n";
    }
    CHECK(history == "a:active b:pending\na:retiring b:active\na:retired b:active\n");
}

TEST_CASE("the words for states come back as what they stand for", "[certs][rotation]")
{
    for (const State state :
         {State::pending, State::active, State::retiring, State::retired, State::revoked}) {
        CHECK(certificate_state_from(to_string(state)) == state);
    }
    CHECK_FALSE(certificate_state_from("lost").has_value());
    CHECK(to_string(ChangeReason::left) == "left");
    CHECK(to_string(ChangeReason::rolled_back) == "rolled_back");
}
