#include "daemon/cli/command.hpp"

#include "daemon/config/sources.hpp"

#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>

#include <ostream>

namespace mizo::cli {

namespace {

namespace po = boost::program_options;

constexpr const char* operands_name = "operands";

po::options_description described(const std::vector<Option>& options)
{
    po::options_description description;
    for (const Option& option : options) {
        const std::string name = option.name == "help" ? "help,h" : std::string{option.name};
        if (option.value.empty())
            description.add_options()(name.c_str(), "");
        else
            description.add_options()(name.c_str(), po::value<std::string>(), "");
    }
    return description;
}

void check_operands(const Command& command, const Arguments& arguments)
{
    const std::size_t count = arguments.operands.size();
    if (count < command.operands_min)
        throw Stop{Exit::usage, "something is missing: it takes " + std::string{command.operands}};
    if (count > command.operands_max)
        throw Stop{Exit::usage,
                   "\"" + arguments.operands[command.operands_max] + "\" is too much: it takes " +
                       (command.operands.empty() ? "nothing more" : std::string{command.operands})};
}

} // namespace

std::string Arguments::text(std::string_view name) const
{
    const auto found = options.find(std::string{name});
    return found == options.end() ? std::string{} : found->second.as<std::string>();
}

bool Context::printed_as_json(std::string_view answer) const
{
    if (!given.has("json")) return false;
    console.out << answer << "\n";
    return true;
}

std::vector<Option> options_of(const Command& command)
{
    std::vector<Option> options = command.options;
    if (command.reads) options.push_back({"json", "", "print the daemon's answer as JSON, for programs"});
    if (command.asks) {
        options.push_back({"url", "URL", "the daemon's admin address, such as http://127.0.0.1:8470"});
        options.push_back({"ca-file", "FILE", "CA (PEM) of an https address"});
    }
    options.push_back({"config", "FILE", "configuration file"});
    options.push_back({"data-dir", "DIR", "directory of the database and the keys"});
    options.push_back({"help", "", "show this"});
    return options;
}

Arguments parse_arguments(const Command& command, const std::vector<std::string>& rest)
{
    po::options_description known = described(options_of(command));
    if (command.settings) known.add(config::flag_options());
    known.add_options()(operands_name, po::value<std::vector<std::string>>());
    po::positional_options_description positional;
    positional.add(operands_name, -1);
    // Without guessing: an abbreviation that works today may mean two options tomorrow.
    const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    Arguments arguments;
    try {
        const auto parsed =
            po::command_line_parser(rest).options(known).positional(positional).style(style).run();
        po::store(parsed, arguments.options);
    } catch (const po::error& error) {
        throw Stop{Exit::usage, error.what()};
    }
    if (arguments.options.count(operands_name) > 0)
        arguments.operands = arguments.options[operands_name].as<std::vector<std::string>>();
    if (!arguments.has("help")) check_operands(command, arguments);
    return arguments;
}

} // namespace mizo::cli
