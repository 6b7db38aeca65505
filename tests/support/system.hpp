#pragma once

#include <filesystem>
#include <string>

// What tests ask of the system, which each system has in its own way.
namespace mizo::tests {

// A new folder, open to its owner alone. Throws std::runtime_error.
std::filesystem::path make_temporary_folder();

// Whether nobody else can open the file.
bool is_owners_alone(const std::filesystem::path& file);

// A variable of this process.
void set_variable(const std::string& name, const std::string& value);
void unset_variable(const std::string& name);

// Local time is UTC from now on.
void set_time_zone_utc();

std::string process_id();

} // namespace mizo::tests
