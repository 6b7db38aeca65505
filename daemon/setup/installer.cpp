#include "daemon/setup/installer.hpp"

#include "certs/encoding.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

namespace {

using custody::WebhookCertificate;

constexpr std::string_view file_name = "mizo-webhook.pfx";
constexpr std::int64_t signed_with_certificate = 2; // authentication_type

InstallStep done(std::string_view step, std::string_view code, json::object args = {})
{
    return {std::string{step}, true, {std::string{code}, std::move(args)}};
}

InstallStep failed(std::string_view step, std::string_view code, json::object args = {})
{
    return {std::string{step}, false, {std::string{code}, std::move(args)}};
}

bool has_name(const Facts& facts, std::string_view name)
{
    const auto& all = facts.certificates.value;
    return std::any_of(all.begin(), all.end(),
                       [&](const HaloCertificate& each) { return same_name(each.name, name); });
}

// "Mizo" as the guide says; beside one of that name, which may be in use, one that tells them apart.
std::string name_for(const Facts& facts, const std::string& thumbprint)
{
    return has_name(facts, "Mizo") ? "Mizo " + thumbprint.substr(0, 8) : "Mizo";
}

// A row of that name without a certificate in it: what an upload leaves that was not understood.
const HaloCertificate* empty_row(const Facts& facts, std::string_view name)
{
    for (const HaloCertificate& each : facts.certificates.value)
        if (each.thumbprint.empty() && same_name(each.name, name)) return &each;
    return nullptr;
}

bool by_hand(std::vector<InstallStep>& steps)
{
    steps.push_back(failed("upload", "install_by_hand"));
    return false;
}

} // namespace

std::string_view name_of(InstallState state)
{
    static constexpr std::array<std::string_view, 4> names{"waiting", "active", "by_hand", "rolled_back"};
    return names.at(static_cast<std::size_t>(state));
}

const HaloCertificate* certificate_with(const Facts& facts, std::string_view thumbprint)
{
    for (const HaloCertificate& each : facts.certificates.value)
        if (!thumbprint.empty() && each.thumbprint == thumbprint) return &each;
    return nullptr;
}

asio::awaitable<base::Result<Installed>> Installer::install(std::string id, Facts& facts,
                                                            std::optional<Switched>& switched)
{
    const WebhookCertificate* certificate = parts_.certificates.find(id);
    if (!certificate)
        co_return base::Error{base::Errc::not_found, "certificate.not_found",
                              "There is no certificate with this id."};
    // Another may be made while HaloPSA is asked, and what points to this one leads elsewhere then.
    const std::string thumbprint = certificate->thumbprint;
    Installed installed;
    for (const Area area : needed_for(Area::webhook)) co_await parts_.collector.read(area, facts);
    if (!facts.certificates.ok() || !facts.webhook.ok()) {
        const std::string& reason =
            facts.certificates.ok() ? facts.webhook.reason : facts.certificates.reason;
        installed.steps.push_back(failed("look", "check_no_rights", {{"reason", reason}}));
        by_hand(installed.steps);
        co_return installed;
    }
    installed.steps.push_back(done("look", "install_looked"));
    const bool there_before = certificate_with(facts, thumbprint) != nullptr;
    const auto there = co_await upload(id, thumbprint, facts, installed.steps);
    if (!there) co_return there.error();
    if (!*there) co_return installed;

    installed.state = InstallState::waiting;
    if (!facts.webhook.value) {
        installed.steps.push_back(done("webhook", "install_webhook_none"));
        co_return installed;
    }
    const HaloCertificate in_halo = *certificate_with(facts, thumbprint);
    const Webhook before = *facts.webhook.value;
    if (id_text(before.certificate_id) != id_text(in_halo.id)) {
        const json::value brought = there_before ? json::value(nullptr) : in_halo.id;
        switched = Switched{id, before.id, before.certificate_id, parts_.clock.wall(), brought};
        co_await parts_.keep_switched();
    }
    const bool pointed = co_await point_webhook(in_halo, facts, installed.steps);
    if (pointed) {
        const WebhookCertificate* now = parts_.certificates.find(id);
        const bool active = now && now->record.state == certs::CertificateState::active;
        installed.state = active ? InstallState::active : InstallState::waiting;
        installed.steps.push_back(active ? done("first_delivery", "install_active")
                                         : done("first_delivery", "install_waiting"));
    } else if (switched) {
        InstallStep back = co_await roll_back(*switched, "HaloPSA does not show the new certificate", facts);
        installed.state = back.ok ? InstallState::rolled_back : InstallState::by_hand;
        // HaloPSA may sign with the new one: its webhooks are watched until that is known.
        if (back.ok) switched.reset();
        installed.steps.push_back(std::move(back));
    } else {
        installed.state = InstallState::by_hand;
    }
    co_return installed;
}

// Whether HaloPSA has it now.
asio::awaitable<base::Result<bool>> Installer::upload(std::string id, std::string thumbprint, Facts& facts,
                                                      std::vector<InstallStep>& steps)
{
    if (const HaloCertificate* there = certificate_with(facts, thumbprint)) {
        steps.push_back(done("upload", "install_there_already", {{"name", there->name}}));
        co_return true;
    }
    auto pfx = co_await material(std::move(id));
    if (!pfx) co_return pfx.error();
    (*pfx)["name"] = name_for(facts, thumbprint);
    co_return co_await hand_over(std::move(*pfx), thumbprint, facts, steps);
}

// What is sent of it. From here on it counts as handed out, so its signatures are accepted.
asio::awaitable<base::Result<json::object>> Installer::material(std::string id)
{
    const auto password = co_await parts_.certificates.password(id);
    if (!password) co_return password.error();
    const auto pfx = co_await parts_.certificates.pfx(id);
    if (!pfx) co_return pfx.error();
    json::object out;
    out["attachment_name"] = file_name;
    out["new_password"] = *password;
    out["data_base64"] = certs::base64(*pfx);
    co_return out;
}

// How the bytes of a PFX travel is told nowhere: first within the certificate itself, then as an attachment
// of its own, as HaloPSA's other files do.
asio::awaitable<bool> Installer::hand_over(json::object material, std::string thumbprint, Facts& facts,
                                           std::vector<InstallStep>& steps)
{
    const std::string name{material.at("name").as_string()};
    std::string attachment;
    for (const std::string_view way : {"data_base64", "attachment_id"}) {
        json::object body = material;
        if (way == "attachment_id") {
            json::object file{{"filename", file_name}, {"data_base64", material.at("data_base64")}};
            const auto attached = co_await parts_.mender.post("/Attachment", std::move(file));
            if (!attached || !attached->contains("id")) break;
            body.erase("data_base64");
            body["attachment_id"] = attached->at("id");
            attachment = "/Attachment/" + id_text(attached->at("id"));
        }
        // A row that the first way left is filled, not doubled.
        if (const HaloCertificate* row = empty_row(facts, name)) body["id"] = row->id;
        const auto posted = co_await parts_.mender.post("/Certificate", std::move(body));
        if (posted)
            steps.push_back(done("upload", "install_handed_over", {{"way", way}}));
        else
            steps.push_back(failed("upload", "install_not_taken", {{"reason", posted.error().text()}}));
        co_await parts_.collector.read(Area::certificates, facts);
        if (certificate_with(facts, thumbprint)) {
            steps.push_back(done("read_back", "install_read_back", {{"name", name}}));
            co_return true;
        }
        if (posted) steps.push_back(failed("read_back", "install_not_shown"));
        // Another try would make a second one, unless it is known that this one came to nothing.
        const bool refused = !posted && posted.error().code() == "halo_refused";
        if (!facts.certificates.ok() || (!posted && !refused)) co_return by_hand(steps);
    }
    if (const HaloCertificate* row = empty_row(facts, name)) {
        const std::string path = "/Certificate/" + id_text(row->id);
        co_await parts_.mender.remove(path);
    }
    // A file with a key in it must not lie about.
    if (!attachment.empty()) co_await parts_.mender.remove(std::move(attachment));
    co_return by_hand(steps);
}

asio::awaitable<bool> Installer::point_webhook(const HaloCertificate& at, Facts& facts,
                                               std::vector<InstallStep>& steps)
{
    const json::value wanted = at.id;
    const auto signs_with_it = [&] {
        return facts.webhook.ok() && facts.webhook.value &&
               id_text(facts.webhook.value->certificate_id) == id_text(wanted);
    };
    if (signs_with_it()) {
        steps.push_back(done("webhook", "install_webhook_set"));
        co_return true;
    }
    json::object body{{"id", facts.webhook.value->id},
                      {"authentication_type", signed_with_certificate},
                      {"certificate_id", wanted}};
    const auto posted = co_await parts_.mender.post("/Webhook", std::move(body));
    co_await parts_.collector.read(Area::webhook, facts);
    if (signs_with_it()) {
        steps.push_back(done("webhook", "install_webhook_set"));
        co_return true;
    }
    const std::string reason = posted ? "it shows the former one" : posted.error().text();
    steps.push_back(failed("webhook", "install_webhook_not_set", {{"reason", reason}}));
    co_return false;
}

asio::awaitable<InstallStep> Installer::roll_back(const Switched& switched, std::string reason, Facts& facts)
{
    json::object args{{"reason", reason}};
    json::object body{{"id", switched.webhook}, {"certificate_id", switched.former}};
    co_await parts_.mender.post("/Webhook", std::move(body));
    co_await parts_.collector.read(Area::webhook, facts);
    const bool back = facts.webhook.ok() && facts.webhook.value &&
                      id_text(facts.webhook.value->certificate_id) == id_text(switched.former);
    // While HaloPSA may still sign with the new one it stays accepted: nothing is refused by our own doing.
    if (!back) co_return failed("roll_back", "install_roll_back_failed", std::move(args));
    co_await parts_.certificates.roll_back();
    // A certificate that is accepted nowhere would only be mistaken for one.
    if (!switched.brought.is_null()) {
        std::string path = "/Certificate/" + id_text(switched.brought);
        co_await parts_.mender.remove(std::move(path));
    }
    co_return done("roll_back", "install_rolled_back", std::move(args));
}

} // namespace mizo::setup
