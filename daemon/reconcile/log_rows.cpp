#include "daemon/reconcile/log_rows.hpp"

#include "daemon/halo/fields.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <initializer_list>

namespace mizo::reconcile {

namespace {

namespace json = boost::json;
using halo::Fields;

constexpr std::size_t text_bytes = 64;
constexpr std::size_t headers_max = 200;
// A webhook is tried a moment after what it tells of; much later it is a retry, and looked at.
constexpr std::chrono::seconds tried_before{5};
constexpr std::chrono::minutes tried_after{10};

void add(web::Headers& headers, std::string_view name, std::string_view value)
{
    name = halo::trimmed(name);
    value = halo::trimmed(value);
    const auto unfit = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
    const bool fit = !name.empty() && std::none_of(name.begin(), name.end(), unfit) &&
                     std::none_of(value.begin(), value.end(), unfit);
    if (fit && headers.size() < headers_max) headers.add(std::string{name}, std::string{value});
}

void add_line(web::Headers& headers, std::string_view line)
{
    const auto colon = line.find(':');
    if (colon != std::string_view::npos) add(headers, line.substr(0, colon), line.substr(colon + 1));
}

void add_value(web::Headers& headers, std::string_view name, const json::value& value)
{
    if (value.is_string()) add(headers, name, value.get_string());
    if (const auto number = value.is_int64() ? halo::whole_number(value) : std::nullopt)
        add(headers, name, std::to_string(*number));
    if (!value.is_array()) return;
    for (const json::value& each : value.get_array())
        if (each.is_string()) add(headers, name, each.get_string());
}

const json::value* first_of(const json::object& object, std::initializer_list<std::string_view> names)
{
    for (const auto& [key, value] : object)
        for (const std::string_view name : names)
            if (halo::lower_case(key) == name) return &value;
    return nullptr;
}

void add_item(web::Headers& headers, const json::value& item)
{
    if (item.is_string()) return add_line(headers, item.get_string());
    if (!item.is_object()) return;
    const json::object& object = item.get_object();
    const json::value* name = first_of(object, {"name", "key"});
    const json::value* value = first_of(object, {"value", "values"});
    if (name != nullptr && name->is_string() && value != nullptr)
        add_value(headers, name->get_string(), *value);
}

web::Headers headers_in_text(std::string_view text)
{
    text = halo::trimmed(text);
    if (text.starts_with('{') || text.starts_with('[')) {
        boost::system::error_code failed;
        const json::value parsed = json::parse(text, failed);
        if (!failed) return read_headers(parsed);
    }
    web::Headers headers;
    while (!text.empty()) {
        const auto end = text.find_first_of("\r\n");
        add_line(headers, text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return headers;
}

bool is_good(const Fields& fields)
{
    if (const auto status = fields.number("responsestatus")) return *status >= 200 && *status < 300;
    const std::string text = fields.text("responsestatus", text_bytes);
    return text.starts_with('2') || halo::lower_case(text) == "ok";
}

// Whether each of the rows has an event of its own; rows and times ascend.
bool all_here(const std::vector<const LogRow*>& rows, const std::vector<base::WallTime>& times)
{
    std::vector<bool> taken(times.size(), false);
    return std::all_of(rows.begin(), rows.end(), [&](const LogRow* row) {
        for (std::size_t i = times.size(); i-- > 0;) {
            if (taken[i] || times[i] > row->at + tried_before) continue;
            if (times[i] < row->at - tried_after) return false;
            taken[i] = true;
            return true;
        }
        return false;
    });
}

} // namespace

std::optional<LogRow> read_log_row(const json::object& object)
{
    const Fields fields{object};
    const auto at = fields.time("timestamp");
    LogRow row;
    row.id = fields.id("id");
    if (row.id.empty() || row.id.size() > text_bytes || !at) return std::nullopt;
    row.ticket = fields.first_number({"entity_id", "object_id", "ticket_id"});
    row.at = *at;
    row.answered_ok = is_good(fields);
    return row;
}

LogDetail read_log_detail(const json::object& object)
{
    LogDetail detail;
    if (const json::value* headers = object.if_contains("requestheaders"))
        detail.headers = read_headers(*headers);
    const json::value* body = object.if_contains("requestbody");
    if (body != nullptr && body->is_string() && !body->get_string().empty())
        detail.body = std::string{std::string_view{body->get_string()}};
    return detail;
}

web::Headers read_headers(const json::value& value)
{
    web::Headers headers;
    if (value.is_string()) return headers_in_text(value.get_string());
    if (value.is_array())
        for (const json::value& item : value.get_array()) add_item(headers, item);
    if (value.is_object())
        for (const auto& [name, each] : value.get_object()) add_value(headers, name, each);
    return headers;
}

LogPlan plan_log(std::vector<LogRow> rows, const std::set<std::string>& settled, const TimesOfTickets& here)
{
    std::sort(rows.begin(), rows.end(),
              [](const LogRow& a, const LogRow& b) { return a.at != b.at ? a.at < b.at : a.id < b.id; });
    std::map<std::int64_t, std::vector<const LogRow*>> good;
    for (const LogRow& row : rows)
        if (row.ticket && row.answered_ok) good[*row.ticket].push_back(&row);

    std::set<std::int64_t> whole; // tickets all of whose good rows are here
    for (const auto& [ticket, of_ticket] : good) {
        const auto times = here.find(ticket);
        if (times != here.end() && all_here(of_ticket, times->second)) whole.insert(ticket);
    }

    LogPlan plan;
    for (LogRow& row : rows) {
        if (settled.contains(row.id)) continue;
        const bool is_here = row.ticket && row.answered_ok && whole.contains(*row.ticket);
        (is_here ? plan.here : plan.fetch).push_back(std::move(row));
    }
    return plan;
}

} // namespace mizo::reconcile
