#include "daemon/cli/service_words.hpp"

namespace mizo::cli {

const std::string start_service = "systemctl start mizo-relay";
const std::string stop_service = "systemctl stop mizo-relay";
const std::string look_at_service = "systemctl status mizo-relay";
const std::string use_another_account = "Run this command as root, or as the service's account.";

} // namespace mizo::cli
