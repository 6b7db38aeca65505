#pragma once

#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/config/live.hpp"
#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/intake/verification.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/store/deliveries.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mizo::intake {

namespace asio = boost::asio;

// What HaloPSA signed, on its way into the store: verified, read, recorded in one transaction, then the link
// is woken and the page told. The same whichever way the bytes came. On the loop's thread only.
class Recorder {
public:
    struct Parts {
        store::Writer& writer;
        config::LiveSettings& settings;
        custody::WebhookCertificates& certificates;
        const base::Clock& clock;
        base::Random& random;
        std::string token;                                   // of the webhook's path: never kept
        std::function<void(std::int64_t next_seq)> wake;     // the link: there is more to send
        std::function<void(const std::string& id)> announce; // the admin page: a delivery was recorded
        // The id of our own agent in HaloPSA, where it is known: what it caused comes back marked.
        std::function<std::optional<std::int64_t>()> own_agent = {};
    };

    explicit Recorder(Parts parts);
    Recorder(const Recorder&) = delete;
    Recorder& operator=(const Recorder&) = delete;

    const VerificationRules& rules() const { return rules_; }
    std::optional<Proof> verify(const web::Request& request) const;

    // As it is kept, with what is secret masked; the body is taken out of the request.
    store::NewDelivery delivery_of(web::Request& request) const;
    // The same with what proves it, and with what happened as its body tells.
    store::NewDelivery verified(web::Request& request, Proof proof) const;
    // Ids of events to be, for what is made of HaloPSA's answers.
    std::string new_id(base::WallTime now) const;
    // Ticket types in scope; empty: all.
    const std::vector<std::int64_t>& ticket_types() const { return ticket_types_; }

    // Ends once it is on disk. Throws what the store threw, and then nothing of it is kept.
    asio::awaitable<store::Recorded> record(store::NewDelivery delivery, base::WallTime received);
    std::optional<std::int64_t> own_agent() const;
    // What another transaction recorded: wakes the link, tells the page.
    void tell(const store::Recorded& recorded);
    void announce(const std::string& id) { parts_.announce(id); }

private:
    void take_settings(const config::Settings& settings);
    void add_occurrences(store::NewDelivery& delivery, base::WallTime now) const;

    Parts parts_;
    VerificationRules rules_;
    std::vector<std::int64_t> ticket_types_;
};

} // namespace mizo::intake
