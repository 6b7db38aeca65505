#pragma once

#include "daemon/base/log.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/intake/counters.hpp"
#include "daemon/intake/learner.hpp"
#include "daemon/intake/recorder.hpp"
#include "daemon/intake/token_bucket.hpp"
#include "daemon/net/server.hpp"

#include <string>

namespace mizo::intake {

namespace asio = boost::asio;

// The webhook's journey (docs/life-of-a-webhook.md): verify, decode, record, wake the link, answer.
// HaloPSA gets its 200 only once the event is committed to disk.
class WebhookHandler final : public net::RequestHandler {
public:
    struct Parts {
        store::Writer& writer;
        config::LiveSettings& settings;
        custody::WebhookCertificates& certificates;
        Recorder& recorder;
        Learner& learner;
        Counters& counters;
        const base::Clock& clock;
        base::Logger logger;
        asio::any_io_executor loop;
        asio::any_io_executor worker; // for what takes long: explaining, learning
        std::string token;            // of the webhook's path
    };

    explicit WebhookHandler(Parts parts);

    net::Admission admit(const web::RequestHead& head) override;
    asio::awaitable<web::Response> handle(web::Request request) override;
    web::Response refuse(int status, std::string_view what) override;

    // Why a webhook would not be stored now; nothing when it would.
    std::optional<base::Error> not_ready() const;

private:
    // Settings that every request needs, taken out of the live ones when they change.
    struct Rules {
        std::size_t body_max = 0;
        std::int64_t store_bytes_max = 0;
        std::chrono::milliseconds age_max{0}; // 0: any
    };
    void take_settings(const config::Settings& settings);

    bool too_old(const store::NewDelivery& delivery, base::WallTime now) const;
    asio::awaitable<web::Response> record(store::NewDelivery delivery, base::WallTime received);
    struct Rejected;
    web::Response reject(web::Request request, std::string_view code);
    void keep_rejected(const Rejected& rejected);
    web::Response busy(std::string_view why);

    Parts parts_;
    Rules rules_;
    std::string path_;
    TokenBucket rejected_rate_;
    std::size_t recording_ = 0; // requests that wait for their commit
};

} // namespace mizo::intake
