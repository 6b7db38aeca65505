#pragma once

#include "certs/seal.hpp"
#include "daemon/base/result.hpp"

#include <filesystem>

namespace mizo::custody {

// The key under which secrets lie in the database. It comes from systemd's credential "seal.key" where the
// service has one (LoadCredentialEncrypted), else from `<data_dir>/seal.key`, which is made at the first
// start with mode 0600; on Windows it is protected by DPAPI as well, for the account that made it. Errors:
// denied "seal.mode" (others can read the file; the text has the command that mends it), invalid
// "seal.malformed", unavailable "seal.unreadable".
base::Result<certs::SealingKey> load_sealing_key(const std::filesystem::path& data_dir);

} // namespace mizo::custody
