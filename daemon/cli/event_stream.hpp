#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace mizo::cli {

// One message of a stream of server-sent events (WHATWG HTML, section 9.2).
struct ServerEvent {
    std::string name; // "message" where the stream names none
    std::string id;   // the last one given so far
    std::string data;
};

// Takes the stream in pieces of any size and hands out its messages.
class EventStreamParser {
public:
    using OnEvent = std::function<void(const ServerEvent&)>;
    explicit EventStreamParser(OnEvent on_event) : on_event_{std::move(on_event)} {}

    // False when a line is longer than 8 MiB: then the stream cannot be followed.
    bool take(std::string_view piece);
    const std::string& last_id() const { return event_.id; }

private:
    void take_line(std::string_view line);

    OnEvent on_event_;
    std::string rest_; // of a line whose end has not come yet
    ServerEvent event_;
};

} // namespace mizo::cli
