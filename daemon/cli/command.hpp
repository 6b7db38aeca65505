#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/cli/api.hpp"
#include "daemon/cli/console.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::cli {

// One option of a command. `value` is how the help names it; empty for a switch.
struct Option {
    std::string_view name;
    std::string_view value;
    std::string_view sentence;
};

// What was written after the command's words.
struct Arguments {
    boost::program_options::variables_map options;
    std::vector<std::string> operands;

    bool has(std::string_view name) const { return options.count(std::string{name}) > 0; }
    // Empty where it was not given.
    std::string text(std::string_view name) const;
};

// Everything a command works with.
struct Context {
    Arguments given;
    Console& console;
    const base::Clock& clock;
    std::function<void(std::chrono::milliseconds)> wait;
    std::function<std::unique_ptr<Api>()> connect = {}; // finds the running daemon; throws Stop
    std::unique_ptr<Api> api = {};                      // of a command that always talks to the daemon
    std::filesystem::path config_file = {};             // empty: the usual one
    std::filesystem::path data_dir = {};

    const std::string& operand(std::size_t index) const { return given.operands.at(index); }
    // Prints the answer as it came where --json is given; whether it did.
    bool printed_as_json(std::string_view answer) const;
};

enum class Topic { daemon, look, halopsa, mizo, care };

// One command: all that parsing, the help and docs/command-line.md know of it.
struct Command {
    std::string_view words; // "cert export"
    Topic topic{};
    std::string_view operands = {}; // as the usage shows them: "ID", "[ID]"
    std::size_t operands_min = 0;
    std::size_t operands_max = 0;
    std::string_view summary;      // one line
    std::string_view details = {}; // what the help of the command adds
    std::vector<Option> options = {};
    bool reads = false;    // has --json
    bool asks = false;     // talks to the running daemon
    bool settings = false; // takes each setting as an option
    Exit (*run)(Context& context) = nullptr;
};

const std::vector<Command>& all_commands();

// The command's own options and those that its properties give it.
std::vector<Option> options_of(const Command& command);

// Reads what follows the words. Throws Stop (usage).
Arguments parse_arguments(const Command& command, const std::vector<std::string>& rest);

} // namespace mizo::cli
