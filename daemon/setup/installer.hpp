#pragma once

#include "daemon/custody/webhook_certificates.hpp"
#include "daemon/setup/mender.hpp"

#include <functional>

namespace mizo::setup {

// One step of putting a certificate into HaloPSA.
struct InstallStep {
    std::string step; // look, upload, read_back, webhook, first_delivery, roll_back
    bool ok = false;
    Note text;
};

// waiting: for the first webhook signed with it. by_hand: HaloPSA's API does not do it.
enum class InstallState { waiting, active, by_hand, rolled_back };
std::string_view name_of(InstallState state);

struct Installed {
    InstallState state = InstallState::by_hand;
    std::vector<InstallStep> steps;
};

// What has to be known to take an installation back.
struct Switched {
    std::string certificate; // ours
    json::value webhook;     // HaloPSA's id
    json::value former;      // HaloPSA's id of the certificate that the webhook signed with; null: none
    base::WallTime at{};
    json::value brought; // HaloPSA's id of ours, where the relay put it there; null: it was there before
};

// Puts a certificate into HaloPSA and has the webhook sign with it; what HaloPSA does not take is left to the
// admin. The facts are read anew on the way; they, and the parts, outlive the calls.
class Installer {
public:
    struct Parts {
        custody::WebhookCertificates& certificates;
        Collector& collector;
        Mender& mender;
        const base::Clock& clock;
        // Stores what `switched` is now. Called before HaloPSA is asked for the change, so that a start in
        // between goes on watching.
        std::function<asio::awaitable<void>()> keep_switched;
    };

    explicit Installer(Parts parts) : parts_{std::move(parts)} {}

    // `switched` is set where the webhook signs, or may sign, with another certificate, and first webhooks
    // have to show that it works. Errors: not_found, gone (its key is destroyed).
    asio::awaitable<base::Result<Installed>> install(std::string id, Facts& facts,
                                                     std::optional<Switched>& switched);
    // The webhook signs with the former one again, and the new one is revoked and leaves HaloPSA.
    asio::awaitable<InstallStep> roll_back(const Switched& switched, std::string reason, Facts& facts);

private:
    asio::awaitable<base::Result<bool>> upload(std::string id, std::string thumbprint, Facts& facts,
                                               std::vector<InstallStep>& steps);
    asio::awaitable<base::Result<json::object>> material(std::string id);
    asio::awaitable<bool> hand_over(json::object material, std::string thumbprint, Facts& facts,
                                    std::vector<InstallStep>& steps);
    asio::awaitable<bool> point_webhook(const HaloCertificate& at, Facts& facts,
                                        std::vector<InstallStep>& steps);

    Parts parts_;
};

const HaloCertificate* certificate_with(const Facts& facts, std::string_view thumbprint);

} // namespace mizo::setup
