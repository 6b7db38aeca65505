#pragma once

#include "daemon/config/problem.hpp"
#include "daemon/config/settings.hpp"

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace mizo::config {

struct ReadFile {
    Entries entries;
    Problems problems;
};

// The text of a configuration file: one `key = value` a line, blank lines and lines that begin with # left
// out. `name` is the file's, for messages.
ReadFile read_file(std::string_view text, std::string_view name);

// "webhook.listen" is MIZO_RELAY_WEBHOOK_LISTEN.
std::string environment_name(const Setting& setting);

// The entries among the variables of a process ("NAME=value"). A variable that begins with MIZO_RELAY_ and is
// no setting is a problem, but for those in `others`, which the command line uses itself.
ReadFile read_environment(const std::vector<std::string>& variables, const std::vector<std::string>& others);

// One option --KEY=VALUE for each setting that is no secret.
boost::program_options::options_description flag_options();
Entries flag_entries(const boost::program_options::variables_map& flags);

} // namespace mizo::config
