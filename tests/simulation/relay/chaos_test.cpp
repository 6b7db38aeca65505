#include "tests/simulation/relay/world.hpp"

#include <cstdlib>

namespace mizo::relay::simulation {

namespace {

std::uint64_t number_from_environment(const char* name, std::uint64_t otherwise)
{
    const char* text = std::getenv(name);
    return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

} // namespace

// Nothing is lost, order is kept, the window is never exceeded, an id never changes, nothing waits in the
// past, and in the end everything has arrived. MIZO_SEED repeats one schedule, MIZO_SCHEDULES runs more of
// them.
TEST_CASE("whatever happens to links, cloud and relay, every event arrives in order", "[relay][simulation]")
{
    const auto first = number_from_environment("MIZO_SEED", 1);
    const auto count = number_from_environment("MIZO_SCHEDULES", std::getenv("MIZO_SEED") ? 1 : 2'000);
    std::int64_t duplicates = 0;
    std::int64_t by_batches = 0;
    for (auto seed = first; seed < first + count; ++seed) {
        World world{seed};
        world.run();
        duplicates += world.duplicates();
        by_batches += world.by_batches();
    }
    // Accidents that never made the relay send anything twice would prove nothing.
    if (count > 100) CHECK(duplicates > 0);
    if (count > 100) CHECK(by_batches > static_cast<std::int64_t>(count));
}

} // namespace mizo::relay::simulation
