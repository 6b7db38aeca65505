#include "daemon/app/startup.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/config/setting.hpp"
#include "daemon/config/value.hpp"

#include <boost/json/serialize.hpp>

#include <iterator>
#include <ostream>

namespace mizo::cli {

namespace {

const config::Setting& setting_named(const std::string& name)
{
    const config::Setting* setting = config::find_setting(name);
    if (!setting)
        throw Stop{Exit::usage, "there is no setting " + name + "; list them with: mizo-relay config show"};
    return *setting;
}

// The new value as the API takes it. It is looked at here too, so that a wrong one is refused in the terms of
// what was typed.
json::value new_value(Context& context, const config::Setting& setting)
{
    const std::string name{setting.name};
    const bool given = context.given.operands.size() > 1;
    if (context.given.has("default")) {
        if (given) throw Stop{Exit::usage, "either a value or --default"};
        return nullptr;
    }
    if (setting.secret) {
        if (given)
            throw Stop{Exit::usage, name +
                                        " is a secret, and arguments can be read by others on this machine: "
                                        "leave the value out, and enter it when asked or on standard input"};
        return json::string{read_secret(context.console, "New value of " + name).reveal()};
    }
    if (!given)
        throw Stop{Exit::usage, "the value is missing (--default puts the setting back to its default)"};
    const config::Parsed parsed = config::parse_text(setting, context.operand(1));
    if (parsed.problem) throw Stop{Exit::usage, name + ": " + parsed.problem->text};
    return config::to_json(setting, parsed.value);
}

std::string problem_line(const config::Problem& problem)
{
    std::string line;
    if (!problem.place.empty()) line += problem.place + ": ";
    if (!problem.key.empty()) line += problem.key + ": ";
    return printable(line + problem.text) + " (" + problem.code + ")\n";
}

json::object problem_json(const config::Problem& problem)
{
    return {{"place", problem.place}, {"key", problem.key}, {"code", problem.code}, {"text", problem.text}};
}

} // namespace

Exit config_show_command(Context& context)
{
    const std::string prefix = context.given.operands.empty() ? "" : context.operand(0);
    const bool with_origin = context.given.has("origin");
    const auto view = [&](const json::object& settings) {
        std::string text = settings_view(settings, prefix, with_origin);
        if (text.find('\n') + 1 == text.size())
            throw Stop{Exit::usage,
                       "there is no setting " + prefix + "; list them with: mizo-relay config show"};
        return text;
    };
    return show(context, {.path = "/settings"}, view);
}

Exit config_set_command(Context& context)
{
    const config::Setting& setting = setting_named(context.operand(0));
    json::object patch;
    patch[setting.name] = new_value(context, setting);
    const json::object settings = ask(*context.api, {.method = "PATCH", .path = "/settings", .body = patch});
    context.console.out << settings_view(settings, setting.name, true);
    if (setting.restart) context.console.out << "It takes effect at the next start of the service.\n";
    return Exit::done;
}

Exit config_check_command(Context& context)
{
    app::RunOptions options;
    options.config_file = context.config_file;
    options.data_dir = context.data_dir;
    app::Configuration read = app::read_configuration(options);
    config::Settings::Loaded loaded = config::Settings::load(read.sources);
    config::Problems problems = std::move(read.problems);
    std::move(loaded.problems.begin(), loaded.problems.end(), std::back_inserter(problems));

    json::array found;
    for (const auto& problem : problems) found.emplace_back(problem_json(problem));
    const json::object answer{{"ok", problems.empty()}, {"problems", std::move(found)}};
    const Exit status = problems.empty() ? Exit::done : Exit::failed;
    if (context.printed_as_json(json::serialize(answer))) return status;
    for (const auto& problem : problems) context.console.out << problem_line(problem);
    if (problems.empty())
        context.console.out << "The configuration file and the environment are right ("
                            << counted(std::ssize(read.sources.file), "setting", "settings")
                            << " in the file, " << read.sources.environment.size()
                            << " in the environment).\n";
    return status;
}

} // namespace mizo::cli
