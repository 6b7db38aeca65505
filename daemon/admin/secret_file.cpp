#include "daemon/admin/secret_file.hpp"

#include "certs/digest.hpp"
#include "certs/random.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/store/private_file.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>

namespace mizo::admin {

namespace fs = std::filesystem;

namespace {

// Without letters and digits that are taken for each other.
constexpr std::string_view alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::size_t code_groups = 4;

[[noreturn]] void fail(const fs::path& file)
{
    throw fs::filesystem_error{"cannot be written", file, std::error_code{errno, std::generic_category()}};
}

std::string random_code()
{
    std::string code;
    const certs::Bytes bytes = certs::random_bytes(code_groups * 4);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i > 0 && i % 4 == 0) code += '-';
        code += alphabet[bytes[i] % alphabet.size()]; // 32 characters: no bias
    }
    return code;
}

std::string normalised(std::string_view code)
{
    std::string out;
    for (char c : code) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c != '-' && c != ' ') out += c;
    }
    return out;
}

} // namespace

void write_secret_file(const fs::path& file, std::string_view text)
{
    const fs::path next = base::with_suffix(file, ".new");
    fs::remove(next);
    if (!store::create_private_file(next)) fail(next);
    {
        std::ofstream out{next, std::ios::binary};
        out << text << std::flush;
        if (!out) fail(next);
    }
    fs::rename(next, file);
}

std::optional<std::string> read_secret_file(const fs::path& file)
{
    std::ifstream in{file, std::ios::binary};
    if (!in) return {};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
}

SetupCode make_setup_code(const fs::path& data_dir, base::WallTime now)
{
    SetupCode made{random_code(), now + setup_code_life};
    write_secret_file(data_dir / "setup-code", made.code + "\n" + base::rfc3339(made.until) + "\n");
    return made;
}

bool setup_code_matches(const fs::path& data_dir, std::string_view given, base::WallTime now)
{
    const auto content = read_secret_file(data_dir / "setup-code");
    if (!content) return false;
    const auto end = std::min(content->find('\n'), content->size() - 1);
    const std::string code = normalised(std::string_view{*content}.substr(0, end));
    std::string_view rest = std::string_view{*content}.substr(end + 1);
    const auto until = base::parse_time(rest.substr(0, rest.find('\n')));
    return until && now < *until && !code.empty() && certs::equal_in_constant_time(code, normalised(given));
}

void remove_setup_code(const fs::path& data_dir)
{
    std::error_code ignored;
    fs::remove(data_dir / "setup-code", ignored);
}

std::string load_or_make_admin_key(const fs::path& data_dir)
{
    const fs::path file = data_dir / "admin.key";
    if (auto content = read_secret_file(file)) {
        while (!content->empty() && (content->back() == '\n' || content->back() == '\r')) content->pop_back();
        if (content->size() >= 32) return *content;
    }
    std::string key = certs::random_token(32);
    write_secret_file(file, key + "\n");
    return key;
}

} // namespace mizo::admin
