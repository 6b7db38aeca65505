// How the guide changes the certificate in HaloPSA, and takes it back.
#include "daemon/base/time_text.hpp"
#include "daemon/halo/fields.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/setup/busy.hpp"
#include "daemon/setup/guide.hpp"
#include "daemon/setup/judge.hpp"
#include "daemon/setup/switched.hpp"
#include "daemon/store/delivery_log.hpp"
#include "daemon/store/settings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::setup {

namespace {

using certs::CertificateState;

// One may be of before the change, still on its way.
constexpr std::size_t refused_bad = 2;
constexpr std::chrono::seconds watched_in_halo_every{15};
constexpr std::chrono::hours tried_again_after{24};

} // namespace

std::string to_text(const Switched& switched)
{
    return json::serialize(json::object{{"certificate", switched.certificate},
                                        {"webhook", switched.webhook},
                                        {"former", switched.former},
                                        {"at", base::rfc3339(switched.at)},
                                        {"brought", switched.brought}});
}

std::optional<Switched> switched_from(std::string_view text)
{
    boost::system::error_code error;
    const json::value parsed = json::parse(text, error);
    if (error || !parsed.is_object()) return {};
    const json::object& object = parsed.get_object();
    const halo::Fields fields{object};
    Switched switched;
    switched.certificate = fields.text("certificate", 100);
    const auto at = fields.time("at");
    if (!at || !fields.has("webhook") || !fields.has("former")) return {};
    switched.at = *at;
    switched.webhook = object.at("webhook");
    switched.former = object.at("former");
    if (const json::value* brought = object.if_contains("brought")) switched.brought = *brought;
    return switched;
}

asio::awaitable<base::Result<Installed>> Guide::install(std::string id)
{
    if (running_ || mending_)
        co_return base::Error{base::Errc::conflict, "checks_running",
                              "The checks are being run, or something is being mended."};
    const Busy busy{mending_};
    co_await begin_mending();
    auto installed = co_await installer_.install(std::move(id), facts_, switched_);
    co_await keep_switched();
    if (installed && installed->state == InstallState::rolled_back) co_await parts_.certificates.tick();
    co_await own_facts();
    co_await end_mending();
    wake_.ring();
    co_return installed;
}

// On disk before anything relies on it: a start in between goes on watching.
asio::awaitable<void> Guide::keep_switched()
{
    const std::string text = switched_ ? to_text(*switched_) : "";
    auto work = [text](store::Database& db) {
        if (text.empty())
            store::clear_meta(db, switched_key);
        else
            store::set_meta(db, switched_key, text);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
}

// Webhooks refused here, or answered otherwise than with 200 by HaloPSA's own log, since then.
asio::awaitable<std::size_t> Guide::refused_since(base::WallTime at)
{
    auto work = [at](store::Database& db) {
        store::DeliveryFilter filter;
        filter.outcomes = {store::Outcome::rejected};
        filter.after = at;
        store::PageRequest page;
        page.limit = static_cast<std::int64_t>(refused_bad);
        const auto found = store::list_deliveries(db, filter, page);
        return found ? found->items.size() : 0;
    };
    const std::size_t here = co_await net::on_readers(parts_.readers, std::move(work));
    const base::SteadyTime now = parts_.clock.steady();
    if (here >= refused_bad || now - watched_ < watched_in_halo_every) co_return here;
    watched_ = now;
    collector_.set_deadline(now + std::chrono::seconds{10});
    co_await collector_.read(Area::deliveries, facts_);
    const auto& newest = facts_.deliveries.value.newest;
    const auto bad = std::count_if(newest.begin(), newest.end(), [&](const Delivery& each) {
        return each.at && *each.at > at && each.answered && *each.answered != 200;
    });
    co_return std::max(here, static_cast<std::size_t>(bad));
}

asio::awaitable<void> Guide::end_watching()
{
    switched_.reset();
    co_await keep_switched();
}

// The change never came about, or somebody has taken it back.
bool Guide::signs_with_former() const
{
    return facts_.webhook.ok() && facts_.webhook.value &&
           id_text(facts_.webhook.value->certificate_id) == id_text(switched_->former);
}

bool Guide::is_pending(const std::string& id) const
{
    const custody::WebhookCertificate* certificate = parts_.certificates.find(id);
    return certificate && certificate->record.state == CertificateState::pending;
}

asio::awaitable<void> Guide::watch_switch()
{
    if (!switched_) co_return;
    const custody::WebhookCertificate* certificate = parts_.certificates.find(switched_->certificate);
    if (!is_pending(switched_->certificate)) {
        if (certificate)
            logger_.info("the new certificate is in use", {{"thumbprint", certificate->thumbprint}});
        co_await end_watching();
        co_return;
    }
    if (signs_with_former()) {
        logger_.info("HaloPSA signs with the former certificate", {{"not", certificate->thumbprint}});
        co_await end_watching();
        co_return;
    }
    // With nothing to go back to, the admin is told by the checks and the alerts.
    if (id_text(switched_->former).empty() || id_text(switched_->former) == "0") co_return;
    const std::string thumbprint = certificate->thumbprint;
    const Switched back = *switched_;
    const std::size_t refused = co_await refused_since(back.at);
    // What was begun meanwhile comes first; this looks again soon.
    if (refused < refused_bad || mending_) co_return;
    if (!switched_ || switched_->at != back.at || !is_pending(back.certificate)) co_return;
    const Busy busy{mending_};
    const std::string reason = "the first webhooks after the change were refused";
    const InstallStep step = co_await installer_.roll_back(back, reason, facts_);
    if (!step.ok) {
        logger_.error("the rotation could not be taken back", {{"thumbprint", thumbprint}});
        watched_ = parts_.clock.steady();
        co_return;
    }
    logger_.warning("the rotation was taken back", {{"thumbprint", thumbprint}, {"why", reason}});
    co_await end_watching();
    json::object args{{"thumbprint", thumbprint}, {"reason", reason}};
    if (parts_.audit) co_await parts_.audit("rotation_rolled_back", std::move(args));
    co_await own_facts();
    co_await end_mending();
}

// Where HaloPSA lets us, a certificate that is due is followed by the next without anybody's doing; where it
// does not, the alert says what is left to do.
asio::awaitable<void> Guide::rotate_if_due()
{
    const base::SteadyTime now = parts_.clock.steady();
    if (rotated_ && now - *rotated_ < tried_again_after) co_return;
    const certs::RotationNeed need = parts_.certificates.due();
    if (need == certs::RotationNeed::none || switched_) co_return;
    const CertificateState active = CertificateState::active;
    const auto& all = parts_.certificates.all();
    const bool in_use =
        std::any_of(all.begin(), all.end(), [&](const auto& each) { return each.record.state == active; });
    const CheckState* signs = find("webhook.certificate");
    if (!in_use || !signs || signs->check.verdict != Verdict::right || !facts_.certificates.ok()) co_return;
    // One that was begun goes on, where its PFX can still be had; else the admin has it.
    const bool to_be_had = std::any_of(all.begin(), all.end(), [](const auto& each) {
        return each.record.state == CertificateState::pending && !each.record.key_destroyed;
    });
    if (need == certs::RotationNeed::install_certificate && !to_be_had) co_return;
    rotated_ = now;
    const Busy busy{mending_};
    co_await own_facts();
    collector_.set_deadline(now + std::chrono::seconds{60});
    const auto failed = co_await install_newest();
    if (failed) logger_.warning("the next certificate was not taken by HaloPSA", {{"why", failed->text()}});
    co_await own_facts();
    co_await end_mending();
}

} // namespace mizo::setup
