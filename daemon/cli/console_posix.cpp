#include "daemon/cli/console.hpp"
#include "daemon/cli/stop.hpp"

#include <cerrno>
#include <fcntl.h>
#include <iostream>
#include <sys/stat.h>
#include <system_error>
#include <termios.h>
#include <unistd.h>

namespace mizo::cli {

namespace {

constexpr char interrupt = 0x03;
constexpr char end_of_input = 0x04;
constexpr char backspace = 0x08;
constexpr char kill_line = 0x15;
constexpr char delete_back = 0x7f;

// The terminal hands out each key and shows none, and Ctrl-C is a key: so that nothing can leave it in this
// state.
class HiddenInput {
public:
    HiddenInput()
    {
        ::tcgetattr(STDIN_FILENO, &before_);
        termios hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
        hidden.c_cc[VMIN] = 1;
        hidden.c_cc[VTIME] = 0;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput() { ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_); }

private:
    termios before_{};
};

// Takes back one character: its last byte and, of UTF-8, those that lead to it.
void take_back(std::string& text)
{
    while (!text.empty()) {
        const auto byte = static_cast<unsigned char>(text.back());
        text.pop_back();
        if ((byte & 0xc0) != 0x80) return;
    }
}

base::Secret read_hidden_line()
{
    const HiddenInput hidden;
    std::string line;
    for (char key = 0; ::read(STDIN_FILENO, &key, 1) == 1;) {
        if (key == interrupt) throw Stop{Exit::failed, "interrupted"};
        if (key == '\n' || key == '\r' || key == end_of_input) break;
        if (key == backspace || key == delete_back)
            take_back(line);
        else if (key == kill_line)
            line.clear();
        else
            line += key;
    }
    return base::Secret{std::move(line)};
}

std::string reason()
{
    return std::generic_category().message(errno);
}

} // namespace

Console system_console()
{
    return {std::cin,
            std::cout,
            std::cerr,
            ::isatty(STDIN_FILENO) == 1,
            ::isatty(STDOUT_FILENO) == 1,
            ::isatty(STDERR_FILENO) == 1,
            read_hidden_line};
}

OutputFile::OutputFile(std::filesystem::path path)
    : path_{std::move(path)},
      descriptor_{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)}
{
    if (descriptor_ >= 0) return;
    if (errno == EEXIST)
        throw Stop{Exit::failed, path_.string() + " is there already; nothing was overwritten"};
    fail();
}

OutputFile::~OutputFile()
{
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
}

void OutputFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) fail();
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void OutputFile::finish()
{
    if (::fsync(descriptor_) != 0) fail();
    ::close(descriptor_);
    descriptor_ = -1;
}

void OutputFile::fail() const
{
    throw Stop{Exit::failed, path_.string() + " cannot be written: " + reason()};
}

void give_to_owner(const std::filesystem::path& directory)
{
    struct stat owner {};
    if (::geteuid() != 0 || ::stat(directory.c_str(), &owner) != 0 || owner.st_uid == 0) return;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{directory}) {
        struct stat facts {};
        if (::lstat(entry.path().c_str(), &facts) != 0 || facts.st_uid != 0) continue;
        // The service's account writes here: a second name of a file elsewhere is not ours to give away.
        if (!S_ISDIR(facts.st_mode) && facts.st_nlink != 1) continue;
        if (::lchown(entry.path().c_str(), owner.st_uid, owner.st_gid) != 0)
            throw Stop{Exit::failed, entry.path().string() + " cannot be given to the service: " + reason()};
    }
}

} // namespace mizo::cli
