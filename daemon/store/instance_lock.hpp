#pragma once

#include "daemon/base/result.hpp"

#include <filesystem>

namespace mizo::store {

// Held while the daemon runs, so that no second one works on the same data directory. The system lets go of
// it when the process ends, however it ends.
class InstanceLock {
public:
    // Error conflict, code "instance.running", when another process holds it; its text names that process. On
    // a full disk, or where the file cannot be made, Error unavailable.
    static base::Result<InstanceLock> take(const std::filesystem::path& file);

    InstanceLock() = default;
    InstanceLock(InstanceLock&& other) noexcept;
    InstanceLock& operator=(InstanceLock&& other) noexcept;
    ~InstanceLock();

private:
    explicit InstanceLock(int descriptor) : descriptor_{descriptor} {}
    int descriptor_ = -1;
};

} // namespace mizo::store
