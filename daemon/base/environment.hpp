#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// What the system hands to a process, and what is handed back to it, as UTF-8 on every system.
namespace mizo::base {

// The program's own arguments, its name first. Windows' main gets them in a code page that cannot write every
// name, and is not asked.
std::vector<std::string> process_arguments(int argc, char** argv);

// The value of a variable; empty where it is not set.
std::string environment_variable(const std::string& name);
// All of them, as "NAME=value".
std::vector<std::string> environment_variables();

// A path that is written in UTF-8: what path::string() gives is UTF-8 everywhere, but on Windows a path is
// not made of it by path's own constructor, which reads a code page.
inline std::filesystem::path path_of(std::string_view utf8)
{
    return std::u8string{utf8.begin(), utf8.end()};
}

// The file whose name is that of `path` and `suffix`.
inline std::filesystem::path with_suffix(std::filesystem::path path, std::string_view suffix)
{
    path += path_of(suffix);
    return path;
}

} // namespace mizo::base
