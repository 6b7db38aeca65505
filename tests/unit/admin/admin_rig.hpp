#pragma once

#include "daemon/admin/handler.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/support/fake_receiver.hpp"
#include "tests/support/run_to_end.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

namespace mizo::admin::test {

class FakeClock final : public base::Clock {
public:
    base::WallTime wall() const override { return wall_; }
    base::SteadyTime steady() const override { return steady_; }
    void advance(std::chrono::milliseconds by)
    {
        wall_ += by;
        steady_ += by;
    }
    void set_wall(base::WallTime to) { wall_ = to; }

private:
    base::WallTime wall_ = base::from_ms(1'795'514'400'000); // 2026-11-24T10:00:00Z
    base::SteadyTime steady_{};
};

// A folder that goes with its test.
class TemporaryFolder {
public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class FakeLink final : public LinkControl {
public:
    relay::View view() const override { return shown; }
    std::vector<LinkAlert> alerts() const override { return raised; }
    std::optional<Enrolment> enrolment() const override { return enrolled; }
    asio::awaitable<base::Result<void>> enroll(std::string url, base::Secret code) override;
    asio::awaitable<base::Result<void>> forget() override;
    void retry_now() override { ++retries; }
    asio::awaitable<base::Result<net::Trace>> test(std::string url) override;

    relay::View shown;
    std::vector<LinkAlert> raised;
    std::optional<Enrolment> enrolled;
    std::optional<base::Error> enroll_error;
    net::Trace trace;
    std::string tested;
    int retries = 0;
};

class FakeReconcile final : public reconcile::Control {
public:
    reconcile::View view() const override { return shown; }
    base::Result<void> ask(reconcile::Reason reason, std::optional<base::WallTime> from) override
    {
        if (!possible) return base::Error{base::Errc::conflict, "reconcile_not_possible", "Not set up."};
        asked.emplace_back(reason, from);
        return {};
    }

    reconcile::View shown;
    bool possible = true;
    std::vector<std::pair<reconcile::Reason, std::optional<base::WallTime>>> asked;
};

struct Ask {
    std::string method = "GET";
    std::string target;
    std::string body = {};
    web::Headers headers = {}; // beside Host, and Content-Type and -Length of a body
};

struct Told {
    int status = 0;
    web::Headers headers;
    std::string body;
    std::shared_ptr<web::BodySource> source;

    json::value json() const { return boost::json::parse(body); }
    std::string code() const { return std::string{json().at("code").as_string()}; }
    std::string header(std::string_view name) const
    {
        const std::string* value = headers.find(name);
        return value == nullptr ? std::string{} : *value;
    }
};

// The real handler on the real store in a temporary folder, with a link that does what the test says. The
// clock stands still unless moved.
class Rig {
public:
    Rig();
    ~Rig();
    Rig(const Rig&) = delete;
    Rig& operator=(const Rig&) = delete;

    // As it is, through the gate; `by_key` adds the admin key.
    Told send(Ask ask);
    Told by_key(Ask ask);
    Told get(const std::string& target) { return by_key({"GET", target}); }
    Told post(const std::string& target, const std::string& body = "")
    {
        return by_key({"POST", target, body});
    }

    // A session of a browser, without the time that a password takes.
    struct Browser {
        std::string cookie;
        std::string csrf;
        web::Headers headers(bool with_csrf = true) const;
    };
    Browser open_browser();

    template <class T>
    T run(asio::awaitable<T> work)
    {
        return tests::run_to_end(context, std::move(work));
    }

    template <class Work>
    auto write(Work work)
    {
        return run(net::on_writer(*writer, std::move(work)));
    }

    // A webhook as the intake records it; its delivery's id.
    std::string record(const std::string& body, std::int64_t ticket = 4242, std::string dedup_key = {});
    std::string record_rejected(const std::string& body);
    // The cloud acknowledges everything up to it.
    void acked(std::int64_t upto);
    std::string first_event_of(const std::string& delivery);

    TemporaryFolder folder;
    FakeClock clock;
    base::SystemRandom random;
    base::Log log{clock};
    asio::io_context context;
    certs::SealingKey sealing_key = certs::SealingKey::generate();
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::Readers> readers;
    config::LiveSettings settings{config::Settings{}};
    std::unique_ptr<custody::WebhookCertificates> certificates;
    std::unique_ptr<custody::ListenerCertificate> listener_certificate;
    FakeLink link;
    FakeReconcile reconcile;
    std::unique_ptr<halo_api::Client> halo;
    // What alerts and the test ticket ask of HaloPSA; 404 unless a test says otherwise.
    tests::FakeHaloApi::Reply halo_says;
    tests::FakeHaloApi halo_api{[this](const halo_api::Call& call) {
        return halo_says ? halo_says(call) : tests::halo_answer(404, "");
    }};
    tests::FakeReceiver* receiver = nullptr; // of the teller
    std::unique_ptr<alerts::Teller> alerts;
    std::unique_ptr<setup::TestTicketRun> test_ticket;
    std::unique_ptr<agent::Agent> agent;
    std::vector<relay::Frame> sent; // what the agent told the cloud
    std::unique_ptr<setup::Guide> guide;
    std::unique_ptr<tab::Tab> tab;
    intake::Learner learner;
    intake::Counters counters;
    ServiceState service;
    std::optional<base::Error> not_ready;
    std::int64_t woken = 0;
    std::string key = "0123456789abcdef0123456789abcdef-the-key";
    std::unique_ptr<AdminHandler> handler;

private:
    setup::Guide::Parts guide_parts();
};

// What is wrong with a value by a schema of the contract, with its place; empty where nothing is. Of JSON
// Schema as far as the contract uses it.
std::string faults(const json::value& value, const std::string& schema_name);
// The same for the answer of a call with this status: "GET /status".
std::string answer_faults(const json::value& value, const std::string& call, int status = 200);

} // namespace mizo::admin::test
