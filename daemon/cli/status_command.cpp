#include "daemon/base/time_text.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <charconv>
#include <ostream>

namespace mizo::cli {

std::optional<std::int64_t> number_option(const Context& context, std::string_view name)
{
    const std::string text = context.given.text(name);
    if (text.empty()) return std::nullopt;
    std::int64_t number = 0;
    const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || stop != text.data() + text.size() || number < 0)
        throw Stop{Exit::usage, "--" + std::string{name} + " takes a whole number"};
    return number;
}

std::string time_option(const Context& context, std::string_view name)
{
    const std::string text = context.given.text(name);
    if (text.empty()) return {};
    const auto time = parse_when(text, context.clock.wall());
    if (!time)
        throw Stop{Exit::usage,
                   "--" + std::string{name} + " takes an age (30m, 2h, 7d) or a time (2026-11-23T10:00:00Z)"};
    return base::rfc3339(*time);
}

Exit show(Context& context, const ApiRequest& request,
          const std::function<std::string(const json::object&)>& view)
{
    const std::string answer = ask_text(*context.api, request);
    if (!context.printed_as_json(answer)) context.console.out << view(parse_object(answer));
    return Exit::done;
}

Exit status_command(Context& context)
{
    return show(context, {.path = "/status"}, status_view);
}

} // namespace mizo::cli
