#include "daemon/admin/resources.hpp"

// Small lists and documents: the audit, the log, the history, the contract.
#include "daemon/admin/contract.hpp"
#include "daemon/store/metrics_history.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mizo::admin {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr std::size_t log_lines_max = 10'000; // more than the log keeps

json::object to_json(const base::LogLine& line)
{
    return {{"id", line.number},
            {"at", admin::to_json(line.time)},
            {"level", name_of(line.level)},
            {"component", line.component},
            {"text", line.text},
            {"fields", json::object{}}};
}

// "trace" is the contract's finest level; the log's own is debug.
std::optional<base::Level> level_of(std::string_view name)
{
    if (name == "trace") return base::Level::debug;
    const auto level = base::level_from(name);
    return level == base::Level::off ? std::nullopt : level;
}

bool contains_ignoring_case(std::string_view text, std::string_view wanted)
{
    const auto same = [](char a, char b) {
        const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
        return lower(a) == lower(b);
    };
    return std::search(text.begin(), text.end(), wanted.begin(), wanted.end(), same) != text.end();
}

json::object levels_json(const base::Log& log)
{
    json::object components;
    std::string_view level = "info";
    const auto levels = log.levels();
    for (const auto& [component, value] : levels) {
        if (component.empty())
            level = name_of(value);
        else
            components[component] = name_of(value);
    }
    return {{"level", level}, {"components", std::move(components)}};
}

struct Range {
    std::string_view name;
    milliseconds length;
    milliseconds step;
};
constexpr std::array ranges{Range{"1h", hours{1}, minutes{1}}, Range{"24h", hours{24}, minutes{15}},
                            Range{"7d", hours{168}, hours{2}}};

// The counts of one step; without a row the daemon was not running.
struct Bucket {
    bool any = false;
    store::MetricsMinute sum;
    std::optional<double> p50, p99; // the worst minute: an average would hide it
};

std::optional<double> worse(std::optional<double> a, std::optional<double> b)
{
    if (!a) return b;
    return b ? std::max(*a, *b) : a;
}

std::vector<Bucket> buckets_of(const std::vector<store::MetricsMinute>& rows, base::WallTime from,
                               const Range& range)
{
    std::vector<Bucket> buckets(static_cast<std::size_t>(range.length / range.step));
    for (const auto& row : rows) {
        const auto at = static_cast<std::size_t>((row.minute - from) / range.step);
        if (at >= buckets.size()) continue;
        Bucket& bucket = buckets[at];
        bucket.any = true;
        bucket.sum.accepted += row.accepted;
        bucket.sum.repeated += row.repeated;
        bucket.sum.rejected += row.rejected;
        bucket.sum.acked += row.acked;
        bucket.sum.queued = row.queued;
        bucket.p50 = worse(bucket.p50, row.p50_ms);
        bucket.p99 = worse(bucket.p99, row.p99_ms);
    }
    return buckets;
}

template <class Read>
json::object series(std::string_view name, const std::vector<Bucket>& buckets, Read read)
{
    json::array points;
    for (const Bucket& bucket : buckets) points.emplace_back(bucket.any ? read(bucket) : json::value{});
    return {{"name", name}, {"points", std::move(points)}};
}

json::value number(const std::optional<double>& value)
{
    if (!value) return nullptr;
    return *value;
}

json::array all_series(const std::vector<Bucket>& buckets)
{
    return {series("accepted", buckets, [](const Bucket& b) { return json::value(b.sum.accepted); }),
            series("repeated", buckets, [](const Bucket& b) { return json::value(b.sum.repeated); }),
            series("rejected", buckets, [](const Bucket& b) { return json::value(b.sum.rejected); }),
            series("acked", buckets, [](const Bucket& b) { return json::value(b.sum.acked); }),
            series("queued", buckets, [](const Bucket& b) { return json::value(b.sum.queued); }),
            series("p50_ms", buckets, [](const Bucket& b) { return number(b.p50); }),
            series("p99_ms", buckets, [](const Bucket& b) { return number(b.p99); })};
}

struct LogQuery {
    base::Level level = base::Level::debug;
    std::string component;
    std::string q;
    std::uint64_t before = 0; // 0: from the newest

    bool takes(const base::LogLine& line) const
    {
        return line.level >= level && (component.empty() || line.component == component) &&
               (before == 0 || line.number < before) && (q.empty() || contains_ignoring_case(line.text, q));
    }
};

} // namespace

Answer get_audit(Services& services, Call call)
{
    auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    auto read = [wanted = *page](store::Database& db) {
        // A Result has no default; the readers need one.
        return std::optional{store::list_audit(db, wanted)};
    };
    auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem_of(listed->error(), "cursor_invalid");
    const auto show = [](const store::AuditEntry& row) { return admin::to_json(row); };
    co_return json_answer(200, page_json(**listed, show));
}

Answer get_log(Services& services, Call call)
{
    const auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    LogQuery query;
    query.component = call.param("component");
    query.q = call.param("q");
    if (const std::string level = call.param("level"); !level.empty()) {
        const auto known = level_of(level);
        if (!known) co_return problem(BadRequest{"bad_request", "There is no such level."});
        query.level = *known;
    }
    if (page->cursor) {
        const char* end = page->cursor->data() + page->cursor->size();
        const auto [stop, failure] = std::from_chars(page->cursor->data(), end, query.before);
        if (failure != std::errc{} || stop != end || query.before == 0) co_return problem("cursor_invalid");
    }
    json::array items;
    json::value next = nullptr;
    const auto lines = services.parts.log.recent(log_lines_max);
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        if (!query.takes(*line)) continue;
        if (static_cast<std::int64_t>(items.size()) == page->limit) {
            next = std::to_string(items.back().at("id").to_number<std::uint64_t>());
            break;
        }
        items.emplace_back(to_json(*line));
    }
    json::object body{{"items", std::move(items)}};
    body["next_cursor"] = std::move(next);
    co_return json_answer(200, body);
}

Answer get_log_levels(Services& services, Call)
{
    co_return json_answer(200, levels_json(services.parts.log));
}

Answer patch_log_levels(Services& services, Call call)
{
    static constexpr std::array<std::string_view, 2> members{"level", "components"};
    auto body = read_object(call, members);
    if (!body) co_return problem(body.error());
    const BadRequest no_level{"bad_request", "A level is one of trace, debug, info, warning, error."};
    // All of it is looked at before any of it is done.
    std::vector<std::pair<std::string, base::Level>> wanted;
    const auto take = [&](std::string component, const json::value& value, base::Level otherwise) {
        const auto level = value.is_null()     ? std::optional{otherwise}
                           : value.is_string() ? level_of(value.get_string())
                                               : std::nullopt;
        if (level) wanted.emplace_back(std::move(component), *level);
        return level.has_value();
    };
    base::Level all = services.parts.log.levels()[""];
    if (const json::value* level = body->if_contains("level")) {
        if (level->is_null() || !take("", *level, all)) co_return problem(no_level);
        all = wanted.back().second;
    }
    if (const json::value* components = body->if_contains("components")) {
        if (!components->is_object() || components->get_object().size() > 64) co_return problem(no_level);
        for (const auto& [component, level] : components->get_object())
            if (component.empty() || component.size() > 40 || !take(std::string{component}, level, all))
                co_return problem(no_level);
    }
    json::object told; // flat, as the contract wants the arguments of a text
    for (auto& [component, level] : wanted) {
        services.parts.log.set_level(component, level);
        told[component.empty() ? "level" : component] = base::name_of(level);
    }
    auto entry = services.deed(call, "log_level_changed", std::move(told));
    co_await services.audit(std::move(entry));
    co_return json_answer(200, levels_json(services.parts.log));
}

Answer get_metrics_history(Services& services, Call call)
{
    const std::string name = call.param("range").empty() ? "24h" : call.param("range");
    const auto range =
        std::find_if(ranges.begin(), ranges.end(), [&](const Range& r) { return r.name == name; });
    if (range == ranges.end()) co_return problem(BadRequest{"bad_request", "range is one of 1h, 24h, 7d."});
    // Steps begin where the clock has a whole one, so that points do not wander from call to call.
    const base::WallTime to{services.now().time_since_epoch() / range->step * range->step + range->step};
    const base::WallTime from = to - range->length;
    auto read = [from, to](store::Database& db) { return store::load_metrics(db, from, to); };
    const auto rows = co_await net::on_readers(services.parts.readers, std::move(read));
    json::object body{{"from", to_json(from)}, {"to", to_json(to)}, {"step_ms", range->step.count()}};
    body["series"] = all_series(buckets_of(rows, from, *range));
    co_return json_answer(200, body);
}

Answer get_contract(Services&, Call)
{
    co_return web::json_response(200, std::string{Contract::get().document()});
}

} // namespace mizo::admin
