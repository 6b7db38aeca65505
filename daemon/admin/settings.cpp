#include "daemon/admin/settings.hpp"

#include "daemon/admin/resources.hpp"
#include "daemon/admin/settings_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::admin {

namespace {

web::Response refused(const config::Problems& problems)
{
    ProblemMore more;
    bool locked = false;
    for (const config::Problem& each : problems) {
        locked = locked || each.code == "value_locked";
        more.errors.emplace_back(
            json::object{{"key", each.key}, {"code", each.code}, {"text", each.text}, {"args", each.args}});
    }
    return problem(locked ? "settings_locked" : "settings_invalid", std::move(more));
}

std::string names_of(const std::vector<config::Key>& keys)
{
    std::string names;
    for (const config::Key key : keys) {
        if (!names.empty()) names += ", ";
        names += config::setting_of(key).name;
    }
    return names;
}

// Where the relay sends what it knows: a stolen session must not aim it elsewhere.
bool needs_password(const json::object& patch)
{
    return patch.contains("link.url") || patch.contains("halo.url");
}

} // namespace

asio::awaitable<std::optional<web::Response>> change_settings(Services& services, json::object patch,
                                                              store::AuditEntry entry)
{
    const auto before = services.parts.settings.current();
    auto change = before->with(patch);
    if (!change.problems.empty()) co_return refused(change.problems);
    if (change.changed.empty()) co_return std::nullopt;

    const base::WallTime now = services.now();
    const std::string who = entry.who;
    entry.detail = json::serialize(json::object{{"keys", names_of(change.changed)}});
    auto write = [now, entry = std::move(entry),
                  writes = settings_to_write(change.settings, change.changed, services.parts.sealing_key)](
                     store::Database& db) {
        write_settings(db, writes, now);
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(services.parts.writer, std::move(write));
    // Another change may have come into force while this one went to disk: what is in force is both.
    if (services.parts.settings.current() != before) change = services.parts.settings.current()->with(patch);
    const std::string names = names_of(change.changed);
    services.parts.settings.replace(std::move(change.settings));
    services.logger.info("settings changed", {{"keys", names}, {"by", who}});
    co_return std::nullopt;
}

Answer get_settings(Services& services, Call)
{
    co_return json_answer(200, services.parts.settings.current()->to_json());
}

Answer patch_settings(Services& services, Call call)
{
    boost::system::error_code error;
    json::value parsed = json::parse(call.request.body, error);
    const bool patch = !error && parsed.is_object() && !parsed.get_object().empty();
    if (!patch) co_return problem("invalid_json");
    const bool fresh =
        call.caller.by_key || (call.caller.session && is_fresh(*call.caller.session, services.now()));
    if (needs_password(parsed.get_object()) && !fresh) co_return problem("reauth_required");
    auto entry = services.deed(call, "settings_changed");
    auto refusal = co_await change_settings(services, std::move(parsed.get_object()), std::move(entry));
    if (refusal) co_return std::move(*refusal);
    co_return json_answer(200, services.parts.settings.current()->to_json());
}

} // namespace mizo::admin
