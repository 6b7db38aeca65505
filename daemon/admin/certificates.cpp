#include "daemon/admin/certificates.hpp"

#include "daemon/admin/resources.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mizo::admin {

namespace {

using certs::CertificateState;

base::WallTime wall(certs::Time time)
{
    return std::chrono::floor<std::chrono::milliseconds>(time);
}

std::optional<base::WallTime> wall(const std::optional<certs::Time>& time)
{
    if (!time) return {};
    return wall(*time);
}

bool is_due(const Services& services, const certs::CertificateRecord& record)
{
    const auto& rules = services.parts.certificates.rules();
    return record.state == CertificateState::active && wall(certs::due_at(record, rules)) <= services.now();
}

CertificateFacts facts_of(const Services& services, const custody::WebhookCertificate& certificate)
{
    const certs::CertificateRecord& record = certificate.record;
    CertificateFacts facts;
    facts.id = record.id;
    facts.thumbprint = certificate.thumbprint;
    facts.state = to_string(record.state);
    facts.not_after = wall(record.validity.not_after);
    facts.last_used = wall(record.last_used);
    facts.accepted = record.is_accepted();
    facts.due = is_due(services, record);
    return facts;
}

json::object rotation_json(const Services& services)
{
    const auto& certificates = services.parts.certificates;
    const certs::RotationNeed need = certificates.due();
    const certs::CertificateRecord* active = nullptr;
    for (const auto& each : certificates.all())
        if (active == nullptr && each.record.state == CertificateState::active) active = &each.record;
    json::object out{{"due", need == certs::RotationNeed::make_certificate}};
    out["due_at"] = out["alert"] = nullptr;
    if (active != nullptr) out["due_at"] = to_json(wall(certs::due_at(*active, certificates.rules())));
    if (need == certs::RotationNeed::install_certificate)
        out["alert"] = to_json(message("certificate_pending"));
    if (need == certs::RotationNeed::make_certificate && active != nullptr)
        out["alert"] =
            to_json(message("certificate_due", {{"not_after", to_json(wall(active->validity.not_after))}}));
    return out;
}

// An order as asked for, every part within its bounds.
std::optional<custody::CertificateOrder> order_of(const Services& services, const json::object& body)
{
    custody::CertificateOrder order;
    order.valid_days =
        static_cast<int>(services.parts.settings.current()->integer(config::Key::rotation_valid_days));
    const auto profile = text_member(body, "profile", 20);
    const auto bits = integer_member(body, "key_bits");
    const auto days = integer_member(body, "valid_days");
    if (!profile || !bits || !days) return {};
    if (*profile) {
        const auto known = certs::pfx_profile_from(**profile);
        if (!known) return {};
        order.profile = *known;
    }
    const std::int64_t key_bits = bits->value_or(order.key_bits);
    const std::int64_t valid_days = days->value_or(order.valid_days);
    const bool size_known = key_bits == 2048 || key_bits == 3072 || key_bits == 4096;
    if (!size_known || valid_days < 1 || valid_days > 3650) return {};
    order.key_bits = static_cast<int>(key_bits);
    order.valid_days = static_cast<int>(valid_days);
    return order;
}

bool others_are_accepted(const Services& services, const std::string& id)
{
    const auto& all = services.parts.certificates.all();
    return std::any_of(all.begin(), all.end(), [&](const custody::WebhookCertificate& each) {
        return each.record.id != id && each.record.is_accepted();
    });
}

web::Response state_problem(const custody::WebhookCertificate& certificate)
{
    ProblemMore more;
    more.args["state"] = to_string(certificate.record.state);
    return problem("certificate_state", std::move(more));
}

Checked<bool> read_confirm(const Call& call)
{
    static constexpr std::array<std::string_view, 1> members{"confirm"};
    const auto body = read_object(call, members);
    if (!body) return body.error();
    const auto confirm = bool_member(*body, "confirm");
    if (!confirm) return confirm.error();
    return confirm->value_or(false);
}

json::object thumbprint_args(const custody::WebhookCertificate& certificate)
{
    return {{"id", certificate.record.id}, {"thumbprint", certificate.thumbprint}};
}

web::Response handed_out(const base::Error& error)
{
    return problem_of(error, error.kind() == base::Errc::gone ? "key_destroyed" : "internal");
}

} // namespace

json::object certificate_json(const Services& services, const custody::WebhookCertificate& certificate)
{
    const certs::CertificateRecord& record = certificate.record;
    const certs::RotationRules& rules = services.parts.certificates.rules();
    const bool available = !record.key_destroyed && certs::may_leave(record, rules, services.now());
    const bool retiring = record.state == CertificateState::retiring && record.retiring_since;
    json::object out{{"id", record.id},
                     {"thumbprint", certificate.thumbprint},
                     {"sha256", certificate.sha256},
                     {"subject", certificate.subject},
                     {"state", to_string(record.state)},
                     {"accepted", record.is_accepted()},
                     {"profile", to_string(certificate.profile)},
                     {"key_bits", certificate.key_bits},
                     {"not_before", to_json(wall(record.validity.not_before))},
                     {"not_after", to_json(wall(record.validity.not_after))},
                     {"created_at", to_json(wall(record.made))},
                     {"pfx_available", available},
                     {"downloaded_at", to_json(wall(record.left))},
                     {"first_used", to_json(wall(record.first_used))},
                     {"last_used", to_json(wall(record.last_used))},
                     {"signatures", record.signatures_seen},
                     {"due_at", to_json(wall(certs::due_at(record, rules)))},
                     {"due", is_due(services, record)},
                     {"pem", certificate.pem}};
    out["pfx_until"] = out["retires_at"] = nullptr;
    if (available) out["pfx_until"] = to_json(wall(record.made + rules.key_kept));
    if (retiring) out["retires_at"] = to_json(wall(*record.retiring_since + rules.overlap));
    return out;
}

json::value certificate_summary_json(const CertificateFacts& facts)
{
    return {{"id", facts.id},
            {"thumbprint", facts.thumbprint},
            {"state", facts.state},
            {"not_after", to_json(facts.not_after)},
            {"last_used", to_json(facts.last_used)},
            {"due", facts.due}};
}

std::vector<CertificateFacts> certificate_facts(const Services& services)
{
    std::vector<CertificateFacts> out;
    for (const auto& certificate : services.parts.certificates.all()) {
        const CertificateState state = certificate.record.state;
        if (state != CertificateState::retired && state != CertificateState::revoked)
            out.push_back(facts_of(services, certificate));
    }
    return out;
}

// Few enough to stand in memory: the cursor is a place in the list.
Answer get_certificates(Services& services, Call call)
{
    const auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    std::size_t from = 0;
    const auto& all = services.parts.certificates.all();
    if (page->cursor) {
        const char* end = page->cursor->data() + page->cursor->size();
        const auto [stop, failure] = std::from_chars(page->cursor->data(), end, from);
        if (failure != std::errc{} || stop != end || from > all.size()) co_return problem("cursor_invalid");
    }
    const std::size_t to = std::min(all.size(), from + static_cast<std::size_t>(page->limit));
    json::array items;
    for (std::size_t i = from; i < to; ++i) items.emplace_back(certificate_json(services, all[i]));
    json::object body{{"items", std::move(items)}, {"rotation", rotation_json(services)}};
    body["next_cursor"] = text_or_null(to < all.size() ? std::to_string(to) : "");
    co_return json_answer(200, body);
}

Answer post_certificate(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 3> members{"profile", "key_bits", "valid_days"};
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    auto order = order_of(services, *body);
    if (!order) co_return problem("certificate_invalid");
    auto made = co_await services.parts.certificates.make(*order);
    if (!made) co_return problem_of(made.error(), "internal");
    const auto* certificate = services.parts.certificates.find(*made);
    if (certificate == nullptr) co_return problem("internal");
    const json::object answer = certificate_json(services, *certificate);
    auto entry = services.deed(call, "certificate_made", thumbprint_args(*certificate));
    co_await services.audit(std::move(entry));
    co_return json_answer(201, answer);
}

Answer get_certificate(Services& services, Call call)
{
    const auto* certificate = services.parts.certificates.find(call.parameters.at(0));
    if (certificate == nullptr) co_return problem("not_found");
    co_return json_answer(200, certificate_json(services, *certificate));
}

Answer get_pfx(Services& services, Call call)
{
    const auto* certificate = services.parts.certificates.find(call.parameters.at(0));
    if (certificate == nullptr) co_return problem("not_found");
    auto entry = services.deed(call, "pfx_downloaded", thumbprint_args(*certificate));
    auto pfx = co_await services.parts.certificates.pfx(call.parameters.at(0));
    if (!pfx) co_return handed_out(pfx.error());
    co_await services.audit(std::move(entry));
    web::Response response;
    response.headers.add("Content-Type", "application/x-pkcs12");
    response.headers.add("Content-Disposition", "attachment; filename=\"mizo-webhook.pfx\"");
    response.body = std::move(*pfx);
    co_return response;
}

Answer get_pfx_password(Services& services, Call call)
{
    const auto* certificate = services.parts.certificates.find(call.parameters.at(0));
    if (certificate == nullptr) co_return problem("not_found");
    auto entry = services.deed(call, "password_shown", thumbprint_args(*certificate));
    auto password = co_await services.parts.certificates.password(call.parameters.at(0));
    if (!password) co_return handed_out(password.error());
    co_await services.audit(std::move(entry));
    co_return json_answer(200, json::object{{"password", *password}});
}

// An active one may only retire where another is active: HaloPSA would be left without one.
Answer retire_certificate(Services& services, Call call)
{
    const auto confirm = read_confirm(call);
    if (!confirm) co_return problem(confirm.error());
    const std::string id = call.parameters.at(0);
    const auto* certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    const CertificateState state = certificate->record.state;
    auto entry = services.deed(call, "certificate_retired", thumbprint_args(*certificate));
    if (state != CertificateState::active && state != CertificateState::retiring)
        co_return state_problem(*certificate);
    auto retired = co_await services.parts.certificates.retire(id);
    if (!retired) co_return problem_of(retired.error(), "last_certificate");
    co_await services.audit(std::move(entry));
    certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    co_return json_answer(200, certificate_json(services, *certificate));
}

Answer revoke_certificate(Services& services, Call call)
{
    const auto confirm = read_confirm(call);
    if (!confirm) co_return problem(confirm.error());
    const std::string id = call.parameters.at(0);
    const auto* certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    const CertificateState state = certificate->record.state;
    if (state == CertificateState::retired || state == CertificateState::revoked)
        co_return state_problem(*certificate);
    const bool last = certificate->record.is_accepted() && !others_are_accepted(services, id);
    if (last && !*confirm) co_return problem("last_certificate");
    auto entry = services.deed(call, "certificate_revoked", thumbprint_args(*certificate));
    auto revoked = co_await services.parts.certificates.revoke(id);
    if (!revoked) co_return problem_of(revoked.error(), "certificate_state");
    co_await services.audit(std::move(entry));
    certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    co_return json_answer(200, certificate_json(services, *certificate));
}

} // namespace mizo::admin
