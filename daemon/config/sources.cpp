#include "daemon/config/sources.hpp"

#include <boost/program_options/value_semantic.hpp>

#include <algorithm>

namespace mizo::config {

namespace {

constexpr std::string_view environment_prefix = "MIZO_RELAY_";

std::string_view trimmed(std::string_view text)
{
    static constexpr std::string_view blanks = " \t\r";
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

} // namespace

ReadFile read_file(std::string_view text, std::string_view name)
{
    ReadFile read;
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3); // Windows' editors begin a file with it
    for (int number = 1; !text.empty(); ++number) {
        const auto end = text.find('\n');
        const auto line = trimmed(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#') continue;

        const std::string place = std::string{name} + ", line " + std::to_string(number);
        const auto refuse = [&](std::string_view key, std::string_view code) {
            auto problem = make_problem(key, code);
            problem.place = place;
            read.problems.push_back(std::move(problem));
        };
        const auto equals = line.find('=');
        const auto key = trimmed(line.substr(0, equals));
        if (equals == std::string_view::npos || key.empty()) {
            refuse("", "file_syntax");
            continue;
        }
        const bool twice = std::any_of(read.entries.begin(), read.entries.end(),
                                       [&](const Entry& entry) { return entry.name == key; });
        if (twice)
            refuse(key, "value_twice");
        else
            read.entries.push_back({std::string{key}, std::string{trimmed(line.substr(equals + 1))}, place});
    }
    return read;
}

std::string environment_name(const Setting& setting)
{
    std::string name{environment_prefix};
    for (const char c : setting.name)
        name += c == '.' ? '_' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    return name;
}

ReadFile read_environment(const std::vector<std::string>& variables, const std::vector<std::string>& others)
{
    ReadFile read;
    for (const std::string& variable : variables) {
        const auto equals = variable.find('=');
        const std::string name = variable.substr(0, equals);
        if (!name.starts_with(environment_prefix) || equals == std::string::npos) continue;
        if (std::find(others.begin(), others.end(), name) != others.end()) continue;
        const auto settings = all_settings();
        const auto found = std::find_if(settings.begin(), settings.end(), [&](const Setting& setting) {
            return environment_name(setting) == name;
        });
        if (found != settings.end()) {
            read.entries.push_back({std::string{found->name}, variable.substr(equals + 1), name});
            continue;
        }
        auto problem = make_problem(name, "value_unknown");
        problem.place = "environment";
        read.problems.push_back(std::move(problem));
    }
    return read;
}

boost::program_options::options_description flag_options()
{
    namespace po = boost::program_options;
    po::options_description options{"Settings"};
    for (const Setting& setting : all_settings())
        if (!setting.secret)
            options.add_options()(std::string{setting.name}.c_str(), po::value<std::string>(),
                                  std::string{setting.sentence}.c_str());
    return options;
}

Entries flag_entries(const boost::program_options::variables_map& flags)
{
    Entries entries;
    for (const Setting& setting : all_settings()) {
        const std::string name{setting.name};
        if (flags.count(name) > 0) entries.push_back({name, flags[name].as<std::string>(), "--" + name});
    }
    return entries;
}

} // namespace mizo::config
