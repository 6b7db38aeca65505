#pragma once

#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/store/deliveries.hpp"
#include "daemon/tab/tab.hpp"
#include "tests/support/fake_halo_api.hpp"
#include "tests/support/store_world.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace mizo::tests {

namespace json = boost::json;

// The tab on the real store, with a HaloPSA that answers as the test says, and a cloud that is the list of
// what was sent to it.
class TabWorld {
public:
    static constexpr std::int64_t agent = 13;
    static constexpr std::int64_t ticket = 4242;

    TabWorld()
    {
        set({{"halo.url", "https://halo.example.net"}, {"halo.tab_secret", "iframe-secret-11"}});
        open();
    }
    ~TabWorld() { world.run(tab->stop()); }

    void open()
    {
        tab = std::make_unique<tab::Tab>(tab::Tab::Parts{world.context.get_executor(), *world.writer,
                                                         *world.readers, settings, api, world.clock,
                                                         world.random, world.log, [this](relay::Frame frame) {
                                                             if (!linked) return false;
                                                             sent.push_back(std::move(frame));
                                                             return true;
                                                         }});
        tab->inbox().on_live(linked);
    }

    void set(const json::object& patch)
    {
        settings.replace(settings.current()->with(patch).settings);
        if (tab) tab->set_settings(*settings.current());
    }

    static std::string link_of(std::int64_t whom, std::int64_t which,
                               std::string_view key = "iframe-secret-11")
    {
        return "agentId=" + std::to_string(whom) +
               "&hmac=" + certs::base64(certs::hmac_sha256(key, std::to_string(whom))) +
               "&ticketId=" + std::to_string(which);
    }

    // Through admission, as the listener does.
    web::Response send(web::RequestHead head, std::string body = {})
    {
        head.remote = remote;
        const net::Admission admission = tab->handler().admit(head);
        if (admission.refusal) return *admission.refusal;
        web::Request request;
        request.head = std::move(head);
        request.body = std::move(body);
        return world.run(tab->handler().handle(std::move(request)));
    }
    web::Response get(const std::string& path, const std::string& token = {})
    {
        return send(head_of("GET", path, token));
    }
    web::Response post(const std::string& path, const json::object& body, const std::string& token = {})
    {
        return send(head_of("POST", path, token), json::serialize(body));
    }
    web::Response open_link(const std::string& link) { return post("/tab/session", {{"link", link}}); }
    // The token of a session of this agent at this ticket.
    std::string session(std::int64_t whom = agent, std::int64_t which = ticket)
    {
        return json::parse(open_link(link_of(whom, which)).body).at("token").as_string().c_str();
    }
    json::value view(const std::string& token) { return json::parse(get("/tab/view", token).body); }

    static web::RequestHead head_of(const std::string& method, const std::string& path,
                                    const std::string& token)
    {
        web::RequestHead head;
        head.method = method;
        head.target = head.path = path;
        if (method == "POST") head.headers.add("Content-Type", "application/json");
        if (!token.empty()) head.headers.add("Authorization", "Bearer " + token);
        return head;
    }

    // The cloud says something of the ticket; ends once it is kept.
    void insight(std::int64_t revision, std::optional<base::WallTime> expires = {})
    {
        relay::Insight insight;
        insight.ticket_id = ticket;
        insight.revision = revision;
        insight.title = "The printer is out of paper";
        insight.sections = {{"Summary", "It is *out* of paper."}};
        insight.actions = {{"assign", "Assign to me"}};
        insight.expires_at = expires;
        tab->inbox().on(std::move(insight));
        settle();
    }
    // Lets what was begun come to rest: the writer works in order.
    void settle()
    {
        world.write([](store::Database&) { return true; });
        world.context.restart();
        world.context.poll();
    }

    base::Result<halo_api::Answer> answer(const halo_api::Call& call)
    {
        if (!down.empty()) return base::Error{base::Errc::unreachable, down, "", "no route to it"};
        const auto found = answers.find(call.path);
        return found == answers.end() ? halo_answer(404, "{}") : found->second;
    }

    StoreWorld world;
    std::map<std::string, halo_api::Answer> answers{
        {"/Agent/13", halo_answer(200, R"({"id":13,"name":"Ada","isdisabled":false})")},
        {"/Agent/14", halo_answer(200, R"({"id":14,"name":"Bob","isdisabled":true})")},
        {"/Tickets/4242", halo_answer(200, R"({"id":4242,"tickettype_id":25})")},
        {"/Tickets/4243", halo_answer(200, R"({"id":4243,"tickettype_id":26})")}};
    std::string down; // the code of why HaloPSA does not answer
    FakeHaloApi api{[this](const halo_api::Call& call) { return answer(call); }};
    config::LiveSettings settings{config::Settings{}};
    bool linked = true;
    std::vector<relay::Frame> sent;
    std::string remote = "192.0.2.7";
    std::unique_ptr<tab::Tab> tab;
};

inline std::string code_of(const web::Response& response)
{
    return json::parse(response.body).at("code").as_string().c_str();
}

} // namespace mizo::tests
