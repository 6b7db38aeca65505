#include "daemon/store/reserve.hpp"

#include "daemon/store/private_file.hpp"

#include <system_error>

namespace mizo::store {

Reserve::Reserve(ReserveOptions options) : options_{std::move(options)}
{
    std::error_code error;
    held_ = !options_.path.empty() && std::filesystem::file_size(options_.path, error) == options_.bytes &&
            !error;
}

bool Reserve::make()
{
    if (held_ || options_.path.empty()) return true;
    // A quarter more than it takes, so that making it does not fill the disk again.
    if (free_space() < options_.bytes + options_.bytes / 4) return false;
    held_ = allocate_file(options_.path, options_.bytes);
    return held_;
}

bool Reserve::release()
{
    if (!held_) return false;
    held_ = false;
    std::error_code error;
    return std::filesystem::remove(options_.path, error) && !error;
}

std::uintmax_t Reserve::free_space() const
{
    if (options_.free_space) return options_.free_space();
    std::error_code error;
    const auto space = std::filesystem::space(options_.path.parent_path(), error);
    return error ? 0 : space.available;
}

} // namespace mizo::store
