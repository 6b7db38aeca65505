#include "daemon/admin/services.hpp"

namespace mizo::admin {

namespace {

std::string_view code_of(base::Errc kind, std::string_view fallback)
{
    switch (kind) {
    case base::Errc::not_found: return "not_found";
    case base::Errc::unavailable: return "store_unavailable";
    case base::Errc::shutting_down: return "shutting_down";
    case base::Errc::malformed:
    case base::Errc::invalid:
    case base::Errc::too_large:
    case base::Errc::gone:
    case base::Errc::conflict:
    case base::Errc::denied:
    case base::Errc::unauthorised:
    case base::Errc::rate_limited:
    case base::Errc::timeout:
    case base::Errc::unreachable:
    case base::Errc::tls:
    case base::Errc::refused:
    case base::Errc::internal: return fallback;
    }
    return fallback;
}

} // namespace

Services::Services(Parts given)
    : parts{std::move(given)},
      logger{parts.log, "admin"},
      accounts{Accounts::Parts{parts.writer, parts.readers, parts.worker, parts.clock, parts.random,
                               parts.data_dir}},
      hub{parts.clock},
      feed{hub, parts.readers}
{
    conditions.set_random(parts.random);
}

store::AuditEntry Services::deed(const Call& call, std::string action, json::object args) const
{
    Deed deed;
    deed.who = call.caller.name();
    deed.action = std::move(action);
    deed.args = std::move(args);
    deed.remote = call.remote();
    return audit_entry(deed, now(), parts.random);
}

asio::awaitable<void> Services::audit(store::AuditEntry entry)
{
    auto write = [entry = std::move(entry)](store::Database& db) {
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts.writer, std::move(write));
}

web::Response problem_of(const base::Error& error, std::string_view fallback)
{
    const std::string_view code = code_of(error.kind(), fallback);
    ProblemMore more;
    if (code == "store_unavailable") {
        more.args["reason"] = error.code();
        more.retry_after = std::chrono::seconds{10};
    }
    return problem(code, std::move(more));
}

} // namespace mizo::admin
