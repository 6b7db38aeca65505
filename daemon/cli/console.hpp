#pragma once

#include "daemon/base/secret.hpp"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace mizo::cli {

// Where a command speaks and is spoken to. Results go to `out`, everything that is meant for a person alone
// (questions, progress, errors) to `err`, so that a script can read the one without the other.
struct Console {
    std::istream& in;
    std::ostream& out;
    std::ostream& err;
    bool in_is_terminal = false;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    // Reads a line from the terminal without showing it.
    std::function<base::Secret()> read_hidden;
};
Console system_console();

// One line that must not be seen: from the terminal with a prompt, else from standard input. Throws Stop
// where there is none.
base::Secret read_secret(Console& console, const std::string& prompt);

// Has a person say yes; where nobody can be asked, --yes must have been given. Throws Stop.
void confirm(Console& console, const std::string& question, bool said_yes);

// A new file of the caller's choice that only its owner may read, whole or not there at all: it is removed
// again unless it was finished. Throws Stop where it is there already or cannot be written.
class OutputFile {
public:
    explicit OutputFile(std::filesystem::path path);
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;
    ~OutputFile();

    void write(std::string_view bytes);
    // On disk when it returns.
    void finish();
    const std::filesystem::path& path() const { return path_; }

private:
    [[noreturn]] void fail() const;

    std::filesystem::path path_;
    int descriptor_ = -1;
};

// Root may do the daemon's work while it is stopped: what it made in the directory is given to the
// directory's owner, so that the daemon can open it. Throws Stop.
void give_to_owner(const std::filesystem::path& directory);

} // namespace mizo::cli
