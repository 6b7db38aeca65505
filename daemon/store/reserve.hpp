#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace mizo::store {

struct ReserveOptions {
    std::filesystem::path path; // empty: no reserve
    std::uintmax_t bytes = 32 * 1024 * 1024;
    // Bytes free where the reserve lies; replaced in tests.
    std::function<std::uintmax_t()> free_space;
};

// A file of ballast that is given back to a full disk, so that acks can still be recorded.
class Reserve {
public:
    explicit Reserve(ReserveOptions options);

    // Allocates the file where it is not there and twice its size is free; whether it is there now.
    bool make();
    // Gives its space back; whether there was any.
    bool release();
    bool held() const { return held_; }

private:
    std::uintmax_t free_space() const;

    ReserveOptions options_;
    bool held_ = false;
};

} // namespace mizo::store
