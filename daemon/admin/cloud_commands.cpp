#include "daemon/admin/cloud_commands.hpp"

#include "daemon/admin/audit.hpp"
#include "daemon/admin/diagnostics.hpp"
#include "daemon/admin/look_back.hpp"
#include "daemon/admin/settings.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::admin {

namespace {

using agent::Deed;
using agent::fault;

constexpr std::size_t diagnostics_bytes = 256 * 1024;
constexpr std::size_t types_max = 1'000;

store::AuditEntry deed_of_cloud(const Services& services, std::string action, json::object args = {})
{
    const admin::Deed deed{"cloud", std::move(action), std::move(args)};
    return audit_entry(deed, services.now(), services.parts.random);
}

json::value parsed(const std::string& text)
{
    boost::system::error_code failed;
    json::value value = json::parse(text, failed);
    return failed ? json::value{} : value;
}

// The newest lines of the log that there is room for, oldest first.
json::array newest_lines(std::string_view log, std::size_t room)
{
    json::array lines;
    while (!log.empty()) {
        if (log.ends_with('\n')) log.remove_suffix(1);
        const auto begin = log.rfind('\n') + 1; // 0 where there is none before
        const std::string_view line = log.substr(begin);
        // Quotes, and what has to be escaped.
        if (line.size() * 2 > room) break;
        room -= line.size() * 2;
        lines.emplace_back(line);
        log.remove_suffix(line.size());
    }
    std::reverse(lines.begin(), lines.end());
    return lines;
}

json::object summary_of(const DiagnosticFiles& files)
{
    json::object summary{{"files", listing_json(files)}};
    std::string log;
    for (const DiagnosticFile& file : files) {
        if (file.name == "log.txt") log = file.bytes;
        for (const std::string_view wanted : {"status", "settings", "certificates"})
            if (file.name == std::string{wanted} + ".json") summary[wanted] = parsed(file.bytes);
    }
    const std::size_t used = json::serialize(summary).size();
    if (used > diagnostics_bytes) return {{"files", listing_json(files)}};
    summary["log"] = newest_lines(log, diagnostics_bytes - used);
    return summary;
}

asio::awaitable<Deed> collect(Services& services)
{
    const DiagnosticFiles files = co_await collect_diagnostics(services);
    auto entry = deed_of_cloud(services, "diagnostics_made");
    co_await services.audit(std::move(entry));
    co_return Deed{"The diagnostics of this relay, without secrets and without tickets", summary_of(files)};
}

bool one_waits(const Services& services)
{
    const auto& all = services.parts.certificates.all();
    return std::any_of(all.begin(), all.end(), [](const custody::WebhookCertificate& each) {
        return each.record.state == certs::CertificateState::pending;
    });
}

// The alert that a certificate waits to be loaded follows from its being there.
asio::awaitable<Deed> offer_rotation(Services& services)
{
    if (one_waits(services)) co_return Deed{fault("agent_rotation_waits")};
    custody::CertificateOrder order;
    order.valid_days =
        static_cast<int>(services.parts.settings.current()->integer(config::Key::rotation_valid_days));
    const auto made = co_await services.parts.certificates.make(order);
    if (!made) {
        const std::string why = made.error().text();
        co_return Deed{fault("agent_command_failed", {{"name", "offer_rotation"}, {"why", why}})};
    }
    const custody::WebhookCertificate& certificate = *services.parts.certificates.find(*made);
    const json::object args{{"id", *made}, {"thumbprint", certificate.thumbprint}};
    json::object result = args;
    const auto not_after =
        std::chrono::floor<std::chrono::milliseconds>(certificate.record.validity.not_after);
    result["not_after"] = to_json(not_after);
    auto entry = deed_of_cloud(services, "certificate_made", args);
    co_await services.audit(std::move(entry));
    co_return Deed{"A certificate was made; the admin is asked to load it into HaloPSA", std::move(result)};
}

Deed wrong(std::string why)
{
    return Deed{fault("agent_command_args", {{"why", std::move(why)}})};
}

// Empty: there is nothing wrong with it.
std::string problem_with_types(const json::value* types)
{
    if (types == nullptr) return "ticket_types is missing";
    if (types->is_null()) return {};
    const auto* list = types->if_array();
    if (list == nullptr || list->empty() || list->size() > types_max)
        return "ticket_types is neither null nor a list of 1 to 1000 ids";
    const bool ids = std::all_of(list->begin(), list->end(),
                                 [](const json::value& id) { return id.is_int64() && id.get_int64() > 0; });
    return ids ? std::string{} : "ticket_types holds something else than ids";
}

asio::awaitable<Deed> set_scope(Services& services, json::object args)
{
    constexpr const char* key = "scope.ticket_types";
    const json::value* types = args.if_contains("ticket_types");
    std::string why = problem_with_types(types);
    if (why.empty() && args.size() > 1) why = "there is more than ticket_types";
    if (!why.empty()) co_return wrong(std::move(why));
    if (services.parts.settings.current()->locked(config::Key::scope_ticket_types))
        co_return Deed{fault("agent_scope_locked", {{"key", key}})};
    json::object patch{{key, *types}};
    auto entry = deed_of_cloud(services, "settings_changed");
    const auto refusal = co_await change_settings(services, std::move(patch), std::move(entry));
    if (refusal) co_return wrong("the settings do not take them");
    co_return Deed{"The ticket types in scope are changed", std::move(args)};
}

asio::awaitable<Deed> look_for_missed(Services& services, json::object args)
{
    std::optional<base::WallTime> from;
    if (const json::value* given = args.if_contains("from")) {
        const json::string* text = given->if_string();
        if (text != nullptr) from = look_back_from(*text, services.now());
        if (!from) co_return wrong("from is no time of the last 30 days");
    }
    if (args.size() > (from ? 1U : 0U)) co_return wrong("there is more than from");
    const auto asked = services.parts.reconcile.ask(reconcile::Reason::command, from);
    if (!asked) {
        const std::string why = asked.error().text();
        co_return Deed{fault("agent_command_failed", {{"name", "reconcile"}, {"why", why}})};
    }
    auto entry = deed_of_cloud(services, "reconcile_started", args);
    co_await services.audit(std::move(entry));
    co_return Deed{"What was missed is being looked for", json::object{}};
}

} // namespace

agent::CommandActions cloud_commands(Services& services)
{
    agent::CommandActions actions;
    actions.reconcile = [&services](json::object args) { return look_for_missed(services, std::move(args)); };
    actions.collect_diagnostics = [&services](json::object) { return collect(services); };
    actions.offer_rotation = [&services](json::object) { return offer_rotation(services); };
    actions.set_scope = [&services](json::object args) { return set_scope(services, std::move(args)); };
    return actions;
}

} // namespace mizo::admin
