#pragma once

#include "daemon/base/clock.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::admin {

// Files of the data directory that hold a secret for those who may read there: mode 0600, replaced whole.
// Throw std::filesystem::filesystem_error where the directory cannot be written.
void write_secret_file(const std::filesystem::path& file, std::string_view text);
std::optional<std::string> read_secret_file(const std::filesystem::path& file);

// What the first sign-in is allowed by, for half an hour.
struct SetupCode {
    std::string code; // "7K2M-…"
    base::WallTime until{};
};
inline constexpr std::chrono::minutes setup_code_life{30};

// Makes `setup-code`; the app prints the code. Only to be called while there is no account.
SetupCode make_setup_code(const std::filesystem::path& data_dir, base::WallTime now);
// Takes the same time for every wrong code. Dashes, blanks and case do not count.
bool setup_code_matches(const std::filesystem::path& data_dir, std::string_view given, base::WallTime now);
void remove_setup_code(const std::filesystem::path& data_dir);

// The content of `admin.key`, with which commands on this machine use the API; made where it is missing.
std::string load_or_make_admin_key(const std::filesystem::path& data_dir);

} // namespace mizo::admin
