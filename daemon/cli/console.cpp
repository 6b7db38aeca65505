#include "daemon/cli/console.hpp"

#include "daemon/cli/stop.hpp"

#include <iostream>

namespace mizo::cli {

namespace {

constexpr std::size_t line_max = 4096;

} // namespace

base::Secret read_secret(Console& console, const std::string& prompt)
{
    if (console.in_is_terminal) {
        console.err << prompt << ": " << std::flush;
        base::Secret secret = console.read_hidden();
        console.err << "\n";
        if (secret.empty()) throw Stop{Exit::usage, "nothing was entered"};
        return secret;
    }
    std::string line;
    std::getline(console.in, line);
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.size() > line_max)
        throw Stop{Exit::usage, "one line is expected on standard input: " + prompt};
    return base::Secret{std::move(line)};
}

void confirm(Console& console, const std::string& question, bool said_yes)
{
    if (said_yes) return;
    if (!console.in_is_terminal) throw Stop{Exit::usage, question + " To do it, add --yes."};
    console.err << question << " Type yes to go on: " << std::flush;
    std::string answer;
    std::getline(console.in, answer);
    if (answer != "yes") throw Stop{Exit::failed, "nothing was done"};
}

} // namespace mizo::cli
