#include "daemon/relay/session_dialogue.hpp"

#include <algorithm>
#include <variant>

namespace mizo::relay {

namespace {

// The word of `caps` that a frame of the cloud's belongs to; empty for what nobody beside the session takes.
std::string_view cap_of(const Frame& frame)
{
    if (std::holds_alternative<Request>(frame) || std::holds_alternative<Cancel>(frame)) return "request";
    // A `done` of the cloud's answers a button of the tab.
    if (std::holds_alternative<Insight>(frame) || std::holds_alternative<Done>(frame)) return "insight";
    if (std::holds_alternative<Command>(frame)) return "command";
    return {};
}

bool take_one(std::multiset<std::string, std::less<>>& rids, std::string_view rid)
{
    const auto found = rids.find(rid);
    if (found == rids.end()) return false;
    rids.erase(found);
    return true;
}

std::string rid_of(const Frame& frame)
{
    return std::visit(
        [](const auto& value) -> std::string {
            if constexpr (requires { value.rid; })
                return value.rid;
            else
                return {};
        },
        frame);
}

} // namespace

bool Dialogue::serves(const Frame& frame) const
{
    const std::string_view cap = cap_of(frame);
    return !cap.empty() && std::find(caps_.begin(), caps_.end(), cap) != caps_.end();
}

Dialogue::Verdict Dialogue::take(const Frame& frame)
{
    const auto* request = std::get_if<Request>(&frame);
    const auto* command = std::get_if<Command>(&frame);
    if (!request && !command) return Verdict::hand_on;
    if (requests_.size() + commands_.size() >= unanswered_max) return Verdict::too_many;
    if (request)
        requests_.insert(request->rid);
    else
        commands_.insert(command->rid);
    return Verdict::hand_on;
}

bool Dialogue::settle(const Frame& frame)
{
    if (const auto* response = std::get_if<Response>(&frame)) return take_one(requests_, response->rid);
    if (const auto* done = std::get_if<Done>(&frame)) return take_one(commands_, done->rid);
    return std::holds_alternative<TabAction>(frame);
}

void Dialogue::forget()
{
    requests_.clear();
    commands_.clear();
}

Frame Dialogue::failure(const Frame& frame, std::string_view code, std::string text)
{
    if (std::holds_alternative<Request>(frame) || std::holds_alternative<Response>(frame)) {
        Response answer;
        answer.rid = rid_of(frame);
        answer.error = Failure{std::string{code}, std::move(text)};
        return answer;
    }
    return Done{rid_of(frame), false, std::string{code}, std::move(text), nullptr};
}

} // namespace mizo::relay
