#include "daemon/admin/diagnostics.hpp"

#include "daemon/admin/certificates.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/admin/status.hpp"
#include "daemon/admin/zip.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/store/metrics_history.hpp"

#include <boost/json/serialize.hpp>

#include <array>

namespace mizo::admin {

namespace {

constexpr std::size_t log_lines = 2'000;
constexpr std::int64_t audit_entries = 200;

void mask(std::string& text, const std::string& secret)
{
    if (secret.empty()) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at))
        text.replace(at, secret.size(), "••••");
}

std::string log_text(const base::Log& log)
{
    std::string text;
    for (const base::LogLine& line : log.recent(log_lines)) {
        text += base::rfc3339(line.time) + ' ';
        text += name_of(line.level);
        text += ' ' + line.component + ": " + line.text + '\n';
    }
    return text;
}

struct StoredLists {
    std::vector<store::AuditEntry> audit;
    std::vector<store::MetricsMinute> minutes;
};

asio::awaitable<StoredLists> read_lists(Services& services)
{
    auto read = [now = services.now()](store::Database& db) {
        StoredLists lists;
        store::PageRequest page;
        page.limit = audit_entries;
        if (auto listed = store::list_audit(db, page)) lists.audit = std::move(listed->items);
        lists.minutes = store::load_metrics(db, now - std::chrono::hours{24}, now);
        return lists;
    };
    co_return co_await net::on_readers(services.parts.readers, std::move(read));
}

std::string audit_text(const std::vector<store::AuditEntry>& entries)
{
    std::string text;
    for (const store::AuditEntry& entry : entries) text += json::serialize(to_json(entry)) + '\n';
    return text;
}

std::string minutes_text(const std::vector<store::MetricsMinute>& minutes)
{
    std::string text = "minute,accepted,repeated,rejected,acked,queued\n";
    for (const store::MetricsMinute& each : minutes) {
        text += base::rfc3339(each.minute);
        for (const std::int64_t count :
             {each.accepted, each.repeated, each.rejected, each.acked, each.queued})
            text += ',' + std::to_string(count);
        text += '\n';
    }
    return text;
}

std::string certificates_text(const Services& services)
{
    json::array out;
    for (const auto& each : services.parts.certificates.all())
        out.emplace_back(certificate_json(services, each));
    return json::serialize(out);
}

} // namespace

asio::awaitable<DiagnosticFiles> collect_diagnostics(Services& services)
{
    const StatusReport status = co_await take_status(services);
    const StoredLists lists = co_await read_lists(services);
    const json::object settings = services.parts.settings.current()->to_json();
    DiagnosticFiles files;
    files.push_back({"status.json", "The status, as the overview shows it", json::serialize(status.body)});
    files.push_back({"settings.json", "The settings; secrets are masked", json::serialize(settings)});
    files.push_back(
        {"certificates.json", "The webhook certificates, without keys", certificates_text(services)});
    files.push_back({"log.txt", "The last lines of the log", log_text(services.parts.log)});
    files.push_back({"audit.ndjson", "The last 200 entries of the audit", audit_text(lists.audit)});
    files.push_back({"metrics.csv", "Counts of each minute of the last day", minutes_text(lists.minutes)});
    // None of these should be in there; that they are not does not rest on it.
    for (DiagnosticFile& file : files) {
        mask(file.bytes, services.parts.admin_key);
        mask(file.bytes, services.parts.webhook_token);
    }
    co_return files;
}

json::array listing_json(const DiagnosticFiles& files)
{
    json::array rows;
    for (const DiagnosticFile& file : files)
        rows.emplace_back(
            json::object{{"name", file.name}, {"size", file.bytes.size()}, {"text", file.text}});
    return rows;
}

Answer post_diagnostics(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 1> members{"dry_run"};
    const auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    const auto dry_run = bool_member(*body, "dry_run");
    if (!dry_run) co_return problem(dry_run.error());
    const DiagnosticFiles files = co_await collect_diagnostics(services);
    if (dry_run->value_or(false)) {
        const json::object listing{{"files", listing_json(files)}};
        co_return json_answer(200, listing);
    }

    auto entry = services.deed(call, "diagnostics_made");
    co_await services.audit(std::move(entry));
    ZipWriter zip{services.now()};
    for (const DiagnosticFile& file : files) zip.add(file.name, file.bytes);
    web::Response response;
    response.headers.add("Content-Type", "application/zip");
    response.headers.add("Content-Disposition", "attachment; filename=\"mizo-relay-diagnostics.zip\"");
    response.body = zip.finish();
    co_return response;
}

} // namespace mizo::admin
