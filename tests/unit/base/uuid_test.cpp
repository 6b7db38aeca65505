#include "daemon/base/uuid.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

namespace {

using namespace mizo::base;

// Fills with one byte, so that the fixed bits of a UUID show.
class ConstantRandom final : public Random {
public:
    explicit ConstantRandom(unsigned char value) : value_{static_cast<std::byte>(value)} {}
    void fill(std::span<std::byte> bytes) override { std::fill(bytes.begin(), bytes.end(), value_); }

private:
    std::byte value_;
};

} // namespace

TEST_CASE("a random UUID has version 4 and the variant of RFC 9562 whatever its bits", "[base][uuid]")
{
    ConstantRandom zeros{0};
    ConstantRandom ones{0xff};
    CHECK(uuid_v4(zeros) == "00000000-0000-4000-8000-000000000000");
    CHECK(uuid_v4(ones) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST_CASE("a UUID of version 7 begins with the milliseconds since 1970", "[base][uuid]")
{
    ConstantRandom ones{0xff};
    // The example of RFC 9562, appendix A.6: Tuesday, February 22, 2022 2:22:22 PM GMT-05:00.
    CHECK(uuid_v7(from_ms(0x017f22e279b0), ones) == "017f22e2-79b0-7fff-bfff-ffffffffffff");
}

TEST_CASE("UUIDs of version 7 sort as they were made", "[base][uuid]")
{
    SystemRandom random;
    std::vector<std::string> ids;
    for (std::int64_t ms = 1'790'000'000'000; ms < 1'790'000'000'300; ++ms)
        ids.push_back(uuid_v7(from_ms(ms), random));
    CHECK(std::is_sorted(ids.begin(), ids.end()));
    CHECK(std::all_of(ids.begin(), ids.end(), is_uuid));
}

TEST_CASE("two UUIDs of the same millisecond differ", "[base][uuid]")
{
    SystemRandom random;
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.insert(uuid_v7(from_ms(1), random));
    CHECK(ids.size() == 1000);
}

TEST_CASE("only the lower-case form with four hyphens is a UUID", "[base][uuid]")
{
    CHECK(is_uuid("017f22e2-79b0-7fff-bfff-ffffffffffff"));
    CHECK_FALSE(is_uuid("017F22E2-79b0-7fff-bfff-ffffffffffff"));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7fff-bfff-fffffffffff"));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7fff-bfff-fffffffffffff"));
    CHECK_FALSE(is_uuid("017f22e279b0-7fff-bfff-ffffffffffff-"));
    CHECK_FALSE(is_uuid("017f22e2-79b0-7fff-bfff-ffffffffffg0"));
    CHECK_FALSE(is_uuid("{17f22e2-79b0-7fff-bfff-ffffffffffff"));
    CHECK_FALSE(is_uuid(""));
}
