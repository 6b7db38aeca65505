#include "daemon/admin/resources.hpp"
#include "daemon/admin/status.hpp"
#include "daemon/admin/test_ticket.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::admin {

Answer get_stream(Services& services, Call call)
{
    Interest interest;
    const std::string topics = call.param("topics");
    for (const std::string& word : words_of(topics.empty() ? "delivery,event,status" : topics)) {
        const auto topic = topic_from(word);
        if (!topic) co_return problem(BadRequest{"bad_request", "There is no such topic."});
        interest.topics.push_back(*topic);
    }
    if (const std::string level = call.param("log_level"); !level.empty()) {
        const auto known = base::level_from(level == "trace" ? "debug" : level);
        if (!known) co_return problem(BadRequest{"bad_request", "There is no such level."});
        interest.log_level = *known;
    }
    if (call.caller.session) interest.session = call.caller.session->id_hash;
    if (const std::string* last = call.request.head.headers.find("Last-Event-ID"))
        interest.last_event_id = *last;

    const StatusReport report = co_await take_status(services);
    const std::vector<std::pair<Topic, std::string>> first{
        {Topic::status, json::serialize(report.body)},
        {Topic::test_ticket, json::serialize(to_json(services.parts.test_ticket.ticket()))}};
    web::Response response;
    response.headers.add("Content-Type", "text/event-stream");
    response.source = services.hub.listen(std::move(interest), first);
    co_return response;
}

} // namespace mizo::admin
