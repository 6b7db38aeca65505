#include "daemon/admin/webhook.hpp"

#include "daemon/admin/certificates.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/store/ledger.hpp"

#include <boost/asio/ip/host_name.hpp>

namespace mizo::admin {

namespace {

using config::Key;

constexpr std::string_view webhook_path = "/webhooks/halopsa/";

// As HaloPSA's list of authentications names them.
std::string_view auth_name(const std::string& auth)
{
    if (auth == "hmac") return "HMAC";
    if (auth == "basic") return "Basic Authentication";
    return "Sign Request Body with a X.509 Certificate";
}

// The five events of the setup guide.
json::array halopsa_events()
{
    return {{{"name", "New Ticket Logged"}, {"kind", "created"}, {"note", ""}},
            {{"name", "Ticket Status Changed"}, {"kind", "status_changed"}, {"note", ""}},
            {{"name", "Ticket Changed"},
             {"kind", "changed"},
             {"note", "Field: Client (or Customer), Change context: Value changed, Rule type: To any value"}},
            {{"name", "Action added by Agent"},
             {"kind", "action_added"},
             {"note", "The action that logs a private note on the ticket"}},
            {{"name", "Action added by Agent"},
             {"kind", "action_added"},
             {"note", "The action that sends an email to the customer"}}};
}

// The one to be chosen in HaloPSA: the newest that is not on its way out.
json::value current_certificate(const Services& services)
{
    for (const CertificateFacts& each : certificate_facts(services))
        if (each.state != "retiring") return certificate_summary_json(each);
    return nullptr;
}

void put_trust(json::object& out, const custody::ListenerTrust& trust)
{
    out["ca_pem"] = text_or_null(trust.ca_pem);
    out["ca_sha256"] = text_or_null(trust.ca_sha256);
    out["ca_not_after"] = to_json(trust.ca_not_after);
    out["tls_not_after"] = to_json(trust.not_after);
}

} // namespace

std::string public_url(const config::Settings& settings, std::uint16_t listening_port)
{
    if (const auto url = settings.url(Key::webhook_public_url)) return url->text();
    boost::system::error_code error;
    std::string host = asio::ip::host_name(error);
    if (error || host.empty()) host = "localhost";
    const std::string scheme = settings.is(Key::webhook_tls, "off") ? "http" : "https";
    const std::uint16_t port = settings.listen_address(Key::webhook_listen).port;
    return scheme + "://" + host + ":" + std::to_string(port == 0 ? listening_port : port);
}

json::object scheme_json(const config::Settings& settings)
{
    return {{"header", settings.text(Key::webhook_signature_header)},
            {"hash", settings.text(Key::webhook_hash)},
            {"padding", settings.text(Key::webhook_padding)},
            {"encoding", settings.text(Key::webhook_encoding)},
            {"prefix", settings.text(Key::webhook_prefix)},
            {"bytes", settings.text(Key::webhook_bytes)}};
}

Answer get_webhook(Services& services, Call)
{
    const auto settings = services.parts.settings.current();
    const auto read = [](store::Database& db) { return store::last_success(db).accepted; };
    const auto last = co_await net::on_readers(services.parts.readers, read);

    const std::string auth = settings->text(Key::webhook_auth);
    const std::string path = std::string{webhook_path} + services.parts.webhook_token;
    std::string base = public_url(*settings, services.parts.service.webhook_port);
    while (base.ends_with('/')) base.pop_back();
    json::object out{{"url", base + path},
                     {"path", path},
                     {"public_url", base},
                     {"method", "POST"},
                     {"auth", auth},
                     {"auth_name", auth_name(auth)},
                     // Nobody pins a scheme but the admin, by hand or by confirming what was learned.
                     {"learned", auth == "x509" && settings->is_set(Key::webhook_hash) &&
                                     settings->origin(Key::webhook_hash) != config::Origin::fallback},
                     {"tls", settings->text(Key::webhook_tls)},
                     {"listen", settings->text(Key::webhook_listen)},
                     {"listening", services.parts.service.webhook_listening},
                     {"certificate", current_certificate(services)},
                     {"certificate_name", "Mizo"},
                     {"events", halopsa_events()},
                     {"last_delivery", to_json(last)}};
    out["header"] = out["scheme"] = out["username"] = nullptr;
    if (auth != "basic") out["header"] = settings->text(Key::webhook_signature_header);
    if (auth == "x509") out["scheme"] = scheme_json(*settings);
    if (auth == "basic") out["username"] = text_or_null(settings->text(Key::webhook_basic_user));
    put_trust(out, services.parts.listener_certificate.trust());
    co_return json_answer(200, out);
}

} // namespace mizo::admin
