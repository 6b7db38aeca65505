#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/random.hpp"
#include "tests/support/system.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

// Stand-ins for what surrounds a part under test.
namespace mizo::tests {

// Stands still until it is moved. Threads of the store read it, too.
class FakeClock final : public base::Clock {
public:
    base::WallTime wall() const override { return base::from_ms(wall_ms_.load()); }
    base::SteadyTime steady() const override
    {
        return base::SteadyTime{} + std::chrono::milliseconds{steady_ms_.load()};
    }
    void advance(std::chrono::milliseconds by)
    {
        wall_ms_ += by.count();
        steady_ms_ += by.count();
    }
    // As when somebody sets the machine's clock.
    void set_wall(base::WallTime to) { wall_ms_ = base::to_ms(to); }

private:
    std::atomic<std::int64_t> wall_ms_{1'795'514'400'000}; // 2026-11-24T10:00:00Z
    std::atomic<std::int64_t> steady_ms_{1'000'000};
};

// Different each time, and the same in each run.
class FakeRandom final : public base::Random {
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (std::byte& each : bytes) each = static_cast<std::byte>(engine_() & 0xffU);
    }

private:
    std::mt19937_64 engine_{20261124};
};

// A folder of its own for one test, gone afterwards.
class TemporaryFolder {
public:
    TemporaryFolder() : path_{make_temporary_folder()} {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace mizo::tests
