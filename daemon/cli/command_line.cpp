#include "daemon/cli/command_line.hpp"

#include "daemon/app/startup.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/cli/command.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/http_api.hpp"
#include "daemon/cli/usage.hpp"
#include "daemon/cli/words.hpp"

#include <algorithm>
#include <ostream>
#include <thread>

namespace mizo::cli {

namespace {

using Words = std::vector<std::string>;

// The command whose words the arguments begin with; those words are then taken off.
const Command* take_command(Words& arguments)
{
    const auto starts_with = [&](std::string_view words) {
        const auto blank = words.find(' ');
        if (arguments.empty() || arguments[0] != words.substr(0, blank)) return false;
        return blank == std::string_view::npos ||
               (arguments.size() > 1 && arguments[1] == words.substr(blank + 1));
    };
    for (const Command& command : all_commands()) {
        if (!starts_with(command.words)) continue;
        const auto taken = command.words.find(' ') == std::string_view::npos ? 1 : 2;
        arguments.erase(arguments.begin(), arguments.begin() + taken);
        return &command;
    }
    return nullptr;
}

Stop unknown_command(const Words& arguments)
{
    std::string same;
    for (const Command& command : all_commands())
        if (command.words.starts_with(arguments[0] + " "))
            same += (same.empty() ? "" : ", ") + std::string{command.words.substr(arguments[0].size() + 1)};
    if (!same.empty()) return {Exit::usage, arguments[0] + " is followed by one of: " + same};
    return {Exit::usage, "there is no command \"" + printable(arguments[0]) + "\""};
}

std::string chosen(const Arguments& given, std::string_view option, const char* variable)
{
    return given.has(option) ? given.text(option) : base::environment_variable(variable);
}

Exit run(const Command& command, const Words& rest, Console& console)
{
    Arguments given = parse_arguments(command, rest);
    if (given.has("help")) {
        console.out << command_usage(command);
        return Exit::done;
    }
    const base::SystemClock clock;
    const auto wait = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
    Context context{std::move(given), console, clock, wait};
    context.config_file = base::path_of(chosen(context.given, "config", "MIZO_RELAY_CONFIG"));
    context.data_dir = base::path_of(chosen(context.given, "data-dir", "MIZO_RELAY_DATA_DIR"));
    if (context.data_dir.empty()) context.data_dir = app::default_data_dir();
    context.connect = [&context]() -> std::unique_ptr<Api> {
        const Arguments& options = context.given;
        return std::make_unique<HttpApi>(find_daemon(
            {options.text("url"), context.config_file, context.data_dir, options.text("ca-file")}));
    };
    if (command.asks) context.api = context.connect();
    return command.run(context);
}

// `help cert export` is `cert export --help`; and so on.
Words without_synonyms(Words arguments)
{
    if (arguments[0] == "--version") arguments[0] = "version";
    if (arguments[0] != "help" && arguments[0] != "--help" && arguments[0] != "-h") return arguments;
    arguments.erase(arguments.begin());
    if (!arguments.empty()) arguments.emplace_back("--help");
    return arguments;
}

Exit complain(Console& console, const std::string& who, const Stop& stop)
{
    console.err << who << ": " << stop.what() << "\n";
    if (stop.status() == Exit::usage) console.err << "Try: " << who << " --help\n";
    return stop.status();
}

} // namespace

int main(const Words& all, Console& console)
{
    std::string who = "mizo-relay";
    Exit status = Exit::done;
    try {
        if (all.empty()) {
            console.err << program_usage();
            return static_cast<int>(Exit::usage);
        }
        Words rest = without_synonyms(all);
        const Command* command = take_command(rest);
        if (command) who += " " + std::string{command->words};
        if (rest.empty() && !command)
            console.out << program_usage();
        else if (command)
            status = run(*command, rest, console);
        else
            throw unknown_command(rest);
    } catch (const Stop& stop) {
        status = complain(console, who, stop);
    } catch (const std::exception& error) {
        status = complain(console, who, {Exit::failed, error.what()});
    }
    console.out.flush();
    if (console.out || status != Exit::done) return static_cast<int>(status);
    return static_cast<int>(complain(console, who, {Exit::failed, "standard output cannot be written"}));
}

int main(const std::vector<std::string>& arguments)
{
    Console console = system_console();
    return main({arguments.begin() + std::min<std::ptrdiff_t>(1, std::ssize(arguments)), arguments.end()},
                console);
}

} // namespace mizo::cli
