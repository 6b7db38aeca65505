#include "daemon/store/accounts.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/certificates.hpp"
#include "daemon/store/identity.hpp"
#include "daemon/store/metrics_history.hpp"
#include "daemon/store/settings.hpp"
#include "tests/store/store_rig.hpp"

#include <catch2/catch.hpp>

using namespace mizo::store;
using namespace mizo::tests;
using mizo::base::from_ms;
using mizo::certs::Bytes;

TEST_CASE("settings are set, changed and cleared", "[store]")
{
    StoreRig rig;
    set_setting(rig.db, "ui.language", "\"fr\"", from_ms(1));
    set_setting(rig.db, "ui.language", "\"en\"", from_ms(2));
    const auto settings = load_settings(rig.db);
    REQUIRE(settings.size() == 1);
    CHECK(settings.at("ui.language").value == "\"en\"");
    CHECK(settings.at("ui.language").set == from_ms(2));
    clear_setting(rig.db, "ui.language");
    CHECK(load_settings(rig.db).empty());
}

TEST_CASE("secrets, identity and small facts are kept and overwritten", "[store]")
{
    StoreRig rig;
    set_secret(rig.db, "halo.client_secret", Bytes{1, 2}, noon);
    set_secret(rig.db, "halo.client_secret", Bytes{3}, noon);
    CHECK(load_secret(rig.db, "halo.client_secret") == Bytes{3});
    CHECK(rig.db.take_truncate_request());
    clear_secret(rig.db, "halo.client_secret");
    CHECK_FALSE(load_secret(rig.db, "halo.client_secret"));
    set_identity(rig.db, {"relay", "wss://a", {1}, "kid", noon});
    set_identity(rig.db, {"other", "wss://b", {2}, "kid2", noon});
    CHECK(load_identity(rig.db)->relay_id == "other");
    forget_identity(rig.db);
    CHECK_FALSE(load_identity(rig.db));
    set_meta(rig.db, "webhook.token", "t1");
    set_meta(rig.db, "webhook.token", "t2");
    CHECK(load_meta(rig.db, "webhook.token") == "t2");
    clear_meta(rig.db, "webhook.token");
    CHECK_FALSE(load_meta(rig.db, "webhook.token"));
}

TEST_CASE("a certificate keeps its facts, its use and its life", "[store]")
{
    StoreRig rig;
    CertificateRow row;
    row.id = "one";
    row.thumbprint = "AB";
    row.state = "pending";
    row.profile = "modern";
    row.key_bits = 3072;
    row.created = from_ms(10);
    row.not_after = from_ms(99);
    row.sealed_password = Bytes{7};
    insert_certificate(rig.db, row);
    row.id = "two";
    row.thumbprint = "CD";
    row.created = from_ms(20);
    insert_certificate(rig.db, row);
    CertificateRow used = find_certificate(rig.db, "one").value();
    used.signatures = 2;
    used.first_used = from_ms(30);
    used.last_used = from_ms(40);
    used.state = "active";
    used.activated = from_ms(30);
    update_certificate(rig.db, used);
    const auto all = load_certificates(rig.db);
    REQUIRE(all.size() == 2);
    CHECK(all[0].id == "two");
    CHECK(all[1].state == "active");
    CHECK(all[1].activated == from_ms(30));
    CHECK(all[1].signatures == 2);
    CHECK(all[1].first_used == from_ms(30));
    CHECK(all[1].last_used == from_ms(40));
    CHECK(all[1].sealed_password == Bytes{7});
    CHECK(all[1].key_bits == 3072);
    CHECK_FALSE(find_certificate(rig.db, "three"));
}

TEST_CASE("a new password ends every session", "[store]")
{
    StoreRig rig;
    const Bytes hash(32, 1);
    CHECK_FALSE(load_account(rig.db));
    insert_session(rig.db, {hash, "csrf", from_ms(1), from_ms(1), from_ms(1), "127.0.0.1"});
    touch_session(rig.db, hash, from_ms(9));
    CHECK(find_session(rig.db, hash)->last_seen == from_ms(9));
    set_password(rig.db, "$scrypt$…", noon);
    CHECK(load_account(rig.db)->password_hash == "$scrypt$…");
    CHECK_FALSE(find_session(rig.db, hash));
}

TEST_CASE("sessions end one by one, or when they are too old or idle", "[store]")
{
    StoreRig rig;
    for (std::uint8_t i = 1; i <= 3; ++i)
        insert_session(rig.db, {Bytes(32, i), "csrf", from_ms(i), from_ms(100 * i), from_ms(i), ""});
    end_session(rig.db, Bytes(32, 2));
    CHECK_FALSE(find_session(rig.db, Bytes(32, 2)));
    CHECK(prune_sessions(rig.db, from_ms(1), from_ms(100)) == 0);
    CHECK(prune_sessions(rig.db, from_ms(2), from_ms(100)) == 1);
    CHECK(prune_sessions(rig.db, from_ms(2), from_ms(301)) == 1);
}

TEST_CASE("failed sign-ins are counted until one succeeds", "[store]")
{
    StoreRig rig;
    CHECK(load_sign_in_failures(rig.db).count == 0);
    count_sign_in_failure(rig.db, from_ms(1));
    count_sign_in_failure(rig.db, from_ms(2));
    CHECK(load_sign_in_failures(rig.db).count == 2);
    CHECK(load_sign_in_failures(rig.db).last == from_ms(2));
    clear_sign_in_failures(rig.db);
    CHECK(load_sign_in_failures(rig.db).count == 0);
}

TEST_CASE("the audit is newest first, in pages, and bounded", "[store]")
{
    StoreRig rig;
    for (std::int64_t i = 1; i <= 3; ++i)
        add_audit(rig.db, {uuid_of(i, 'a'), from_ms(i), "admin", "signed_in", "", "{}", "127.0.0.1"});
    const auto first = list_audit(rig.db, {2, {}}).value();
    REQUIRE(first.items.size() == 2);
    CHECK(first.items[0].at == from_ms(3));
    const auto second = list_audit(rig.db, {2, first.next_cursor}).value();
    REQUIRE(second.items.size() == 1);
    CHECK_FALSE(second.next_cursor);
    rig.db.run("UPDATE audit SET id = id + " + std::to_string(audit_limit));
    add_audit(rig.db, {uuid_of(4, 'a'), from_ms(4), "key", "started", "", "{}", {}});
    CHECK(rig.count("audit") == 4);
    rig.db.run("UPDATE audit SET id = 1 WHERE at_ms = 1");
    add_audit(rig.db, {uuid_of(5, 'a'), from_ms(5), "key", "stopped", "", "{}", {}});
    CHECK(rig.count("audit") == 4);
}

TEST_CASE("minutes of the metrics replace themselves and come in order", "[store]")
{
    StoreRig rig;
    put_metrics_minute(rig.db, {from_ms(120'000), 1, 0, 0, 0, 0, {}, {}});
    put_metrics_minute(rig.db, {from_ms(60'000), 5, 1, 2, 3, 4, 0.5, 9.5});
    put_metrics_minute(rig.db, {from_ms(120'000), 7, 0, 0, 0, 0, {}, {}});
    const auto minutes = load_metrics(rig.db, from_ms(60'000), from_ms(180'000));
    REQUIRE(minutes.size() == 2);
    CHECK(minutes[0].p99_ms == 9.5);
    CHECK(minutes[1].accepted == 7);
    CHECK_FALSE(minutes[1].p50_ms);
    CHECK(load_metrics(rig.db, from_ms(60'000), from_ms(120'000)).size() == 1);
}
