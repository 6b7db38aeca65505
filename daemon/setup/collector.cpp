#include "daemon/setup/collector.hpp"

#include "daemon/halo/api_error.hpp"
#include "daemon/setup/read.hpp"

#include <algorithm>

namespace mizo::setup {

namespace {

using halo_api::Answer;
using std::chrono::milliseconds;

constexpr milliseconds call_limit{10'000};
// Of more chosen types than this, the rest is looked at next time: the run has to end.
constexpr std::size_t types_looked_at = 40;

// The same for a list and for what is made of its rows.
template <class Out, class In, class Make>
Reading<Out> made(const Reading<In>& rows, Make make)
{
    Reading<Out> out;
    out.seen = rows.seen;
    out.reason = rows.reason;
    if (rows.ok()) out.value = make(rows.value);
    return out;
}

template <class Item, class Read>
Reading<std::vector<Item>> items(const Reading<std::vector<json::object>>& rows, Read read)
{
    return made<std::vector<Item>>(rows, [&](const auto& objects) {
        std::vector<Item> all;
        for (const json::object& row : objects) all.push_back(read(row));
        return all;
    });
}

// What an answer that is no good means for those who wanted to read it.
template <class T>
void take_refusal(Reading<T>& reading, int status, std::string_view body)
{
    reading.seen = status == 401 || status == 403 ? Seen::no_rights : Seen::failed;
    reading.reason = halo::api_error(status, body);
}

template <class T>
void take_error(Reading<T>& reading, const base::Error& error)
{
    reading.seen = Seen::failed;
    reading.reason = error.text();
}

} // namespace

asio::awaitable<base::Result<Answer>> Collector::ask(std::string path, halo_api::Query query)
{
    const auto left = std::chrono::duration_cast<milliseconds>(until_ - clock_.steady());
    halo_api::Call call;
    call.purpose = halo_api::Purpose::check;
    call.path = std::move(path);
    call.query = std::move(query);
    call.deadline = std::clamp(left, milliseconds{1}, call_limit);
    co_return co_await api_.call(std::move(call));
}

asio::awaitable<Collector::Rows> Collector::list(std::string path, halo_api::Query query)
{
    Rows rows;
    const auto answer = co_await ask(std::move(path), std::move(query));
    if (!answer) {
        take_error(rows, answer.error());
    } else if (!answer->ok()) {
        take_refusal(rows, answer->status, answer->body);
    } else if (auto read = halo::read_list(answer->body)) {
        rows.seen = Seen::read;
        rows.value = std::move(read->items);
    } else {
        take_error(rows, read.error());
    }
    co_return rows;
}

asio::awaitable<void> Collector::read(Area area, Facts& facts)
{
    halo_api::Query everybody{{"includeapiagents", "true"}, {"includedisabled", "true"}};
    Rows rows;
    switch (area) {
    case Area::connection: co_return co_await read_connection(facts);
    case Area::agents:
        rows = co_await list("/Agent", std::move(everybody));
        facts.agents = items<Agent>(rows, read_agent);
        co_return;
    case Area::application:
        rows = co_await list("/Application", halo_api::Query());
        facts.applications = items<Application>(rows, read_application);
        co_return;
    case Area::tabs:
        rows = co_await list("/Tabs", halo_api::Query());
        facts.tabs = items<Tab>(rows, read_tab);
        co_return;
    case Area::ticket_types: co_return co_await read_ticket_types(facts);
    case Area::certificates:
        rows = co_await list("/Certificate", halo_api::Query());
        facts.certificates = items<HaloCertificate>(rows, read_certificate);
        co_return;
    case Area::webhook: co_return co_await read_webhook_area(facts);
    case Area::events: co_return co_await read_events(facts);
    case Area::outcomes: co_return co_await read_outcomes(facts);
    case Area::deliveries: co_return co_await read_deliveries(facts);
    }
}

// The version is open to any token, so it tells whether the API answers at all.
asio::awaitable<void> Collector::read_connection(Facts& facts)
{
    facts.version = {};
    facts.me = {};
    facts.credentials_refused = false;
    const auto version = co_await ask("/InstanceInfo", halo_api::Query());
    if (!version) {
        take_error(facts.version, version.error());
        facts.credentials_refused = version.error().kind() == base::Errc::unauthorised;
        if (version.error().code() == "halo_not_configured") facts.version.seen = Seen::not_read;
        co_return;
    }
    if (version->ok()) {
        facts.version.seen = Seen::read;
        if (const auto object = halo::read_object(version->body)) facts.version.value = read_version(*object);
    } else {
        take_refusal(facts.version, version->status, version->body);
    }
    const auto me = co_await ask("/Agent/me", halo_api::Query());
    if (!me) {
        take_error(facts.me, me.error());
    } else if (!me->ok()) {
        take_refusal(facts.me, me->status, me->body);
    } else if (const auto object = halo::read_object(me->body)) {
        facts.me.seen = Seen::read;
        facts.me.value = read_agent(*object);
    } else {
        take_error(facts.me, object.error());
    }
}

// Lists leave the tabs out in some versions; those that are chosen are then asked for one by one.
asio::awaitable<void> Collector::read_ticket_types(Facts& facts)
{
    halo_api::Query all{{"showall", "true"}};
    const Rows rows = co_await list("/TicketType", std::move(all));
    Reading<std::vector<TicketType>> types = items<TicketType>(rows, read_ticket_type);
    std::size_t asked = 0;
    for (TicketType& type : types.value) {
        const auto& chosen = facts.own.ticket_types;
        const bool wanted = std::find(chosen.begin(), chosen.end(), type.id) != chosen.end();
        if (!wanted || type.tabs || ++asked > types_looked_at) continue;
        halo_api::Query details{{"includedetails", "true"}};
        const auto answer = co_await ask("/TicketType/" + std::to_string(type.id), std::move(details));
        if (!answer || !answer->ok()) continue;
        if (const auto object = halo::read_object(answer->body)) type = read_ticket_type(*object);
    }
    facts.ticket_types = std::move(types);
}

asio::awaitable<void> Collector::read_webhook_area(Facts& facts)
{
    halo_api::Query outbound{{"type", "0"}};
    const Rows rows = co_await list("/Webhook", std::move(outbound));
    std::optional<Webhook> own;
    for (const json::object& row : rows.value) {
        const Webhook webhook = read_webhook(row);
        if (!is_own_webhook(webhook, facts.own.webhook_url)) continue;
        if (!own || webhook.url == facts.own.webhook_url) own = webhook;
    }
    if (own) {
        // The list leaves fields out, so the webhook itself is what is judged.
        halo_api::Query details{{"includedetails", "true"}};
        const auto answer = co_await ask("/Webhook/" + id_text(own->id), std::move(details));
        if (answer && answer->ok())
            if (const auto object = halo::read_object(answer->body)) own = read_webhook(*object);
    }
    facts.webhook = {rows.seen, own, rows.reason};
}

asio::awaitable<void> Collector::read_events(Facts& facts)
{
    facts.events = {};
    if (!facts.webhook.ok() || !facts.webhook.value) {
        // Who may not see the webhook may not see its events.
        if (!facts.webhook.ok()) facts.events = {facts.webhook.seen, Events(), facts.webhook.reason};
        co_return;
    }
    halo_api::Query of_webhook{{"webhook_id", id_text(facts.webhook.value->id)}};
    const Rows rows = co_await list("/Notification", std::move(of_webhook));
    halo_api::Query events{{"lookupid", "64"}};
    const Rows kinds = co_await list("/Lookup", std::move(events));
    facts.events.seen = rows.seen;
    facts.events.reason = rows.reason;
    facts.events.value.all = items<Event>(rows, read_event).value;
    facts.events.value.kinds = items<EventKind>(kinds, read_event_kind).value;
}

asio::awaitable<void> Collector::read_outcomes(Facts& facts)
{
    halo_api::Query all{{"showhidden", "true"}, {"excludesystemactions", "true"}};
    const Rows rows = co_await list("/Outcome", std::move(all));
    Reading<Outcomes> read;
    read.seen = rows.seen;
    read.reason = rows.reason;
    read.value.all = items<Outcome>(rows, read_outcome).value;
    const auto& outcomes = read.value.all;
    const auto resolve = std::find_if(outcomes.begin(), outcomes.end(),
                                      [](const Outcome& each) { return each.name == "Mizo resolve"; });
    if (resolve != outcomes.end()) {
        read.value.resolve = *resolve;
        halo_api::Query details{{"includedetails", "true"}};
        const auto answer = co_await ask("/Outcome/" + std::to_string(resolve->id), std::move(details));
        if (answer && answer->ok())
            if (const auto object = halo::read_object(answer->body))
                read.value.resolve = read_outcome(*object);
    }
    const Rows statuses = co_await list("/Status", halo_api::Query());
    read.value.statuses = items<Status>(statuses, read_status).value;
    facts.outcomes = std::move(read);
}

asio::awaitable<void> Collector::read_deliveries(Facts& facts)
{
    facts.deliveries = {};
    if (!facts.webhook.ok() || !facts.webhook.value) {
        if (!facts.webhook.ok()) facts.deliveries = {facts.webhook.seen, Deliveries(), facts.webhook.reason};
        co_return;
    }
    halo_api::Query newest{{"webhook_id", id_text(facts.webhook.value->id)},
                           {"pageinate", "true"},
                           {"page_size", "20"},
                           {"page_no", "1"},
                           {"order", "timestamp"},
                           {"orderdesc", "true"}};
    const Rows rows = co_await list("/WebhookEvent", std::move(newest));
    facts.deliveries.seen = rows.seen;
    facts.deliveries.reason = rows.reason;
    auto& all = facts.deliveries.value.newest;
    all = items<Delivery>(rows, read_delivery).value;
    // The order that was asked for is not everywhere obeyed.
    std::sort(all.begin(), all.end(), [](const Delivery& a, const Delivery& b) { return a.at > b.at; });
}

} // namespace mizo::setup
