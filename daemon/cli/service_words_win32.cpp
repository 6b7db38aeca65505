#include "daemon/cli/service_words.hpp"

namespace mizo::cli {

const std::string start_service = "mizo-relay service start";
const std::string stop_service = "mizo-relay service stop";
const std::string look_at_service = "sc query MizoRelay";
const std::string use_another_account = "Run this command as an administrator.";

} // namespace mizo::cli
