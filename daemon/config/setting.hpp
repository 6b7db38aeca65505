#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace mizo::config {

// Every setting of the product, in the order of the reference.
enum class Key : std::uint8_t {
    admin_listen,
    admin_tls,
    admin_tls_file,
    webhook_listen,
    webhook_public_url,
    webhook_tls,
    webhook_tls_file,
    webhook_tls_password,
    webhook_proxies,
    webhook_auth,
    webhook_signature_header,
    webhook_hash,
    webhook_padding,
    webhook_encoding,
    webhook_prefix,
    webhook_bytes,
    webhook_hmac_secret,
    webhook_basic_user,
    webhook_basic_password,
    webhook_max_body,
    webhook_max_age,
    halo_url,
    halo_client_id,
    halo_client_secret,
    halo_tab_secret,
    halo_scopes,
    halo_proxy,
    halo_ca_file,
    tab_query,
    ui_language,
    scope_ticket_types,
    scope_assignable_types,
    automation_triage,
    automation_dispatch,
    automation_resolve,
    automation_request_info,
    link_url,
    link_proxy,
    link_proxy_user,
    link_proxy_password,
    link_ca_file,
    agent_enabled,
    agent_allow,
    agent_commands,
    poll_enabled,
    poll_interval,
    alerts_webhook_url,
    alerts_webhook_format,
    alerts_halo_ticket,
    alerts_ticket_type,
    alerts_queue,
    alerts_silence_factor,
    store_retention_days,
    store_body_days,
    store_max_bytes,
    rotation_valid_days,
    rotation_renew_at,
    rotation_overlap_days,
    log_level,
};

// The kind of a value, as the admin API names it. A list is one of texts; a secret is a text that is
// written and never read back.
enum class Type : std::uint8_t { string, integer, number, boolean, choice, list };

// What a text, or each text of a list, has to look like.
enum class Form : std::uint8_t {
    any,            // printable characters
    listen_address, // 127.0.0.1:8470
    base_url,       // https, or http to a loopback address
    link_url,       // also wss, and ws to a loopback address
    public_url,     // http or https: what HaloPSA sees may end in a proxy
    hook_url,       // as base_url, with a query where there is one: a channel's key often stands in it
    proxy,          // http://host:port, or "none"
    header_name,    // a token of RFC 9110
    ip_address,
    id,   // a positive number of HaloPSA's
    word, // without blanks or commas
};

enum class Unit : std::uint8_t { none, bytes, seconds, days, ratio };

// One setting. All that is known of it stands in one row: parsing, the admin API, the command line and
// docs/configuration.md come from it.
struct Setting {
    Key key{};
    std::string_view name; // "webhook.listen"
    Type type{};
    std::string_view fallback; // the default, as text; empty: unset
    std::string_view sentence;
    Form form = Form::any;
    Unit unit = Unit::none;
    double min = 0; // of a number; the longest text has `max` characters
    double max = 1000;
    std::string_view choices = {}; // separated by blanks
    bool secret = false;
    bool restart = false;   // takes effect at the next start
    bool file_only = false; // needed before the database opens, or able to lock the admin out

    std::string_view group() const { return name.substr(0, name.find('.')); }
};

std::span<const Setting> all_settings();
const Setting& setting_of(Key key);
const Setting* find_setting(std::string_view name);

} // namespace mizo::config
