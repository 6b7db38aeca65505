#pragma once

#include "certs/seal.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/instance_lock.hpp"
#include "daemon/store/prepare.hpp"
#include "daemon/store/readers.hpp"
#include "daemon/store/writer.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace mizo::app {

// The data directory, opened: held against a second daemon, the database whole and up to date, its threads
// running. Ends in the reverse order.
struct Storage {
    store::InstanceLock lock;
    std::optional<certs::SealingKey> sealing_key;
    store::Prepared prepared;
    std::string database_path;
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::Readers> readers;

    // Who this start is: the fence rises with each, so that the newest always wins at the cloud.
    std::string boot_id;
    std::int64_t fence = 0;
    std::string webhook_token; // of the webhook's path
};

struct StorageParts {
    const base::Clock& clock;
    base::Random& random;
    base::Log& log;
    std::string version;
};

// Errors: those of prepare_data_dir, InstanceLock, load_sealing_key and prepare_database. Throws
// store::Failure where the disk does not allow it.
base::Result<std::unique_ptr<Storage>> open_storage(const std::filesystem::path& data_dir,
                                                    StorageParts parts);

} // namespace mizo::app
