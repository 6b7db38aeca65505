#include "daemon/cli/event_stream.hpp"

namespace mizo::cli {

namespace {

constexpr std::size_t line_max = 8 * 1024 * 1024;

} // namespace

bool EventStreamParser::take(std::string_view piece)
{
    rest_ += piece;
    std::size_t begin = 0;
    for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
        std::string_view line{rest_.data() + begin, end - begin};
        if (line.ends_with('\r')) line.remove_suffix(1);
        take_line(line);
        begin = end + 1;
    }
    rest_.erase(0, begin);
    return rest_.size() <= line_max;
}

void EventStreamParser::take_line(std::string_view line)
{
    if (line.empty()) {
        // A message without data is none.
        if (!event_.data.empty()) {
            event_.data.pop_back(); // the line end after its last line
            if (event_.name.empty()) event_.name = "message";
            on_event_(event_);
        }
        event_.name.clear();
        event_.data.clear();
        return;
    }
    const auto colon = line.find(':');
    const std::string_view field = line.substr(0, colon);
    std::string_view value = colon == std::string_view::npos ? std::string_view{} : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (field == "event") event_.name = value;
    if (field == "id") event_.id = value;
    if (field == "data") event_.data += std::string{value} + "\n";
}

} // namespace mizo::cli
