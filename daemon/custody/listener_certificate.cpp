#include "daemon/custody/listener_certificate.hpp"

#include "certs/pfx.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/store/settings.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace mizo::custody {

namespace {

using base::Errc;
using base::Error;

constexpr std::string_view ca_common_name = "Mizo Relay CA";
constexpr std::size_t file_bytes_max = 64 * 1024;

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

base::WallTime to_wall(certs::Time time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time);
}

Error bad_file(std::string detail)
{
    return Error{
        Errc::invalid, "tls.file",
        "The file of webhook.tls_file cannot be used: it must be a PEM file with the certificate chain and "
        "its private key, or a PFX that opens with webhook.tls_password.",
        std::move(detail)};
}

} // namespace

asio::awaitable<base::Result<net::TlsContext>> ListenerCertificate::from_own_ca(certs::ListenerNames names)
{
    std::optional<certs::KeyedCertificate> ca = co_await load("listener.ca");
    std::optional<certs::KeyedCertificate> leaf = co_await load("listener.leaf");
    const certs::Time now = parts_.clock.wall();
    const bool usable = ca && leaf && certs::covers(leaf->certificate, names) &&
                        !certs::listener_renewal_due(leaf->certificate.validity(), now);
    if (!usable) {
        base::Result<certs::KeyedCertificate> renewed = co_await renew(ca, std::move(names));
        if (!renewed) co_return renewed.error();
        leaf.emplace(std::move(*renewed));
    }
    validity_ = leaf->certificate.validity();
    trust_ = {ca->certificate.pem(), upper(ca->certificate.fingerprint_sha256()),
              to_wall(ca->certificate.validity().not_after), to_wall(validity_->not_after)};
    const certs::Secret key = leaf->key.pkcs8();
    co_return net::make_server_tls(leaf->certificate.pem() + trust_.ca_pem, key.text(), net::KeyForm::der);
}

asio::awaitable<base::Result<certs::KeyedCertificate>>
ListenerCertificate::renew(std::optional<certs::KeyedCertificate>& ca, certs::ListenerNames names)
{
    const certs::Time now = parts_.clock.wall();
    if (ca) {
        auto issued = certs::issue_listener_certificate(*ca, names, now);
        if (issued) {
            co_await save("listener.leaf", *issued);
            parts_.logger.info("listener certificate renewed");
            co_return std::move(*issued);
        }
        parts_.logger.warning("the listener's names have changed: its new CA has to be imported again");
    }
    auto made = certs::make_listener_ca(ca_common_name, names, now);
    if (!made)
        co_return Error{Errc::invalid, "tls.names",
                        "No certificate can be made for the host in webhook.public_url.",
                        made.error().detail()};
    ca.emplace(std::move(*made));
    auto issued = certs::issue_listener_certificate(*ca, names, now);
    if (!issued)
        co_return Error{Errc::internal, "tls.issue", "The listener's certificate cannot be made.",
                        issued.error().detail()};
    co_await save("listener.ca", *ca);
    co_await save("listener.leaf", *issued);
    parts_.logger.info("listener CA and certificate made");
    co_return std::move(*issued);
}

asio::awaitable<std::optional<certs::KeyedCertificate>> ListenerCertificate::load(std::string name)
{
    struct Stored {
        std::optional<std::string> pem;
        std::optional<certs::Bytes> sealed;
    };
    auto work = [name](store::Database& db) {
        Stored stored;
        stored.pem = store::load_meta(db, name);
        stored.sealed = store::load_secret(db, name);
        return stored;
    };
    const Stored stored = co_await net::on_readers(parts_.readers, std::move(work));
    if (!stored.pem || !stored.sealed) co_return std::nullopt;
    const auto pkcs8 = certs::open_sealed(parts_.sealing_key, *stored.sealed, name);
    auto certificate = certs::Certificate::from_pem(*stored.pem);
    if (!pkcs8 || !certificate) co_return std::nullopt;
    auto key = certs::RsaKey::from_pkcs8(pkcs8->view());
    if (!key || !certificate->belongs_to(*key)) co_return std::nullopt;
    co_return certs::KeyedCertificate{std::move(*key), std::move(*certificate)};
}

asio::awaitable<void> ListenerCertificate::save(std::string name, const certs::KeyedCertificate& made)
{
    const certs::Bytes sealed = certs::seal(parts_.sealing_key, made.key.pkcs8().view(), name);
    const std::string pem = made.certificate.pem();
    const base::WallTime now = parts_.clock.wall();
    auto work = [name, sealed, pem, now](store::Database& db) {
        store::set_meta(db, name, pem);
        store::set_secret(db, name, sealed, now);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
}

base::Result<net::TlsContext> ListenerCertificate::from_file(const std::string& path,
                                                             std::string_view password)
{
    std::ifstream file{base::path_of(path), std::ios::binary};
    std::ostringstream content;
    content << file.rdbuf();
    const std::string bytes = content.str();
    if (!file || bytes.empty() || bytes.size() > file_bytes_max) return bad_file(path);

    trust_ = {};
    if (bytes.find("-----BEGIN") != std::string::npos) {
        const auto certificate = certs::Certificate::from_pem(bytes);
        if (!certificate) return bad_file(certificate.error().detail());
        validity_ = certificate->validity();
        trust_.not_after = to_wall(validity_->not_after);
        return net::make_server_tls(bytes, bytes, net::KeyForm::pem);
    }
    const auto opened = certs::open_pfx(bytes, password);
    if (!opened) return bad_file(opened.error().detail());
    validity_ = opened->certificate.validity();
    trust_.not_after = to_wall(validity_->not_after);
    std::string chain = opened->certificate.pem();
    for (const auto& issuer : opened->chain) chain += issuer.pem();
    return net::make_server_tls(chain, opened->private_key_pkcs8.text(), net::KeyForm::der);
}

bool ListenerCertificate::renewal_due() const
{
    return validity_ && certs::listener_renewal_due(*validity_, parts_.clock.wall());
}

} // namespace mizo::custody
