#include "daemon/app/rules.hpp"

#include "daemon/config/address.hpp"

#include <algorithm>

namespace mizo::app {

using config::Key;

namespace {

void add(std::vector<std::string>& to, const std::string& name)
{
    if (!name.empty() && std::find(to.begin(), to.end(), name) == to.end()) to.push_back(name);
}

} // namespace

certs::RotationRules rotation_rules(const config::Settings& settings)
{
    certs::RotationRules rules;
    rules.renew_at = settings.number(Key::rotation_renew_at);
    rules.overlap = settings.duration(Key::rotation_overlap_days);
    return rules;
}

store::RetentionRules retention_rules(const config::Settings& settings)
{
    store::RetentionRules rules;
    rules.retention_days = settings.integer(Key::store_retention_days);
    rules.body_days = settings.integer(Key::store_body_days);
    rules.max_bytes = settings.integer(Key::store_max_bytes);
    return rules;
}

relay::LinkSettings link_settings(const config::Settings& settings)
{
    relay::LinkSettings link;
    link.proxy = settings.text(Key::link_proxy);
    link.proxy_user = settings.text(Key::link_proxy_user);
    link.proxy_password = base::Secret{std::string{settings.secret(Key::link_proxy_password)}};
    link.ca_file = settings.text(Key::link_ca_file);
    return link;
}

relay::ChosenSettings chosen_settings(const config::Settings& settings)
{
    relay::ChosenSettings chosen;
    chosen.ticket_types = settings.ids(Key::scope_ticket_types);
    chosen.assignable_types = settings.ids(Key::scope_assignable_types);
    chosen.triage = settings.flag(Key::automation_triage);
    chosen.dispatch = settings.flag(Key::automation_dispatch);
    chosen.resolve = settings.flag(Key::automation_resolve);
    chosen.request_info = settings.flag(Key::automation_request_info);
    chosen.poll = settings.text(Key::poll_enabled);
    return chosen;
}

base::Level log_level(const config::Settings& settings)
{
    return base::level_from(settings.text(Key::log_level)).value_or(base::Level::info);
}

certs::ListenerNames listener_names(const config::Settings& settings, const std::string& host_name)
{
    certs::ListenerNames names;
    const auto url = settings.url(Key::webhook_public_url);
    const std::string host = url ? url->host : host_name;
    add(config::parse_ip(host) ? names.addresses : names.dns, host);
    add(names.dns, host_name);
    add(names.dns, "localhost");
    add(names.addresses, "127.0.0.1");
    return names;
}

} // namespace mizo::app
