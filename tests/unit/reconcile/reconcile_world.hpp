#pragma once

#include "daemon/base/time_text.hpp"
#include "daemon/halo/api_fault.hpp"
#include "daemon/reconcile/log_reader.hpp"
#include "daemon/reconcile/ticket_reader.hpp"
#include "daemon/store/reconcile_place.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/unit/intake/intake_world.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace mizo::tests {

namespace json = boost::json;
using namespace std::chrono_literals;

// A HaloPSA of values: its log of deliveries, its tickets and their actions, and what it lets us read.
struct HaloModel {
    struct Sent {
        std::string id;
        std::int64_t ticket = 0;
        base::WallTime at{};
        int answered = 503;
        json::value headers;
        json::value body;
    };

    base::Result<halo_api::Answer> answer(const halo_api::Call& call)
    {
        if (calls_until_failure && (*calls_until_failure)-- == 0)
            return halo::api_fault("halo_unreachable", "the plug was pulled");
        if (const auto spoilt_one = spoilt.find(call.path); spoilt_one != spoilt.end())
            return halo_answer(spoilt_one->second,
                               spoilt_one->second == 200 ? "{\"id\": 12, \"na" : "\"fails\"");
        if (call.path == "/Webhook") return halo_answer(webhooks_allowed ? 200 : 403, webhooks);
        if (call.path.starts_with("/WebhookEvent")) return log_answer(call);
        if (call.path.starts_with("/Tickets")) return tickets_answer(call);
        if (call.path == "/Actions") return actions_answer(call);
        return halo_answer(404, "\"not here\"");
    }

    std::vector<Sent> sent;
    std::map<std::int64_t, json::object> tickets;
    std::map<std::int64_t, json::array> actions;
    std::string webhooks = "[]";
    bool webhooks_allowed = true;
    bool log_allowed = true;
    bool tickets_allowed = true;
    bool actions_allowed = true;
    std::optional<int> calls_until_failure;
    std::map<std::string, int> spoilt; // paths and the status they are answered with; 200: with half a body

private:
    static std::string text_of(const halo_api::Call& call, std::string_view name)
    {
        for (const auto& [key, value] : call.query)
            if (key == name) return value;
        return {};
    }
    // One page of a list, as HaloPSA cuts it.
    static halo_api::Answer page_of(const json::array& all, const halo_api::Call& call, std::string_view name)
    {
        const std::size_t size = std::stoul("0" + text_of(call, "page_size"));
        const std::size_t page = std::stoul("0" + text_of(call, "page_no"));
        json::array rows;
        for (std::size_t i = 0; i < all.size(); ++i)
            if (size == 0 || i / size + 1 == page) rows.push_back(all[i]);
        json::object list{{"record_count", all.size()}};
        list[name] = std::move(rows);
        return halo_answer(200, json::serialize(list));
    }
    static std::int64_t number_behind(const std::string& path)
    {
        return std::stoll("0" + path.substr(path.rfind('/') + 1));
    }

    halo_api::Answer log_answer(const halo_api::Call& call)
    {
        if (!log_allowed) return halo_answer(403, R"({"error":"no right"})");
        std::sort(sent.begin(), sent.end(), [](const Sent& a, const Sent& b) { return a.at > b.at; });
        json::array rows;
        for (const Sent& each : sent) {
            json::object row{{"id", each.id},
                             {"entity_id", each.ticket},
                             {"timestamp", base::rfc3339(each.at)},
                             {"responsestatus", each.answered}};
            if (call.path == "/WebhookEvent/" + each.id) {
                row["requestheaders"] = each.headers;
                row["requestbody"] = each.body;
                return halo_answer(200, json::serialize(row));
            }
            rows.emplace_back(std::move(row));
        }
        if (call.path != "/WebhookEvent") return halo_answer(404, "\"no such row\"");
        return page_of(rows, call, "webhookevents");
    }

    halo_api::Answer tickets_answer(const halo_api::Call& call)
    {
        if (!tickets_allowed) return halo_answer(401, "\"no right\"");
        if (call.path != "/Tickets") {
            const auto found = tickets.find(number_behind(call.path));
            if (found == tickets.end()) return halo_answer(404, "\"no such ticket\"");
            return halo_answer(200, json::serialize(found->second));
        }
        std::vector<json::object> changed;
        const auto from = base::parse_time(text_of(call, "lastupdatefromdate"));
        for (const auto& [id, ticket] : tickets)
            if (!from || base::parse_time(ticket.at("last_update").as_string()) >= from)
                changed.push_back(ticket);
        std::sort(changed.begin(), changed.end(), [](const json::object& a, const json::object& b) {
            return a.at("last_update").as_string() > b.at("last_update").as_string();
        });
        return page_of(json::array(changed.begin(), changed.end()), call, "tickets");
    }

    halo_api::Answer actions_answer(const halo_api::Call& call)
    {
        if (!actions_allowed) return halo_answer(403, "\"no right\"");
        json::object list{{"actions", actions[std::stoll("0" + text_of(call, "ticket_id"))]}};
        return halo_answer(200, json::serialize(list));
    }
};

// The intake on a real store beside that HaloPSA. Its traffic is that of the hour before noon.
class ReconcileWorld : public IntakeWorld {
public:
    explicit ReconcileWorld(const config::Entries& entries = {}) : IntakeWorld{entries}
    {
        clock.set_wall(noon);
    }

    static constexpr base::WallTime noon{std::chrono::milliseconds{1'795'521'600'000}};
    static base::WallTime at(std::chrono::minutes after_eleven) { return noon - 60min + after_eleven; }

    // A webhook's body, with the names that HaloPSA gives it.
    static std::string body(const std::string& message, const std::string& event, std::int64_t ticket,
                            base::WallTime when)
    {
        json::object out{{"id", "id-" + message},           {"escmsg_id", message}, {"webhook_id", "w"},
                         {"notification_id", 41},           {"event", event},       {"object_id", ticket},
                         {"timestamp", base::rfc3339(when)}};
        return json::serialize(out);
    }
    // HaloPSA sent it, and had this answer; `signed_body` is what its log keeps.
    HaloModel::Sent& logs(const std::string& id, std::int64_t ticket, base::WallTime when,
                          const std::string& signed_body, int answered = 503)
    {
        const web::Request request = halo->sign(webhook(signed_body));
        json::object headers;
        for (const auto& [name, value] : request.head.headers) headers[name] = value;
        model.sent.push_back({id, ticket, when, answered, headers, json::value(signed_body)});
        return model.sent.back();
    }
    // A ticket as the API shows it.
    json::object& has_ticket(std::int64_t id, base::WallTime created, base::WallTime changed,
                             std::int64_t status = 1)
    {
        model.tickets[id] = json::object{{"id", id},
                                         {"summary", "Ticket " + std::to_string(id)},
                                         {"status_id", status},
                                         {"tickettype_id", 25},
                                         {"dateoccurred", base::rfc3339(created)},
                                         {"last_update", base::rfc3339(changed)}};
        return model.tickets[id];
    }
    void has_action(std::int64_t ticket, std::int64_t id, base::WallTime when)
    {
        model.actions[ticket].push_back(json::object{
            {"id", id}, {"ticket_id", ticket}, {"datetime", base::rfc3339(when)}, {"who_agentid", 3}});
        model.tickets[ticket]["last_update"] = base::rfc3339(when);
    }

    reconcile::Reading reading() const
    {
        reconcile::Reading reading;
        reading.window = {at(0min), at(0min)};
        reading.ends = clock.steady() + 10min;
        return reading;
    }
    reconcile::LogReader::Found read_log() { return run(log_reader.read(reading())); }
    reconcile::Found read_tickets() { return run(ticket_reader.read(reading())); }

    // All events in the order in which they were stored: "webhook:created:1 poll:changed:2".
    std::string events()
    {
        return read([](store::Database& db) {
            std::string text;
            auto load = db.prepare("SELECT origin, kind, ticket FROM events ORDER BY id");
            load.bind();
            while (load.step())
                text += (text.empty() ? "" : " ") + load.string(0) + ":" + load.string(1) + ":" +
                        std::to_string(load.integer(2));
            return text;
        });
    }
    std::optional<base::WallTime> place(store::Place place)
    {
        return read([place](store::Database& db) { return store::load_place(db, place); });
    }

    HaloModel model;
    FakeHaloApi api{[this](const halo_api::Call& call) { return model.answer(call); }};
    reconcile::TicketReader ticket_reader{
        {*writer, *readers, api, *recorder, clock, base::Logger{log, "reconcile"}}};
    reconcile::LogReader log_reader{{*writer, *readers, api, *recorder, ticket_reader, clock,
                                     base::Logger{log, "reconcile"}, "the-secret-token"}};
};

} // namespace mizo::tests
