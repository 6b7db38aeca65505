// A request of the cloud's, from its frame to the decision whether HaloPSA is asked. Holds that nothing but
// the calls of the table gets through, that no path leads out of HaloPSA's API root, and that what is sent is
// ours.
#include "daemon/agent/automation.hpp"
#include "daemon/relay/wire.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mizo;

namespace {

void must(bool holds)
{
    if (!holds) std::abort();
}

bool is_visible_ascii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// The rules once more, in the plainest words.
void check_call(const halo_api::Call& call)
{
    must(call.method == "GET" || call.method == "POST" || call.method == "DELETE");
    must(call.path.size() > 1 && call.path.size() <= 200 && call.path.front() == '/');
    must(is_visible_ascii(call.path));
    for (const std::string_view evil : {"//", "..", ".", "%", "\\", "?", "#", ":", "@", ";", "*"})
        must(call.path.find(evil) == std::string::npos);
    const auto rules = agent::allow_rules();
    must(std::any_of(rules.begin(), rules.end(), [&](const agent::AllowRule& rule) {
        const auto brace = rule.pattern.find('{');
        return rule.method == call.method && call.path.starts_with(rule.pattern.substr(0, brace)) &&
               (brace != std::string_view::npos || call.path == rule.pattern);
    }));
    for (const auto& [name, value] : call.query) {
        must(!name.empty() && is_visible_ascii(name));
        must(value.find_first_of("\r\n") == std::string::npos && value.find('\0') == std::string::npos);
    }
    must((call.method == "POST") == !call.body.empty());
    must(call.body.find_first_of("\r\n") == std::string::npos);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto frame = relay::decode(text);
    const auto* request = frame ? std::get_if<relay::Request>(&*frame) : nullptr;
    if (request == nullptr) return 0;
    const auto asked = agent::read_request(*request, agent::AllowList{});
    must(asked || !asked.error().text.empty());
    must(!agent::read_request(*request, agent::AllowList{{"none"}}));
    if (!asked) return 0;
    check_call(asked->call);
    if (asked->call.method == "POST") {
        boost::json::parse_options options;
        options.max_depth = 80; // a frame may be 64 deep
        const auto body = boost::json::parse(asked->call.body, {}, options);
        must(body.is_array() && body.get_array().size() == 1 && body.get_array().front().is_object());
    }
    // Whatever it is, "Mizo resolve" is one.
    const auto effects = agent::effects_of(*asked);
    const auto missing = agent::missing_automation(effects, agent::Automation{}, {});
    must(!effects.resolve || missing == "automation.resolve");
    return 0;
}
