#include "daemon/base/private_access_win32.hpp"
#include "daemon/base/wide_win32.hpp"
#include "daemon/cli/console.hpp"
#include "daemon/cli/stop.hpp"

#include <fcntl.h>
#include <io.h>
#include <iostream>
#include <streambuf>

namespace mizo::cli {

namespace {

constexpr wchar_t interrupt = 0x03;
constexpr wchar_t end_of_input = 0x1a;
constexpr wchar_t backspace = 0x08;
constexpr wchar_t kill_line = 0x15;

bool is_console(DWORD which)
{
    DWORD mode = 0;
    return ::GetConsoleMode(::GetStdHandle(which), &mode) != FALSE;
}

// Text for a console, which takes UTF-16: what the C library would write to it goes through a code page.
class ConsoleOutput final : public std::streambuf {
public:
    explicit ConsoleOutput(DWORD which) : console_{::GetStdHandle(which)} {}

protected:
    int_type overflow(int_type c) override
    {
        if (c == traits_type::eof()) return traits_type::not_eof(c);
        const char byte = traits_type::to_char_type(c);
        return xsputn(&byte, 1) == 1 ? c : traits_type::eof();
    }
    std::streamsize xsputn(const char* text, std::streamsize size) override
    {
        pending_.append(text, static_cast<std::size_t>(size));
        return pending_.size() < piece_bytes || sync() == 0 ? size : 0;
    }
    int sync() override
    {
        // A character whose last bytes are still to come waits for them.
        std::size_t whole = pending_.size();
        for (std::size_t back = 1; back <= 3 && back <= pending_.size(); ++back) {
            const auto byte = static_cast<unsigned char>(pending_[pending_.size() - back]);
            if ((byte & 0xc0) == 0x80) continue;
            const std::size_t length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
            if (length > back) whole -= back;
            break;
        }
        const std::wstring text = base::wide(std::string_view{pending_}.substr(0, whole));
        pending_.erase(0, whole);
        DWORD written = 0;
        const auto length = static_cast<DWORD>(text.size());
        return text.empty() || ::WriteConsoleW(console_, text.data(), length, &written, nullptr) ? 0 : -1;
    }

private:
    static constexpr std::size_t piece_bytes = 4096;
    HANDLE console_;
    std::string pending_;
};

// A console's lines, as UTF-8.
class ConsoleInput final : public std::streambuf {
protected:
    int_type underflow() override
    {
        std::wstring line(1024, L'\0');
        DWORD length = 0;
        if (!::ReadConsoleW(::GetStdHandle(STD_INPUT_HANDLE), line.data(), static_cast<DWORD>(line.size()),
                            &length, nullptr) ||
            length == 0 || line[0] == end_of_input)
            return traits_type::eof();
        line.resize(length);
        text_ = base::utf8(line);
        std::erase(text_, '\r');
        setg(text_.data(), text_.data(), text_.data() + text_.size());
        return text_.empty() ? traits_type::eof() : traits_type::to_int_type(text_[0]);
    }

private:
    std::string text_;
};

// What is piped or redirected is bytes, of which none is changed.
void prepare(std::ios& stream, DWORD which, int descriptor, std::streambuf& console)
{
    if (is_console(which))
        stream.rdbuf(&console);
    else
        ::_setmode(descriptor, _O_BINARY);
}

// The console hands out each key and shows none, and Ctrl-C is a key: so that nothing can leave it in this
// state.
class HiddenInput {
public:
    HiddenInput()
    {
        ::GetConsoleMode(input_, &before_);
        ::SetConsoleMode(input_,
                         before_ & ~DWORD{ENABLE_ECHO_INPUT | ENABLE_LINE_INPUT | ENABLE_PROCESSED_INPUT});
    }
    HiddenInput(const HiddenInput&) = delete;
    HiddenInput& operator=(const HiddenInput&) = delete;
    ~HiddenInput() { ::SetConsoleMode(input_, before_); }
    bool read(wchar_t& key) const
    {
        DWORD count = 0;
        return ::ReadConsoleW(input_, &key, 1, &count, nullptr) && count == 1;
    }

private:
    HANDLE input_ = ::GetStdHandle(STD_INPUT_HANDLE);
    DWORD before_ = 0;
};

// Takes back one character, which may be two units of UTF-16.
void take_back(std::wstring& text)
{
    if (text.empty()) return;
    const bool second_half = IS_LOW_SURROGATE(text.back());
    text.pop_back();
    if (second_half && !text.empty() && IS_HIGH_SURROGATE(text.back())) text.pop_back();
}

base::Secret read_hidden_line()
{
    const HiddenInput hidden;
    std::wstring line;
    for (wchar_t key = 0; hidden.read(key);) {
        if (key == interrupt) throw Stop{Exit::failed, "interrupted"};
        if (key == L'\n' || key == L'\r' || key == end_of_input) break;
        if (key == backspace)
            take_back(line);
        else if (key == kill_line)
            line.clear();
        else
            line += key;
    }
    base::Secret secret{base::utf8(line)};
    ::SecureZeroMemory(line.data(), line.size() * sizeof(wchar_t));
    return secret;
}

} // namespace

Console system_console()
{
    // As long as the streams that use them.
    static ConsoleInput input;
    static ConsoleOutput output{STD_OUTPUT_HANDLE};
    static ConsoleOutput errors{STD_ERROR_HANDLE};
    prepare(std::cin, STD_INPUT_HANDLE, 0, input);
    prepare(std::cout, STD_OUTPUT_HANDLE, 1, output);
    prepare(std::cerr, STD_ERROR_HANDLE, 2, errors);
    return {std::cin,
            std::cout,
            std::cerr,
            is_console(STD_INPUT_HANDLE),
            is_console(STD_OUTPUT_HANDLE),
            is_console(STD_ERROR_HANDLE),
            read_hidden_line};
}

OutputFile::OutputFile(std::filesystem::path path) : path_{std::move(path)}
{
    base::OpenHandle file = base::create_private(path_, CREATE_NEW);
    if (!file.open()) {
        if (::GetLastError() == ERROR_FILE_EXISTS)
            throw Stop{Exit::failed, path_.string() + " is there already; nothing was overwritten"};
        fail();
    }
    descriptor_ = ::_open_osfhandle(reinterpret_cast<std::intptr_t>(file.release()), _O_BINARY);
}

OutputFile::~OutputFile()
{
    if (descriptor_ < 0) return;
    ::_close(descriptor_);
    ::DeleteFileW(path_.c_str());
}

void OutputFile::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto piece = static_cast<unsigned>(std::min<std::size_t>(bytes.size(), 1U << 20U));
        const int count = ::_write(descriptor_, bytes.data(), piece);
        if (count < 0) fail();
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void OutputFile::finish()
{
    if (::_commit(descriptor_) != 0) fail();
    ::_close(descriptor_);
    descriptor_ = -1;
}

void OutputFile::fail() const
{
    throw Stop{Exit::failed, path_.string() + " cannot be written: " + base::system_text()};
}

// What an administrator makes in the data directory has the directory's rights, and the service's account is
// among those.
void give_to_owner(const std::filesystem::path&) {}

} // namespace mizo::cli
