#include "daemon/store/alerts.hpp"

#include "daemon/store/cursor.hpp"

#include <array>

namespace mizo::store {

namespace {

constexpr std::array<std::pair<Told, std::string_view>, 4> told_names{
    {{Told::off, "off"}, {Told::waiting, "waiting"}, {Told::told, "told"}, {Told::given_up, "given_up"}}};

constexpr std::string_view columns =
    "SELECT id, uuid, key, code, text, args, advice_code, advice_text, advice_args, severe, since_ms, "
    "ended_ms, webhook, ticket, ticket_asked, ticket_id FROM alerts ";

Told told_from(std::string_view name)
{
    for (const auto& [told, text] : told_names)
        if (text == name) return told;
    return Told::off;
}

AlertRow alert_of(const Statement& row)
{
    AlertRow alert;
    alert.id = row.string(1);
    alert.key = row.string(2);
    alert.what = KeptMessage{row.string(3), row.string(4), row.string(5)};
    if (!row.is_null(6)) alert.advice = KeptMessage{row.string(6), row.string(7), row.string(8)};
    alert.severe = row.boolean(9);
    alert.since = row.time(10);
    alert.ended = row.optional_time(11);
    alert.webhook = told_from(row.text(12));
    alert.ticket = told_from(row.text(13));
    alert.ticket_asked = row.boolean(14);
    alert.ticket_id = row.optional_integer(15);
    return alert;
}

template <class Member>
std::optional<std::string> of_advice(const AlertRow& row, Member member)
{
    if (!row.advice) return {};
    return (*row.advice).*member;
}

} // namespace

std::string_view name_of(Told told)
{
    for (const auto& [value, name] : told_names)
        if (value == told) return name;
    return "off";
}

void put_alert(Database& db, const AlertRow& row)
{
    static constexpr std::string_view sql = R"sql(
        INSERT INTO alerts (uuid, key, code, text, args, advice_code, advice_text, advice_args, severe,
            since_ms, ended_ms, webhook, ticket, ticket_asked, ticket_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (uuid) DO UPDATE SET code = excluded.code, text = excluded.text, args = excluded.args,
            advice_code = excluded.advice_code, advice_text = excluded.advice_text,
            advice_args = excluded.advice_args, severe = excluded.severe, ended_ms = excluded.ended_ms,
            webhook = excluded.webhook, ticket = excluded.ticket, ticket_asked = excluded.ticket_asked,
            ticket_id = excluded.ticket_id
        RETURNING id
    )sql";
    Statement put = db.prepare(sql);
    put.bind(row.id, row.key, row.what.code, row.what.text, row.what.args, of_advice(row, &KeptMessage::code),
             of_advice(row, &KeptMessage::text), of_advice(row, &KeptMessage::args), row.severe, row.since,
             row.ended, name_of(row.webhook), name_of(row.ticket), row.ticket_asked, row.ticket_id);
    const std::int64_t id = put.first().integer(0);
    db.prepare("DELETE FROM alerts WHERE id <= ?").bind(id - alerts_limit).run();
}

std::vector<AlertRow> load_alerts_at_work(Database& db)
{
    std::vector<AlertRow> all;
    Statement load =
        db.prepare(std::string{columns} + "WHERE ended_ms IS NULL OR webhook = 'waiting' OR ticket = "
                                          "'waiting' ORDER BY id");
    load.bind();
    while (load.step()) all.push_back(alert_of(load));
    return all;
}

base::Result<Page<AlertRow>> list_alerts(Database& db, const PageRequest& request)
{
    const auto below = upper_bound_of(request);
    if (!below) return below.error();
    Statement load = db.prepare(std::string{columns} + "WHERE id < ? ORDER BY id DESC LIMIT ?");
    load.bind(*below, request.limit + 1);
    Page<AlertRow> page;
    std::int64_t last = 0;
    while (load.step()) {
        if (static_cast<std::int64_t>(page.items.size()) == request.limit) {
            page.next_cursor = cursor_at(last);
            break;
        }
        last = load.integer(0);
        page.items.push_back(alert_of(load));
    }
    return page;
}

} // namespace mizo::store
