#include "daemon/custody/webhook_certificates.hpp"

#include "certs/certificate.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/certificates.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace mizo::custody {

namespace {

using base::Errc;
using base::Error;
using certs::CertificateState;

constexpr std::chrono::seconds counters_saved_every{5};
constexpr std::string_view subject = "Mizo Relay webhook";

base::WallTime to_wall(certs::Time time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time);
}

std::optional<base::WallTime> to_wall(const std::optional<certs::Time>& time)
{
    if (!time) return {};
    return to_wall(*time);
}

std::optional<certs::Time> to_time(const std::optional<base::WallTime>& time)
{
    if (!time) return {};
    return certs::Time{*time};
}

std::string upper(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

// What a sealed part is bound to: its row and what it is, so that none can be put in the place of another.
std::string bound_to(const std::string& id, std::string_view part)
{
    return "certificate:" + id + ":" + std::string{part};
}

Error not_found()
{
    return Error{Errc::not_found, "certificate.not_found", "There is no certificate with this id."};
}

Error key_destroyed()
{
    return Error{
        Errc::gone, "certificate.key_destroyed",
        "The private key of this certificate has been destroyed, so its PFX can no longer be had. Make "
        "a new certificate."};
}

std::optional<WebhookCertificate> read(const store::CertificateRow& row)
{
    const auto certificate = certs::Certificate::from_pem(row.pem);
    const auto state = certs::certificate_state_from(row.state);
    const auto profile = certs::pfx_profile_from(row.profile);
    if (!certificate || !state || !profile) return {};
    certs::CertificateRecord record;
    record.id = row.id;
    record.state = *state;
    record.validity = {certs::Time{row.not_before}, certs::Time{row.not_after}};
    record.made = certs::Time{row.created};
    record.left = to_time(row.downloaded);
    record.first_used = to_time(row.first_used);
    record.last_used = to_time(row.last_used);
    record.retiring_since = to_time(row.retiring);
    record.signatures_seen = static_cast<std::uint64_t>(row.signatures);
    record.key_destroyed = row.destroyed.has_value();
    return WebhookCertificate{std::move(record), row.thumbprint, row.sha256, row.subject,
                              *profile,          row.key_bits,   row.pem,    certificate->public_key()};
}

store::CertificateRow write(const WebhookCertificate& certificate)
{
    const certs::CertificateRecord& record = certificate.record;
    store::CertificateRow row;
    row.id = record.id;
    row.thumbprint = certificate.thumbprint;
    row.sha256 = certificate.sha256;
    row.subject = certificate.subject;
    row.state = certs::to_string(record.state);
    row.profile = certs::to_string(certificate.profile);
    row.key_bits = certificate.key_bits;
    row.not_before = to_wall(record.validity.not_before);
    row.not_after = to_wall(record.validity.not_after);
    row.created = to_wall(record.made);
    row.downloaded = to_wall(record.left);
    row.activated = to_wall(record.first_used);
    row.retiring = to_wall(record.retiring_since);
    row.first_used = to_wall(record.first_used);
    row.last_used = to_wall(record.last_used);
    row.signatures = static_cast<std::int64_t>(record.signatures_seen);
    row.pem = certificate.pem;
    return row;
}

} // namespace

// A certificate just made, with what has to be sealed.
struct WebhookCertificates::Material {
    WebhookCertificate certificate;
    certs::Bytes pfx;
    certs::Secret password;
};

WebhookCertificates::WebhookCertificates(Parts parts, certs::RotationRules rules)
    : parts_{std::move(parts)}, rules_{rules}
{}

WebhookCertificates::~WebhookCertificates() = default;

asio::awaitable<void> WebhookCertificates::load()
{
    auto work = [](store::Database& db) { return store::load_certificates(db); };
    const std::vector<store::CertificateRow> rows = co_await net::on_readers(parts_.readers, std::move(work));
    for (const auto& row : rows) {
        auto certificate = read(row);
        if (certificate)
            certificates_.push_back(std::move(*certificate));
        else
            parts_.logger.error("a stored certificate cannot be read", {{"id", row.id}});
    }
    prepare_verifier();
}

void WebhookCertificates::set_rules(certs::RotationRules rules)
{
    rules_ = rules;
}

void WebhookCertificates::set_scheme(const certs::SignatureScheme& scheme)
{
    if (scheme == scheme_) return;
    scheme_ = scheme;
    prepare_verifier();
}

void WebhookCertificates::prepare_verifier()
{
    std::vector<certs::PublicKey> keys;
    std::vector<Signer> signers;
    for (const std::size_t at : certs::accepted(records())) {
        keys.push_back(certificates_[at].public_key);
        signers.push_back({certificates_[at].record.id, certificates_[at].thumbprint});
    }
    verifying_.emplace(Verifying{certs::Verifier{scheme_, keys}, std::move(signers)});
}

std::optional<Signer> WebhookCertificates::verify(const certs::SignedMessage& message)
{
    if (!verifying_) return {};
    const auto at = verifying_->verifier.verify(message);
    if (!at) return {};
    return verifying_->signers[*at];
}

void WebhookCertificates::on_signature_seen(const std::string& id)
{
    take_over(certs::on_signature_seen(records(), id, parts_.clock.wall()));
}

certs::CertificateRecords WebhookCertificates::records() const
{
    certs::CertificateRecords records;
    records.reserve(certificates_.size());
    for (const auto& certificate : certificates_) records.push_back(certificate.record);
    return records;
}

const WebhookCertificate* WebhookCertificates::find(const std::string& id) const
{
    const auto found = std::find_if(certificates_.begin(), certificates_.end(),
                                    [&](const WebhookCertificate& each) { return each.record.id == id; });
    return found == certificates_.end() ? nullptr : &*found;
}

WebhookCertificate* WebhookCertificates::find_mutable(const std::string& id)
{
    return const_cast<WebhookCertificate*>(find(id));
}

std::vector<KnownKey> WebhookCertificates::keys() const
{
    std::vector<KnownKey> keys;
    for (const auto& each : certificates_)
        keys.push_back(
            {each.record.id, each.thumbprint, each.record.state, each.record.is_accepted(), each.public_key});
    return keys;
}

certs::RotationNeed WebhookCertificates::due() const
{
    return certs::due(records(), rules_, parts_.clock.wall());
}

void WebhookCertificates::take_over(const certs::CertificateChanges& changes)
{
    bool acceptance_changed = false;
    for (const certs::CertificateChange& change : changes) {
        WebhookCertificate* certificate = find_mutable(change.after.id);
        if (!certificate) continue;
        acceptance_changed |= certificate->record.is_accepted() != change.after.is_accepted();
        certificate->record = change.after;
        unsaved_.insert(change.after.id);
        if (change.destroy_key) to_destroy_.insert(change.after.id);
        if (change.reason == certs::ChangeReason::signature_seen) continue;
        urgent_ = true;
        parts_.logger.info("certificate changed", {{"thumbprint", certificate->thumbprint},
                                                   {"from", std::string{certs::to_string(change.before)}},
                                                   {"to", std::string{certs::to_string(change.after.state)}},
                                                   {"why", std::string{certs::to_string(change.reason)}}});
    }
    if (acceptance_changed) prepare_verifier();
}

asio::awaitable<void> WebhookCertificates::save()
{
    const base::WallTime now = parts_.clock.wall();
    const std::set<std::string> ids = std::exchange(unsaved_, {});
    const std::set<std::string> destroy = std::exchange(to_destroy_, {});
    const bool was_urgent = std::exchange(urgent_, false);
    saved_ = now;
    if (ids.empty()) co_return;

    std::vector<store::CertificateRow> rows;
    for (const auto& id : ids)
        if (const WebhookCertificate* certificate = find(id)) rows.push_back(write(*certificate));
    auto work = [rows = std::move(rows), destroy, now](store::Database& db) {
        for (const auto& row : rows) store::update_certificate(db, row);
        for (const auto& id : destroy) store::destroy_private_key(db, id, now);
        return true;
    };
    std::exception_ptr failure;
    try {
        co_await net::on_writer(parts_.writer, std::move(work));
    } catch (...) {
        failure = std::current_exception();
    }
    if (!failure) co_return;
    unsaved_.insert(ids.begin(), ids.end());
    to_destroy_.insert(destroy.begin(), destroy.end());
    urgent_ = urgent_ || was_urgent;
    std::rethrow_exception(failure);
}

asio::awaitable<void> WebhookCertificates::tick()
{
    const base::WallTime now = parts_.clock.wall();
    take_over(certs::tick(records(), rules_, now));
    // A wall clock that was set back must not hold up saving.
    const bool counters_due = now - saved_ >= counters_saved_every || now < saved_;
    if (urgent_ || (!unsaved_.empty() && counters_due)) co_await save();
}

asio::awaitable<base::Result<std::string>> WebhookCertificates::make(CertificateOrder order)
{
    auto key_work = [bits = order.key_bits]() -> asio::awaitable<std::optional<certs::RsaKey>> {
        auto key = certs::RsaKey::generate(bits);
        if (!key) co_return std::nullopt;
        co_return std::move(*key);
    };
    auto making = key_work();
    const std::optional<certs::RsaKey> key =
        co_await asio::co_spawn(parts_.key_maker, std::move(making), asio::use_awaitable);
    if (!key) co_return Error{Errc::invalid, "certificate.key_bits", "A key has 2048, 3072 or 4096 bits."};

    const base::WallTime now = parts_.clock.wall();
    // A little before now: HaloPSA's clock may be behind ours.
    const certs::Validity validity{now - std::chrono::hours{1}, now + std::chrono::days{order.valid_days}};
    const certs::Certificate made = certs::Certificate::self_signed(*key, subject, validity);
    certs::CertificateRecord record;
    record.id = base::uuid_v7(now, parts_.random);
    record.validity = made.validity();
    record.made = now;
    const std::string id = record.id;
    Material material{WebhookCertificate{std::move(record), made.thumbprint(),
                                         upper(made.fingerprint_sha256()), "CN=" + made.common_name(),
                                         order.profile, order.key_bits, made.pem(), made.public_key()},
                      {},
                      certs::generate_pfx_password()};
    material.pfx = certs::pack_pfx({*key, made, "Mizo"}, material.password, order.profile);
    co_await add(std::move(material));
    co_return id;
}

asio::awaitable<void> WebhookCertificates::add(Material material)
{
    const std::string& id = material.certificate.record.id;
    store::CertificateRow row = write(material.certificate);
    row.sealed_pfx = certs::seal(parts_.sealing_key, material.pfx, bound_to(id, "pfx"));
    row.sealed_password = certs::seal(parts_.sealing_key, material.password.view(), bound_to(id, "password"));
    certs::cleanse(material.pfx.data(), material.pfx.size());
    auto work = [row = std::move(row)](store::Database& db) {
        store::insert_certificate(db, row);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
    parts_.logger.info("certificate made", {{"thumbprint", material.certificate.thumbprint}});
    certificates_.insert(certificates_.begin(), std::move(material.certificate));
}

asio::awaitable<base::Result<std::string>> WebhookCertificates::open(std::string id, std::string part)
{
    auto work = [id](store::Database& db) { return store::find_certificate(db, id); };
    const std::optional<store::CertificateRow> row =
        co_await net::on_readers(parts_.readers, std::move(work));
    if (!row) co_return not_found();
    const auto& sealed = part == "pfx" ? row->sealed_pfx : row->sealed_password;
    if (!sealed) co_return key_destroyed();
    const auto opened = certs::open_sealed(parts_.sealing_key, *sealed, bound_to(id, part));
    if (!opened)
        co_return Error{
            Errc::gone, "certificate.sealed",
            "This certificate was sealed with another key than the one this relay has now, so its PFX "
            "cannot be opened. Make a new certificate."};
    co_return std::string{opened->text()};
}

asio::awaitable<base::Result<std::string>> WebhookCertificates::pfx(std::string id)
{
    const WebhookCertificate* certificate = find(id);
    if (!certificate) co_return not_found();
    if (!certs::may_leave(certificate->record, rules_, parts_.clock.wall())) co_return key_destroyed();
    base::Result<std::string> opened = co_await open(id, "pfx");
    if (!opened) co_return opened;
    // As it stands now: its first signature may have come meanwhile.
    const auto change = certs::on_left(find(id)->record, rules_, parts_.clock.wall());
    if (!change) co_return key_destroyed();
    // Accepted from now on, and on disk before anyone can sign with it.
    take_over({*change});
    co_await save();
    co_return opened;
}

asio::awaitable<base::Result<std::string>> WebhookCertificates::password(std::string id)
{
    const WebhookCertificate* certificate = find(id);
    if (!certificate) co_return not_found();
    if (!certs::may_leave(certificate->record, rules_, parts_.clock.wall())) co_return key_destroyed();
    co_return co_await open(std::move(id), "password");
}

asio::awaitable<base::Result<void>> WebhookCertificates::retire(std::string id)
{
    if (!find(id)) co_return not_found();
    const auto change = certs::retire(records(), id, parts_.clock.wall());
    if (!change)
        co_return Error{Errc::conflict, "certificate.state",
                        "This certificate cannot be retired: it is over, or no other one would be active.",
                        change.error().detail()};
    take_over({*change});
    co_await save();
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> WebhookCertificates::revoke(std::string id)
{
    if (!find(id)) co_return not_found();
    const auto change = certs::revoke(records(), id);
    if (!change)
        co_return Error{Errc::conflict, "certificate.state", "This certificate is over already.",
                        change.error().detail()};
    take_over({*change});
    co_await save();
    co_return base::Result<void>{};
}

asio::awaitable<base::Result<void>> WebhookCertificates::roll_back()
{
    const auto changes = certs::roll_back(records());
    if (!changes)
        co_return Error{Errc::conflict, "certificate.nothing_to_roll_back",
                        "There is no rotation to take back: nothing is pending, or nothing else is accepted.",
                        changes.error().detail()};
    take_over(*changes);
    co_await save();
    co_return base::Result<void>{};
}

} // namespace mizo::custody
