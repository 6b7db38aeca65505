#include "daemon/relay/session.hpp"
#include "daemon/relay/wire.hpp"

#include <cstdint>
#include <cstdlib>

namespace {

using namespace mizo::relay;

// A frame that can be read is the same after being written and read again.
void round_trip(std::string_view text)
{
    const auto frame = decode(text);
    if (!frame) return;
    const auto again = decode(encode(*frame));
    if (!again || !(*again == *frame)) std::abort();
}

// Lines of the input are what a cloud sends to a session with two events in flight. Each turn must leave it
// waiting for the future, within its window.
void converse(std::string_view text)
{
    Instant now{SteadyTime{std::chrono::hours{1}}, {}};
    Settings settings;
    settings.jitter = [] { return 0.5; };
    Session session{std::move(settings), now};
    LoadId load = 0;
    LinkId link = 0;
    const auto push = [&](Event event) {
        for (const auto& action : session.on(std::move(event), now)) {
            if (const auto* wanted = std::get_if<Load>(&action)) load = wanted->load;
            if (const auto* dial = std::get_if<Dial>(&action)) link = dial->link;
        }
        if (const auto wake = session.wake(); wake && *wake <= now.steady) std::abort();
        const auto view = session.view(now);
        if (view.in_flight < 0 || view.in_flight_bytes < 0 || view.acked >= view.next_seq) std::abort();
    };
    push(Start{Identity{"r", "wss://link.example/"}, {"e", 1, 3, 0}});
    push(Dialled{link});
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        push(Received{link, std::string{line}});
        LoadedEvent event;
        event.seq = 1;
        push(Loaded{load, 1, {event}});
        now.steady += std::chrono::seconds{1};
        push(Tick{});
        push(Dialled{link});
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    round_trip(text);
    converse(text);
    return 0;
}
