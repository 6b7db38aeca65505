#include "tests/unit/intake/intake_world.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <future>

using namespace mizo;
using namespace std::chrono_literals;
using tests::IntakeWorld;
using tests::webhook;

namespace {

const std::string created =
    R"({"event":"new ticket logged","ticket":{"id":4242,"summary":"Printer"},"id":"a1"})";

boost::json::value told(const web::Response& response)
{
    return boost::json::parse(response.body);
}

// What every answer to the outside carries, so that no browser makes anything of it.
void check_sealed_off(const web::Response& response)
{
    CHECK(*response.headers.find("X-Content-Type-Options") == "nosniff");
    CHECK(*response.headers.find("Cache-Control") == "no-store");
    CHECK(*response.headers.find("Content-Security-Policy") == "default-src 'none'");
}

int refusal_of(IntakeWorld& world, const web::Request& request)
{
    const auto admission = world.handler->admit(request.head);
    if (!admission.refusal) return 0;
    CHECK(admission.refusal->body.empty());
    check_sealed_off(*admission.refusal);
    return admission.refusal->status;
}

} // namespace

TEST_CASE("a signed webhook is stored before it is answered, and the link is woken", "[intake][handler]")
{
    IntakeWorld world;
    const auto response = world.send_signed(created);
    CHECK(response.status == 200);
    check_sealed_off(response);
    CHECK(told(response).at("status").as_string() == "accepted");
    CHECK(told(response).at("events").as_int64() == 1);
    REQUIRE(world.announced.size() == 1);
    CHECK(told(response).at("delivery").as_string() == world.announced.front());
    CHECK(world.woken == std::vector<std::int64_t>{2});
    CHECK(world.counters.accepted == 1);
    CHECK(world.counters.events == 1);
    CHECK(world.counters.last_accepted == world.clock.wall());
    CHECK(world.counters.last_request == world.clock.wall());

    const auto kept = world.delivery(0);
    CHECK(kept.body == created);
    CHECK(kept.row.outcome == store::Outcome::accepted);
    CHECK(kept.row.remote == "192.0.2.7");
    CHECK(kept.row.ticket == 4242);
    CHECK(kept.signature_alg == "RSASSA-PKCS1-v1_5-SHA256");
    CHECK(kept.row.thumbprint == world.certificates->find(world.halo->id)->thumbprint);
}

TEST_CASE("the first accepted webhook activates its certificate", "[intake][handler]")
{
    IntakeWorld world;
    world.send_signed(created);
    CHECK(world.certificates->find(world.halo->id)->record.state == certs::CertificateState::active);
    CHECK(world.certificates->find(world.halo->id)->record.signatures_seen == 1);
}

TEST_CASE("the same webhook again is accepted as a repeat and sends nothing", "[intake][handler]")
{
    IntakeWorld world;
    world.send_signed(created);
    const auto again = world.send_signed(created);
    CHECK(again.status == 200);
    CHECK(told(again).at("status").as_string() == "repeated");
    CHECK_FALSE(told(again).as_object().contains("events"));
    CHECK(world.counters.accepted == 1);
    CHECK(world.counters.repeated == 1);
    CHECK(world.counters.events == 1);
    CHECK(world.woken.size() == 1);
    CHECK(world.count("events") == 1);
}

TEST_CASE("a batch brings an event for each that it holds", "[intake][handler]")
{
    IntakeWorld world;
    const auto response = world.send_signed(R"([{"event":"new ticket logged","ticket":{"id":1},"id":"a"},)"
                                            R"({"event":"ticket changed","ticket":{"id":2},"id":"b"}])");
    CHECK(told(response).at("events").as_int64() == 2);
    CHECK(world.woken == std::vector<std::int64_t>{3});
    CHECK(world.counters.events == 2);
    CHECK(world.count("events") == 2);
}

TEST_CASE("what is signed but not understood is stored and relayed as it is", "[intake][handler]")
{
    IntakeWorld world;
    for (const std::string body : {"not JSON", "", "7", "\xff\xfe"}) {
        INFO(body);
        CHECK(world.send_signed(body).status == 200);
    }
    CHECK(world.counters.accepted == 4);
    CHECK(world.woken == std::vector<std::int64_t>{2, 3, 4, 5});
    CHECK(world.delivery(0).body == "not JSON");
    CHECK(world.read([](store::Database& db) {
        return db.scalar("SELECT count(*) FROM events WHERE understood = 0");
    }) == 4);
}

TEST_CASE("a ticket of a type out of scope is stored and not relayed", "[intake][handler]")
{
    IntakeWorld world{{{"scope.ticket_types", "1, 2"}}};
    const auto send = [&](const std::string& ticket, const std::string& id) {
        return world.send_signed(R"({"event":"ticket changed","ticket":{)" + ticket + R"(},"id":")" + id +
                                 "\"}");
    };
    CHECK(send(R"("id":7,"tickettype_id":3)", "a").status == 200);
    CHECK(world.woken.empty());
    CHECK(world.counters.accepted == 1);
    send(R"("id":7,"tickettype_id":2)", "b");
    CHECK(world.woken == std::vector<std::int64_t>{2});
    // Where HaloPSA says no type, nothing is held back.
    send(R"("id":7)", "c");
    CHECK(world.woken == std::vector<std::int64_t>{2, 3});
    world.settings.replace(tests::settings_of({}));
    send(R"("id":7,"tickettype_id":3)", "d");
    CHECK(world.woken == std::vector<std::int64_t>{2, 3, 4});
}

TEST_CASE("a webhook that is not proven is answered 401, kept and explained", "[intake][handler]")
{
    IntakeWorld world;
    const auto response = world.send(webhook(created));
    CHECK(response.status == 401);
    CHECK(response.body.empty());
    check_sealed_off(response);
    CHECK(world.counters.rejected == 1);
    CHECK(world.counters.rejected_in_a_row == 1);
    CHECK(world.counters.last_rejected == world.clock.wall());
    world.settle(1);
    const auto kept = world.delivery(0);
    CHECK(kept.row.outcome == store::Outcome::rejected);
    CHECK(kept.row.reason_code == "signature_missing");
    CHECK(kept.status == 401);
    CHECK(kept.body == created);
    CHECK(boost::json::parse(kept.verification).at("code").as_string() == "signature_missing");
    CHECK(world.woken.empty());
    CHECK(world.count("events") == 0);
}

TEST_CASE("one changed bit anywhere in body or signature is rejected", "[intake][handler]")
{
    IntakeWorld world;
    const web::Request good = world.halo->sign(webhook(created));
    for (std::size_t at = 0; at < created.size(); at += 7) {
        web::Request forged = good;
        forged.body[at] = static_cast<char>(forged.body[at] ^ 1);
        CHECK(world.send(forged).status == 401);
    }
    const std::string signature = *good.head.headers.find("X-Signature");
    for (std::size_t at = 0; at < signature.size(); at += 29) {
        web::Request forged = webhook(created);
        std::string text = signature;
        text[at] = text[at] == 'A' ? 'B' : 'A';
        forged.head.headers.add("X-Signature", text);
        CHECK(world.send(forged).status == 401);
    }
    CHECK(world.counters.accepted == 0);
}

TEST_CASE("an accepted webhook ends the row of rejected ones", "[intake][handler]")
{
    IntakeWorld world;
    world.send(webhook(created));
    world.send(webhook(created));
    CHECK(world.counters.rejected_in_a_row == 2);
    world.send_signed(created);
    CHECK(world.counters.rejected_in_a_row == 0);
    CHECK(world.counters.rejected == 2);
}

TEST_CASE("of a flood of forged webhooks a hundred are kept, then twenty a second", "[intake][handler]")
{
    IntakeWorld world;
    for (int i = 0; i < 130; ++i) CHECK(world.send(webhook("{}")).status == 401);
    CHECK(world.counters.rejected == 130);
    world.settle(100);
    CHECK(world.count("deliveries") == 100);
    world.clock.advance(1s);
    for (int i = 0; i < 30; ++i) world.send(webhook("{}"));
    world.settle(120);
    CHECK(world.count("deliveries") == 120);
    // What is good passes all the while.
    CHECK(world.send_signed(created).status == 200);
}

TEST_CASE("what is older than allowed is rejected, and explained as that", "[intake][handler]")
{
    const std::string body =
        R"({"event":"ticket changed","ticket":{"id":1},"timestamp":"2026-11-24T09:59:00Z","id":"x"})";
    IntakeWorld world{{{"webhook.max_age", "60"}}};
    CHECK(world.send_signed(body).status == 200); // it is a minute old to the millisecond
    world.clock.advance(1ms);
    CHECK(world.send_signed(body).status == 401);
    world.settle(2);
    const auto kept = world.delivery(1);
    CHECK(kept.row.reason_code == "too_old");
    CHECK(kept.body == body);
    world.settings.replace(tests::settings_of({}));
    CHECK(world.send_signed(body).status == 200);
}

TEST_CASE("only a POST of JSON to the secret path is let in", "[intake][handler]")
{
    IntakeWorld world;
    CHECK(refusal_of(world, webhook("{}")) == 0);
    for (const std::string path :
         {"/", "/webhooks/halopsa/", "/webhooks/halopsa/the-secret-toke",
          "/webhooks/halopsa/the-secret-tokenn", "/webhooks/halopsa/THE-SECRET-TOKEN",
          "/webhooks/halopsa/the-secret-token/", "/admin", "/api/v1/status"}) {
        INFO(path);
        web::Request request = webhook("{}");
        request.head.path = path;
        CHECK(refusal_of(world, request) == 404);
    }
    for (const std::string method : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "post"}) {
        INFO(method);
        web::Request request = webhook("{}");
        request.head.method = method;
        CHECK(refusal_of(world, request) == 405);
        CHECK(*world.handler->admit(request.head).refusal->headers.find("Allow") == "POST");
    }
    CHECK(world.counters.refused.at(404) == 8);
    CHECK(world.counters.refused.at(405) == 16);
}

TEST_CASE("a body in another type or coding is not read", "[intake][handler]")
{
    IntakeWorld world;
    const auto with = [&](web::Headers headers) {
        web::Request request = webhook("{}");
        request.head.headers = std::move(headers);
        return refusal_of(world, request);
    };
    CHECK(with({{"Content-Type", "application/json; charset=utf-8"}}) == 0);
    CHECK(with({{"content-type", "Application/JSON"}, {"Content-Encoding", "Identity"}}) == 0);
    CHECK(with({}) == 415);
    CHECK(with({{"Content-Type", ""}}) == 415);
    CHECK(with({{"Content-Type", "text/plain"}}) == 415);
    CHECK(with({{"Content-Type", "application/jsonx"}}) == 415);
    CHECK(with({{"Content-Type", "application/json"}, {"Content-Encoding", "gzip"}}) == 415);
    CHECK(with({{"Content-Type", "application/json"}, {"Content-Encoding", ""}}) == 415);
    CHECK(world.counters.refused.at(415) == 6);
}

TEST_CASE("the greatest body is what the setting says, from the change on", "[intake][handler]")
{
    IntakeWorld world;
    CHECK(world.handler->admit(webhook("{}").head).body_max == 4 * 1024 * 1024);
    world.settings.replace(tests::settings_of({{"webhook.max_body", "1 KiB"}}));
    CHECK(world.handler->admit(webhook("{}").head).body_max == 1024);
}

TEST_CASE("a full store refuses new webhooks before their bodies are read", "[intake][handler]")
{
    IntakeWorld world{{{"store.max_bytes", "64 MiB"}}};
    CHECK_FALSE(world.handler->not_ready());
    world.write([](store::Database& db) {
        db.run("CREATE TABLE ballast (bytes BLOB) STRICT");
        db.run("INSERT INTO ballast VALUES (zeroblob(67200000))");
        return true;
    });
    world.write([](store::Database&) { return true; }); // the size is taken once a commit is over
    REQUIRE(world.handler->not_ready());
    CHECK(world.handler->not_ready()->code() == "store.over_limit");
    const auto admission = world.handler->admit(webhook("{}").head);
    REQUIRE(admission.refusal);
    CHECK(admission.refusal->status == 503);
    CHECK(*admission.refusal->headers.find("Retry-After") == "60");
    CHECK(world.counters.not_stored == 1);
    world.settings.replace(tests::settings_of({{"store.max_bytes", "128 MiB"}}));
    CHECK_FALSE(world.handler->not_ready());
    CHECK(world.send_signed(created).status == 200);
}

TEST_CASE("what the disk did not take is answered 503 and counted as not stored", "[intake][handler]")
{
    IntakeWorld world;
    world.write([](store::Database& db) {
        db.run("CREATE TRIGGER broken BEFORE INSERT ON bodies BEGIN SELECT RAISE(ABORT, 'no'); END");
        return true;
    });
    const auto response = world.send_signed(created);
    CHECK(response.status == 503);
    CHECK(response.body.empty());
    CHECK(*response.headers.find("Retry-After") == "60");
    check_sealed_off(response);
    CHECK(world.counters.not_stored == 1);
    CHECK(world.counters.accepted == 0);
    CHECK(world.woken.empty());
    CHECK(world.announced.empty());
    world.write([](store::Database& db) {
        db.run("DROP TRIGGER broken");
        return true;
    });
    CHECK(world.send_signed(created).status == 200);
    CHECK(world.count("events") == 1);
}

TEST_CASE("a store that has no room is not ready, and says why", "[intake][handler]")
{
    IntakeWorld world;
    world.write([](store::Database& db) {
        db.run("PRAGMA max_page_count = 1"); // that is: no page more than there are
        return true;
    });
    CHECK(world.send_signed("\"" + std::string(200'000, 'x') + "\"").status == 503);
    CHECK(world.counters.not_stored == 1);
    CHECK(world.woken.empty());
}

TEST_CASE("a store that is closing answers 503", "[intake][handler]")
{
    IntakeWorld world;
    const auto request = world.halo->sign(webhook(created));
    world.writer->close();
    CHECK(world.send(request).status == 503);
    CHECK(world.counters.not_stored == 1);
}

TEST_CASE("the token and other secrets are kept with no delivery", "[intake][handler]")
{
    IntakeWorld world;
    web::Request request = world.halo->sign(webhook(created));
    request.head.headers.add("Authorization", "Basic c2VjcmV0LXBhc3N3b3Jk");
    request.head.headers.add("X-Original-URL", "https://relay.example/webhooks/halopsa/the-secret-token?x=1");
    request.head.headers.add("X-Plain", "shown");
    CHECK(world.send(request).status == 200);
    web::Request rejected = webhook("{}");
    rejected.head.headers.add("Referer", tests::webhook_path);
    CHECK(world.send(rejected).status == 401);
    world.settle(2);
    for (std::size_t at : {0U, 1U}) {
        const auto kept = world.delivery(at);
        CHECK(kept.path.find("the-secret-token") == std::string::npos);
        CHECK(kept.headers.find("the-secret-token") == std::string::npos);
        CHECK(kept.verification.find("the-secret-token") == std::string::npos);
        CHECK(kept.headers.find("c2VjcmV0LXBhc3N3b3Jk") == std::string::npos);
    }
    const auto headers = boost::json::parse(world.delivery(0).headers);
    const auto& all = headers.as_array();
    const auto value_of = [&](const std::string& name) {
        const auto at = std::find_if(all.begin(), all.end(),
                                     [&](const auto& each) { return each.at("name").as_string() == name; });
        REQUIRE(at != all.end());
        return std::string{at->at("value").as_string()};
    };
    CHECK(value_of("X-Plain") == "shown");
    CHECK(value_of("Authorization") == "••••");
    CHECK(value_of("X-Original-URL") == "https://relay.example/webhooks/halopsa/••••?x=1");
    for (const auto& line : world.log.recent(1000))
        CHECK(line.text.find("the-secret-token") == std::string::npos);
}

TEST_CASE("what never became a request is counted by its status", "[intake][handler]")
{
    IntakeWorld world;
    world.handler->refuse(400, "host");
    world.handler->refuse(400, "length");
    world.handler->refuse(431, "head too large");
    CHECK(world.counters.refused == std::map<int, std::uint64_t>{{400, 2}, {431, 1}});
    CHECK_FALSE(world.counters.last_request);
}

TEST_CASE("with 1,024 webhooks waiting for the disk the next is answered 503, and taken once there is room",
          "[intake][handler]")
{
    IntakeWorld world;
    std::promise<void> disk;
    REQUIRE(world.writer
                ->submit([waits = disk.get_future().share()](store::Database&) { waits.get(); },
                         [](std::exception_ptr) {})
                .has_value());
    const web::Request request = world.halo->sign(webhook(created));
    std::size_t answered = 0;
    const auto send_one = [&] {
        boost::asio::co_spawn(
            world.context, world.handler->handle(request),
            [&](std::exception_ptr, web::Response response) { answered += response.status == 200; });
        world.context.restart();
        world.context.poll();
    };
    for (int i = 0; i < 1'023; ++i) send_one();
    CHECK_FALSE(world.handler->admit(request.head).refusal);
    send_one();
    const auto refused = world.handler->admit(request.head).refusal;
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->headers.find("Retry-After") != nullptr);

    disk.set_value();
    world.settle(1'024);
    CHECK(answered == 1'024);
    CHECK_FALSE(world.handler->admit(request.head).refusal);
    CHECK(world.count("events") == 1);
}

TEST_CASE("a rejected webhook is learned from while the learner waits", "[intake][handler]")
{
    IntakeWorld world;
    world.learner.start(world.clock.wall());
    world.send(world.halo->sign(webhook(created), "X-Other", certs::Hash::sha512));
    world.settle(1);
    const auto progress = world.learner.progress(world.clock.wall());
    CHECK(progress.state == intake::Learner::State::matched);
    CHECK(progress.delivery_id == world.announced.front());
    REQUIRE(progress.lesson.match);
    CHECK(progress.lesson.match->scheme.hash == certs::Hash::sha512);
    CHECK(progress.lesson.thumbprint == world.certificates->find(world.halo->id)->thumbprint);
    // It was not accepted for all that.
    CHECK(world.count("events") == 0);
}
