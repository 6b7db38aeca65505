#include "daemon/config/reference.hpp"

#include "daemon/config/setting.hpp"
#include "daemon/config/sources.hpp"
#include "daemon/config/value.hpp"

namespace mizo::config {

namespace {

constexpr std::string_view introduction =
    R"(# Settings

This page is made from the declarations in `daemon/config/setting.cpp`; a unit test keeps it current.

A value is looked for in this order, and the first that is found holds:

1. a flag: `mizo-relay run --log.level=debug`
2. the environment: `MIZO_RELAY_LOG_LEVEL=debug`
3. the file, `/etc/mizo-relay/mizo-relay.conf` or that of `--config`: `log.level = debug`
4. the database, where the admin page and `mizo-relay config set` write
5. the default

What a flag, the environment or the file says is shown as pinned on the admin page, and cannot be changed
there. `mizo-relay config show --origin` shows each value with its origin, `mizo-relay config check` every
problem at once. Secrets are never taken from a flag or the environment, and never shown again.

The file has one `key = value` a line; a line that begins with `#` is a comment. Sizes are written as `4 MiB`
(`B`, `KiB`, `MiB`, `GiB`, `TiB`), times as `60 s` (`s`, `min`, `h`, `d`), lists with commas, switches as
`on` and `off`. A key without a value pins the default.

Rules between settings: `admin.listen` and `webhook.listen` on anything but a loopback address need TLS
(`webhook.tls = off` is also taken with `webhook.proxies`); `file` needs its file, `hmac` and `basic` their
secrets; bodies are not kept longer than their events. A new host in `halo.url` clears the secrets of
`halo.*`.
)";

std::string bounds_of(const Setting& setting)
{
    if (setting.type == Type::choice) {
        std::string choices = "`";
        for (const char c : setting.choices) c == ' ' ? choices += "`, `" : choices += c;
        return choices + "`";
    }
    if (setting.type == Type::integer)
        return to_text(setting, static_cast<std::int64_t>(setting.min)) + " to " +
               to_text(setting, static_cast<std::int64_t>(setting.max));
    if (setting.type == Type::number)
        return to_text(setting, setting.min) + " to " + to_text(setting, setting.max);
    switch (setting.form) {
    case Form::listen_address: return "address:port";
    case Form::base_url: return "https URL";
    case Form::link_url: return "https or wss URL";
    case Form::public_url: return "URL";
    case Form::hook_url: return "https URL";
    case Form::proxy: return "http://host:port";
    case Form::header_name: return "header name";
    case Form::ip_address: return "IP addresses";
    case Form::id: return "numbers";
    case Form::word: return "words";
    case Form::any: break;
    }
    return setting.type == Type::boolean ? "`on`, `off`" : "text";
}

std::string notes_of(const Setting& setting)
{
    std::string notes;
    if (setting.secret) notes += " Secret.";
    if (setting.file_only) notes += " Only in the file, the environment or a flag.";
    if (setting.restart) notes += " At the next start.";
    return notes;
}

} // namespace

std::string reference_page()
{
    std::string page{introduction};
    std::string_view group;
    for (const Setting& setting : all_settings()) {
        if (setting.group() != group) {
            group = setting.group();
            page +=
                "\n## " + std::string{group} + "\n\n| setting | values | default | |\n|---|---|---|---|\n";
        }
        const std::string standard = to_text(setting, parse_text(setting, setting.fallback).value);
        const std::string fallback = standard.empty() ? "–" : "`" + standard + "`";
        page += "| `" + std::string{setting.name} + "` | " + bounds_of(setting) + " | " + fallback + " | " +
                std::string{setting.sentence} + notes_of(setting) + " |\n";
    }
    return page;
}

} // namespace mizo::config
