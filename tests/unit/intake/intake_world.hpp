#pragma once

#include "certs/encoding.hpp"
#include "certs/pfx.hpp"
#include "daemon/intake/webhook_handler.hpp"
#include "daemon/store/delivery_log.hpp"
#include "tests/support/store_world.hpp"
#include "tests/unit/certs/signing.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <memory>
#include <string>
#include <vector>

namespace mizo::tests {

inline config::Settings settings_of(const config::Entries& entries)
{
    config::Sources sources;
    sources.file = entries;
    auto loaded = config::Settings::load(sources);
    for (const auto& problem : loaded.problems) FAIL(problem.text);
    return loaded.settings;
}

inline constexpr const char* webhook_path = "/webhooks/halopsa/the-secret-token";

// A webhook as HaloPSA sends it, without its signature.
inline web::Request webhook(const std::string& body)
{
    web::Request request;
    request.head.method = "POST";
    request.head.target = webhook_path;
    request.head.path = webhook_path;
    request.head.headers = {{"Host", "relay.example"}, {"Content-Type", "application/json"}};
    request.head.remote = "192.0.2.7";
    request.body = body;
    return request;
}

// HaloPSA's side: what it signs with, once the PFX was imported.
class HaloKey {
public:
    HaloKey(StoreWorld& world, custody::WebhookCertificates& certificates)
        : id{*world.run(certificates.make({}))}, key_{take(world, certificates, id)}
    {}

    web::Request sign(web::Request request, const std::string& header = "X-Signature",
                      certs::Hash hash = certs::Hash::sha256) const
    {
        const auto bytes =
            certs::testing::sign(key_, hash, certs::Padding::pkcs1, certs::ByteView{request.body});
        request.head.headers.add(header, certs::base64(bytes));
        return request;
    }

    std::string id;

private:
    static certs::RsaKey take(StoreWorld& world, custody::WebhookCertificates& certificates,
                              const std::string& id)
    {
        const auto file = world.run(certificates.pfx(id));
        const auto password = world.run(certificates.password(id));
        const auto opened = certs::open_pfx(*file, *password);
        return *certs::RsaKey::from_pkcs8(opened->private_key_pkcs8.view());
    }

    certs::RsaKey key_;
};

// The webhook's handler on a real store, with a certificate that is installed.
class IntakeWorld : public StoreWorld {
public:
    explicit IntakeWorld(const config::Entries& entries = {}) : settings{settings_of(entries)}
    {
        log.set_level(base::Level::debug);
        certificates = std::make_unique<custody::WebhookCertificates>(
            custody::WebhookCertificates::Parts{*writer, *readers, sealing_key, clock, random,
                                                base::Logger{log, "certificates"}, context.get_executor()},
            certs::RotationRules{});
        run(certificates->load());
        halo = std::make_unique<HaloKey>(*this, *certificates);
        recorder = std::make_unique<intake::Recorder>(
            intake::Recorder::Parts{.writer = *writer,
                                    .settings = settings,
                                    .certificates = *certificates,
                                    .clock = clock,
                                    .random = random,
                                    .token = "the-secret-token",
                                    .wake = [this](std::int64_t next_seq) { woken.push_back(next_seq); },
                                    .announce = [this](const std::string& id) { announced.push_back(id); }});
        handler = std::make_unique<intake::WebhookHandler>(
            intake::WebhookHandler::Parts{.writer = *writer,
                                          .settings = settings,
                                          .certificates = *certificates,
                                          .recorder = *recorder,
                                          .learner = learner,
                                          .counters = counters,
                                          .clock = clock,
                                          .logger = base::Logger{log, "webhook"},
                                          .loop = context.get_executor(),
                                          .worker = context.get_executor(),
                                          .token = "the-secret-token"});
    }
    // What was posted is done while everything is still there.
    ~IntakeWorld() { close(); }

    // As a connection does.
    web::Response send(web::Request request)
    {
        request.received = clock.wall();
        net::Admission admission = handler->admit(request.head);
        if (admission.refusal) return std::move(*admission.refusal);
        REQUIRE(request.body.size() <= admission.body_max);
        return run(handler->handle(std::move(request)));
    }
    web::Response send_signed(const std::string& body) { return send(halo->sign(webhook(body))); }

    // Lets what goes on after an answer come to its end: `count` announcements in all.
    void settle(std::size_t count)
    {
        context.restart();
        const auto busy = asio::make_work_guard(context);
        while (announced.size() < count) context.run_one();
    }
    store::DeliveryDetail delivery(std::size_t at)
    {
        const std::string id = announced.at(at);
        return *read([id](store::Database& db) { return store::delivery_detail(db, id); });
    }
    std::int64_t count(const std::string& table)
    {
        return read([table](store::Database& db) { return db.scalar("SELECT count(*) FROM " + table); });
    }

    config::LiveSettings settings;
    std::unique_ptr<custody::WebhookCertificates> certificates;
    std::unique_ptr<HaloKey> halo;
    intake::Learner learner;
    intake::Counters counters;
    std::vector<std::int64_t> woken;
    std::vector<std::string> announced;
    std::unique_ptr<intake::Recorder> recorder;
    std::unique_ptr<intake::WebhookHandler> handler;
};

} // namespace mizo::tests
