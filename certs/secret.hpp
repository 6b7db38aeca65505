#pragma once

#include "certs/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace mizo::certs {

// Overwrites memory in a way that the compiler may not leave out.
void cleanse(void* memory, std::size_t size) noexcept;

// Bytes that must not outlive their use: a key, a password. Moved, never copied by accident, overwritten when
// it ends, and without a stream operator, so that printing one does not compile.
class Secret {
public:
    Secret() = default;
    explicit Secret(ByteView bytes) : bytes_{bytes.copy()} {}
    explicit Secret(Bytes&& bytes) noexcept : bytes_{std::move(bytes)} {}
    Secret(Secret&& other) noexcept : bytes_{std::move(other.bytes_)} { other.bytes_.clear(); }
    Secret& operator=(Secret&& other) noexcept
    {
        if (this == &other) return *this;
        wipe();
        bytes_.swap(other.bytes_);
        return *this;
    }
    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    ~Secret() { wipe(); }

    ByteView view() const { return bytes_; }
    std::string_view text() const { return view().text(); }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    Secret clone() const { return Secret{view()}; }

private:
    void wipe() noexcept
    {
        cleanse(bytes_.data(), bytes_.size());
        bytes_.clear();
    }

    Bytes bytes_;
};

} // namespace mizo::certs
