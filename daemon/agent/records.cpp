#include "daemon/agent/records.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/store/audit.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::agent {

namespace {

namespace json = boost::json;

constexpr std::size_t writing_max = 500;

std::string error_text(const Fault& fault)
{
    json::object args;
    for (const auto& [name, value] : fault.args) args[name] = value;
    const json::object error{{"code", fault.reason}, {"text", fault.text}, {"args", std::move(args)}};
    return json::serialize(error);
}

store::AuditEntry audit_of(const store::AgentCall& call, base::Random& random)
{
    store::AuditEntry entry;
    entry.id = base::uuid_v7(call.at, random);
    entry.at = call.at;
    entry.who = "cloud";
    json::object args{{"outcome", call.outcome}};
    if (call.method) {
        entry.action = "halo_changed";
        args["method"] = *call.method;
        args["path"] = call.path;
    } else {
        entry.action = "command_given";
        args["name"] = call.path;
    }
    if (call.ticket) entry.subject = "ticket/" + std::to_string(*call.ticket);
    if (call.ticket) args["ticket"] = *call.ticket;
    entry.detail = json::serialize(args);
    return entry;
}

} // namespace

void Records::add(store::AgentCall call, const std::optional<Fault>& fault, bool audited)
{
    if (fault) {
        call.outcome = fault->code;
        call.error = error_text(*fault);
    } else {
        call.outcome = call.status.value_or(200) < 400 ? "done" : "refused";
    }
    count(call);
    if (writing_ >= writing_max) return;
    ++writing_;
    parts_.tasks.spawn("agent record", write(std::move(call), audited));
}

void Records::count(const store::AgentCall& call)
{
    if (call.repeated) ++counts_.repeated;
    if (call.outcome == "done")
        ++counts_.done;
    else if (call.outcome == "refused")
        ++counts_.refused;
    else if (call.outcome == "denied")
        ++counts_.denied;
    else if (call.outcome == "cancelled")
        ++counts_.cancelled;
    else
        ++counts_.failed;
}

asio::awaitable<void> Records::write(store::AgentCall call, bool audited)
{
    std::optional<store::AuditEntry> entry;
    if (audited) entry = audit_of(call, parts_.random);
    auto work = [call, entry](store::Database& db) {
        if (entry) store::add_audit(db, *entry);
        return store::add_agent_call(db, call);
    };
    store::JobTraits traits;
    traits.grows = true;
    traits.patient = !audited;
    std::string failed;
    try {
        call.id = co_await net::on_writer(parts_.writer, std::move(work), traits);
    } catch (const std::exception& error) {
        failed = error.what();
    }
    --writing_;
    if (!failed.empty())
        parts_.logger.debug("a call of the agent could not be recorded", {{"why", failed}});
    else if (listener_)
        listener_(call);
}

} // namespace mizo::agent
