#include "tests/unit/admin/admin_rig.hpp"

#include "certs/digest.hpp"
#include "certs/random.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/store/delivery_log.hpp"
#include "daemon/store/prepare.hpp"

#include <fstream>

namespace mizo::admin::test {

namespace {

constexpr std::string_view page_html = "<!doctype html><title>Mizo Relay</title>";
constexpr embedded::File page_files[] = {{"app-0123456789ab.js", "export {};"}, {"index.html", page_html}};

store::DatabaseOptions database_in(const std::filesystem::path& folder)
{
    store::DatabaseOptions options;
    options.path = (folder / "relay.db").string();
    options.synchronous = store::Synchronous::off;
    return options;
}

} // namespace

TemporaryFolder::TemporaryFolder()
    : path_{std::filesystem::temp_directory_path() / ("mizo-admin-" + certs::random_alphanumeric(12))}
{
    std::filesystem::create_directory(path_);
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

asio::awaitable<base::Result<void>> FakeLink::enroll(std::string url, base::Secret)
{
    if (enroll_error) co_return *enroll_error;
    Enrolment made;
    made.relay_id = "7b0c3c1e-8f5a-4c7e-9a53-0a1b2c3d4e5f";
    made.url = url;
    enrolled = made;
    shown.state = relay::LinkState::dialling;
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> FakeLink::forget()
{
    enrolled.reset();
    shown = relay::View{};
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<net::Trace>> FakeLink::test(std::string url)
{
    tested = url;
    co_return trace;
}

Rig::Rig()
{
    const store::DatabaseOptions database = database_in(folder.path());
    if (!store::prepare_database(database, random, clock.wall())) throw std::runtime_error{"no database"};
    store::WriterOptions writing;
    writing.database = database;
    writer = std::make_unique<store::Writer>(std::move(writing), clock, log);
    store::ReadersOptions reading;
    reading.database = database;
    readers = std::make_unique<store::Readers>(std::move(reading));
    certificates = std::make_unique<custody::WebhookCertificates>(
        custody::WebhookCertificates::Parts{*writer, *readers, sealing_key, clock, random,
                                            base::Logger{log, "certificates"}, context.get_executor()},
        certs::RotationRules{});
    run(certificates->load());
    listener_certificate = std::make_unique<custody::ListenerCertificate>(custody::ListenerCertificate::Parts{
        *writer, *readers, sealing_key, clock, base::Logger{log, "listener"}});
    halo = std::make_unique<halo_api::Client>(
        halo_api::Client::Parts{context.get_executor(), *writer, *readers, clock, log},
        halo_api::api_settings(*settings.current()));
    auto receiving = std::make_unique<tests::FakeReceiver>();
    receiver = receiving.get();
    alerts = std::make_unique<alerts::Teller>(alerts::Teller::Parts{context.get_executor(), *writer, *readers,
                                                                    settings, clock, random, log, halo_api,
                                                                    std::move(receiving), "1.2.3"});
    test_ticket = std::make_unique<setup::TestTicketRun>(setup::TestTicketRun::Parts{
        context.get_executor(), *writer, *readers, clock, random, log, halo_api,
        [] { return setup::LinkSighting{}; }, [](std::int64_t) { return std::optional<base::WallTime>{}; }});
    agent = std::make_unique<agent::Agent>(agent::Agent::Parts{context.get_executor(), *writer, *readers,
                                                               *halo, clock, random, log,
                                                               [this](relay::Frame frame) {
                                                                   sent.push_back(std::move(frame));
                                                                   return true;
                                                               }},
                                           *settings.current());
    guide = std::make_unique<setup::Guide>(guide_parts());
    tab = std::make_unique<tab::Tab>(tab::Tab::Parts{context.get_executor(), *writer, *readers, settings,
                                                     *halo, clock, random, log,
                                                     [](const relay::Frame&) { return false; }});
    run(alerts->start());
    service.webhook_listening = true;
    Parts parts{.executor = context.get_executor(),
                .worker = context.get_executor(),
                .writer = *writer,
                .readers = *readers,
                .settings = settings,
                .certificates = *certificates,
                .listener_certificate = *listener_certificate,
                .link = link,
                .halo = *halo,
                .guide = *guide,
                .alerts = *alerts,
                .test_ticket = *test_ticket,
                .agent = *agent,
                .reconcile = reconcile,
                .tab = *tab,
                .learner = learner,
                .counters = counters,
                .service = service,
                .sealing_key = sealing_key,
                .clock = clock,
                .random = random,
                .log = log,
                .not_ready = [this] { return not_ready; },
                .wake = [this](std::int64_t next_seq) { woken = next_seq; },
                .data_dir = folder.path(),
                .admin_key = key,
                .webhook_token = "the-token-of-the-path",
                .version = "1.2.3",
                .started = clock.wall()};
    handler = std::make_unique<AdminHandler>(std::move(parts), page_files);
}

setup::Guide::Parts Rig::guide_parts()
{
    setup::Guide::Parts parts{.executor = context.get_executor(),
                              .api = halo_api,
                              .certificates = *certificates,
                              .settings = settings,
                              .writer = *writer,
                              .readers = *readers,
                              .clock = clock,
                              .log = log,
                              .scopes = [] { return setup::Scopes{}; },
                              .webhook_url = [] { return "https://relay.example/webhooks/halopsa/t"; },
                              .tab_url = [] { return "https://relay.example/tab?agentId=$LOGGEDINAGENTID"; },
                              .test_ticket = [] { return std::optional<setup::TicketResult>{}; },
                              .keep_tab_secret = {},
                              .renew_token = {},
                              .audit = {}};
    return parts;
}

Rig::~Rig()
{
    handler->close();
    run(test_ticket->stop());
    run(alerts->stop());
    run(guide->stop());
    run(tab->stop());
    run(halo->stop());
    run(agent->stop());
    readers->close();
    writer->close();
    context.restart();
    context.poll();
}

Told Rig::send(Ask ask)
{
    web::Request request;
    web::RequestHead& head = request.head;
    head.method = ask.method;
    head.target = ask.target;
    head.path = ask.target.substr(0, ask.target.find('?'));
    if (head.path.size() < ask.target.size()) head.query = ask.target.substr(head.path.size() + 1);
    head.headers = ask.headers;
    if (ask.headers.find("Host") == nullptr) head.headers.add("Host", "127.0.0.1:8470");
    if (!ask.body.empty()) {
        if (ask.headers.find("Content-Type") == nullptr) head.headers.add("Content-Type", "application/json");
        head.headers.add("Content-Length", std::to_string(ask.body.size()));
    }
    head.remote = "127.0.0.1";
    request.body = std::move(ask.body);
    request.received = clock.wall();
    net::Admission admission = handler->admit(head);
    web::Response response;
    if (admission.refusal)
        response = std::move(*admission.refusal);
    else if (request.body.size() > admission.body_max)
        response = web::empty_response(413);
    else
        response = run(handler->handle(std::move(request)));
    return {response.status, std::move(response.headers), std::move(response.body),
            std::move(response.source)};
}

Told Rig::by_key(Ask ask)
{
    ask.headers.add("Authorization", "Bearer " + key);
    return send(std::move(ask));
}

web::Headers Rig::Browser::headers(bool with_csrf) const
{
    web::Headers all{
        {"Cookie", cookie}, {"Origin", "http://127.0.0.1:8470"}, {"Sec-Fetch-Site", "same-origin"}};
    if (with_csrf) all.add("X-Mizo-CSRF", csrf);
    return all;
}

Rig::Browser Rig::open_browser()
{
    const std::string token = certs::random_token(32);
    const auto digest = certs::sha256(token);
    store::SessionRow session;
    session.id_hash = certs::Bytes(digest.begin(), digest.end());
    session.csrf = certs::random_token(32);
    session.created = session.last_seen = session.authenticated = clock.wall();
    session.remote = "127.0.0.1";
    write([session, now = clock.wall()](store::Database& db) {
        if (!store::load_account(db)) store::set_password(db, "$none", now);
        store::insert_session(db, session);
        return true;
    });
    return {"__Host-sid=" + token, session.csrf};
}

std::string Rig::record(const std::string& body, std::int64_t ticket, std::string dedup_key)
{
    store::NewDelivery delivery;
    delivery.id = base::uuid_v7(clock.wall(), random);
    delivery.remote = "192.0.2.7";
    delivery.path = "/webhooks/halopsa/••••";
    delivery.headers = R"([{"name":"Content-Type","value":"application/json","masked":false}])";
    delivery.content_type = "application/json";
    delivery.body = body;
    delivery.signature_alg = "HMAC-SHA256";
    delivery.signature = "c2lnbmF0dXJl";
    delivery.duration_us = 1'500;
    store::Occurrence occurrence;
    occurrence.event_id = base::uuid_v7(clock.wall(), random);
    occurrence.kind = store::EventKind::created;
    occurrence.event_text = "new ticket logged";
    occurrence.ticket = ticket;
    occurrence.title = "=HYPERLINK(\"x\"), a title";
    occurrence.dedup_key = dedup_key.empty() ? "id:" + delivery.id : std::move(dedup_key);
    delivery.occurrences.push_back(occurrence);
    const std::string id = delivery.id;
    write([delivery, now = clock.wall()](store::Database& db) {
        store::record_delivery(db, delivery, now);
        return true;
    });
    return id;
}

std::string Rig::record_rejected(const std::string& body)
{
    store::NewDelivery delivery;
    delivery.id = base::uuid_v7(clock.wall(), random);
    delivery.remote = "198.51.100.9";
    delivery.path = "/webhooks/halopsa/••••";
    delivery.headers = "[]";
    delivery.content_type = "application/json";
    delivery.body = body;
    delivery.status = 401;
    delivery.verification = "{}";
    const std::string id = delivery.id;
    write([delivery, now = clock.wall()](store::Database& db) {
        store::record_rejected(db, delivery, "signature_missing", now);
        return true;
    });
    return id;
}

void Rig::acked(std::int64_t upto)
{
    write([upto, now = clock.wall()](store::Database& db) {
        store::Send sent;
        sent.first_seq = sent.last_seq = upto;
        sent.sent = now;
        sent.session = "9e2f3c1e-8f5a-4c7e-9a53-0a1b2c3d4e5f";
        sent.ended = now;
        store::Ack ack;
        ack.upto = upto;
        ack.session = sent.session;
        ack.sends = {sent};
        return store::mark_acked(db, ack, now).has_value();
    });
}

std::string Rig::first_event_of(const std::string& delivery)
{
    const auto told = get("/api/v1/deliveries/" + delivery).json();
    return std::string{told.at("event_list").at(0).at("id").as_string()};
}

} // namespace mizo::admin::test
