#pragma once

#include <string>

// How the service is led on this system, for what a person is told.
namespace mizo::cli {

extern const std::string start_service;
extern const std::string stop_service;
extern const std::string look_at_service;
// A sentence for one who may not touch the data directory.
extern const std::string use_another_account;

} // namespace mizo::cli
