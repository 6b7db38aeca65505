#include "daemon/cli/usage.hpp"

#include "daemon/cli/table.hpp"
#include "daemon/config/setting.hpp"

#include <array>

namespace mizo::cli {

namespace {

struct Heading {
    Topic topic;
    std::string_view text;
};
constexpr std::array headings{Heading{Topic::daemon, "The daemon"}, Heading{Topic::look, "What happens"},
                              Heading{Topic::halopsa, "HaloPSA's side"}, Heading{Topic::mizo, "Mizo's side"},
                              Heading{Topic::care, "Settings and care"}};

constexpr std::string_view exit_text =
    "Exit status: 0 done, 1 failed, 2 wrong usage, 3 the daemon cannot be reached.\n";

std::string name_and_operands(const Command& command)
{
    std::string text{command.words};
    if (!command.operands.empty()) text += " " + std::string{command.operands};
    return text;
}

std::string spelling(const Option& option)
{
    std::string text = "--" + std::string{option.name};
    if (!option.value.empty()) text += " " + std::string{option.value};
    return text;
}

std::string sentence_of(const config::Setting& setting)
{
    std::string text{setting.sentence};
    std::erase(text, '`');
    return text;
}

std::string settings_text()
{
    Table lines;
    for (const config::Setting& setting : config::all_settings())
        if (!setting.secret) lines.add({"--" + std::string{setting.name}, sentence_of(setting)});
    return "\nSettings, each as --KEY=VALUE; here they win over the environment and the file:\n" +
           lines.text("  ");
}

std::string section_of(const Command& command)
{
    std::string text = "### `" + name_and_operands(command) + "`\n\n";
    std::string summary{command.summary};
    if (summary.front() >= 'a' && summary.front() <= 'z')
        summary.front() = static_cast<char>(summary.front() - 32);
    text += summary + ".\n";
    if (!command.details.empty()) text += "\n" + std::string{command.details} + "\n";
    std::string options;
    std::vector<Option> own = command.options;
    if (command.reads) own.push_back({"json", "", "print the daemon's answer as JSON, for programs"});
    for (const Option& option : own)
        options += "- `" + spelling(option) + "`: " + std::string{option.sentence} + "\n";
    if (command.settings)
        options += "- `--KEY=VALUE`: any setting of [configuration.md](configuration.md) that is no secret\n";
    return text + (options.empty() ? "" : "\n" + options) + "\n";
}

} // namespace

std::string program_usage()
{
    std::string text = "mizo-relay relays HaloPSA's webhooks to Mizo, and loses none.\n\n"
                       "Usage: mizo-relay COMMAND [options]\n";
    // One table, so that all summaries begin in one column.
    Table lines;
    for (const Command& command : all_commands())
        lines.add({name_and_operands(command), std::string{command.summary}});
    const std::string listed = lines.text("  ");
    std::size_t begin = 0;
    std::optional<Topic> topic;
    for (const Command& command : all_commands()) {
        if (topic != command.topic)
            text += "\n" + std::string{headings[static_cast<std::size_t>(command.topic)].text} + "\n";
        topic = command.topic;
        const auto end = listed.find('\n', begin) + 1;
        text += listed.substr(begin, end - begin);
        begin = end;
    }
    return text + "\nmizo-relay COMMAND --help explains one command.\n" + std::string{exit_text};
}

std::string command_usage(const Command& command)
{
    std::string text = "mizo-relay " + std::string{command.words} + ": " + std::string{command.summary} +
                       "\n\nUsage: mizo-relay " + name_and_operands(command) + " [options]\n";
    if (!command.details.empty()) text += "\n" + std::string{command.details} + "\n";
    Table lines;
    for (const Option& option : options_of(command)) {
        std::string sentence{option.sentence};
        if (option.name == "config") sentence += " (MIZO_RELAY_CONFIG, else the usual one)";
        if (option.name == "data-dir") sentence += " (MIZO_RELAY_DATA_DIR, else the usual one)";
        lines.add({spelling(option), sentence});
    }
    text += "\nOptions:\n" + lines.text("  ");
    if (command.settings) text += settings_text();
    return text;
}

std::string command_line_page()
{
    std::string page =
        "# Command line\n\n"
        "`mizo-relay COMMAND [options]`. This page is written from the table in "
        "`daemon/cli/command_table.cpp`; a\n"
        "test keeps it current.\n\n"
        "Commands on a running daemon use its admin API, with the key in `<data-dir>/admin.key`; so they are "
        "run as\n"
        "root or as the service's own account. The daemon is found by `--url`, else by what it wrote into\n"
        "`<data-dir>/admin.address` when it started, else by the setting `admin.listen`.\n\n"
        "| exit status | meaning |\n|---|---|\n| 0 | done |\n| 1 | failed; the reason is on standard error, "
        "with its "
        "code (see [errors.md](errors.md)) |\n| 2 | wrong usage |\n| 3 | the daemon cannot be reached |\n\n"
        "Results go to standard output; questions, progress and errors to standard error. No secret is ever "
        "taken\n"
        "from an argument: it is asked for on a terminal, or read as one line from standard input. Files are "
        "made\n"
        "new, readable for you alone; nothing is overwritten.\n\n"
        "Every command takes:\n\n"
        "- `--config FILE` (`MIZO_RELAY_CONFIG`): the configuration file\n"
        "- `--data-dir DIR` (`MIZO_RELAY_DATA_DIR`): the directory of the database and the keys\n"
        "- `--help`\n\n"
        "and those that talk to the daemon:\n\n"
        "- `--url URL`: its admin address, such as `http://127.0.0.1:8470`\n"
        "- `--ca-file FILE`: the CA (PEM) of an https address\n\n";
    std::optional<Topic> topic;
    for (const Command& command : all_commands()) {
        if (topic != command.topic)
            page += "## " + std::string{headings[static_cast<std::size_t>(command.topic)].text} + "\n\n";
        topic = command.topic;
        page += section_of(command);
    }
    page.pop_back();
    return page;
}

} // namespace mizo::cli
