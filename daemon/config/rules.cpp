#include "daemon/config/settings.hpp"

namespace mizo::config {

namespace {

void require(const Settings& settings, Key wanted, Key because, Problems& problems)
{
    if (settings.is_set(wanted)) return;
    problems.push_back(make_problem(setting_of(wanted).name, "value_required",
                                    {{"key", setting_of(because).name}, {"value", settings.text(because)}}));
}

void check_listeners(const Settings& settings, Problems& problems)
{
    const bool admin_is_local = settings.listen_address(Key::admin_listen).loopback;
    if (!admin_is_local && settings.is(Key::admin_tls, "off"))
        problems.push_back(make_problem(setting_of(Key::admin_listen).name, "value_needs_tls"));
    if (settings.is(Key::admin_tls, "file")) require(settings, Key::admin_tls_file, Key::admin_tls, problems);

    const bool webhook_is_local = settings.listen_address(Key::webhook_listen).loopback;
    if (settings.is(Key::webhook_tls, "off") && !webhook_is_local && !settings.is_set(Key::webhook_proxies))
        problems.push_back(make_problem(setting_of(Key::webhook_tls).name, "value_needs_tls"));
    if (settings.is(Key::webhook_tls, "file"))
        require(settings, Key::webhook_tls_file, Key::webhook_tls, problems);
}

void check_authentication(const Settings& settings, Problems& problems)
{
    if (settings.is(Key::webhook_auth, "hmac"))
        require(settings, Key::webhook_hmac_secret, Key::webhook_auth, problems);
    if (settings.is(Key::webhook_auth, "basic")) {
        require(settings, Key::webhook_basic_user, Key::webhook_auth, problems);
        require(settings, Key::webhook_basic_password, Key::webhook_auth, problems);
    }
}

} // namespace

Problems check_rules(const Settings& settings)
{
    Problems problems;
    check_listeners(settings, problems);
    check_authentication(settings, problems);

    const auto kept_days = settings.integer(Key::store_retention_days);
    if (settings.integer(Key::store_body_days) > kept_days)
        problems.push_back(make_problem(setting_of(Key::store_body_days).name, "value_range",
                                        {{"min", 1}, {"max", kept_days}}));
    return problems;
}

} // namespace mizo::config
