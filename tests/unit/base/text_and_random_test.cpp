#include "daemon/base/random.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/base/utf8.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <ostream>
#include <set>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace {

using namespace mizo::base;

template <class T>
concept Printable = requires(std::ostream& out, const T& value)
{
    out << value;
};

// Words that were set beforehand, so that the ends of an interval can be met exactly.
class FixedRandom final : public Random {
public:
    explicit FixedRandom(unsigned char value) : value_{static_cast<std::byte>(value)} {}
    void fill(std::span<std::byte> bytes) override { std::fill(bytes.begin(), bytes.end(), value_); }

private:
    std::byte value_;
};

} // namespace

TEST_CASE("UTF-8 is that of RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF",
          "[base][utf8]")
{
    const std::string good =
        GENERATE("", "ascii", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                 "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf");
    CHECK(is_utf8(good));
    const std::string bad =
        GENERATE("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
                 "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe2\x82",
                 "\xf0\x90\x80", "\xc2\x41", "a\xe2\x28\xa1z");
    CHECK_FALSE(is_utf8(bad));
}

TEST_CASE("a byte that begins no character is taken alone", "[base][utf8]")
{
    const auto [none, one] = decode_utf8("\xe2\x82");
    CHECK_FALSE(none);
    CHECK(one == 1);
    const auto [euro, three] = decode_utf8("\xe2\x82\xac!");
    CHECK(euro == char32_t{0x20ac});
    CHECK(three == 3);
}

TEST_CASE("a secret cannot be printed or copied by accident", "[base][secret]")
{
    STATIC_REQUIRE_FALSE(Printable<Secret>);
    STATIC_REQUIRE_FALSE(std::copy_constructible<Secret>);
    STATIC_REQUIRE_FALSE(std::is_copy_assignable_v<Secret>);
    STATIC_REQUIRE_FALSE(std::equality_comparable<Secret>);
    STATIC_REQUIRE_FALSE(std::convertible_to<Secret, std::string>);
}

TEST_CASE("a moved secret is in one place only", "[base][secret]")
{
    Secret first{"long enough to stand on the heap, where copies would stay"};
    Secret second{std::move(first)};
    CHECK(first.empty());
    CHECK(second.reveal() == "long enough to stand on the heap, where copies would stay");
    Secret third{"other"};
    third = std::move(second);
    CHECK(second.empty());
    CHECK(third.reveal().starts_with("long enough"));
    Secret& same = third;
    third = std::move(same);
    CHECK(third.reveal().starts_with("long enough"));
    CHECK(third.copy().reveal() == third.reveal());
}

TEST_CASE("a secret's bytes are overwritten when it goes", "[base][secret]")
{
    alignas(Secret) std::array<std::byte, sizeof(Secret)> place{};
    auto* secret = new (place.data()) Secret{std::string{"canary"}}; // short: it stands inside the object
    secret->~Secret();
    const std::string_view bytes{reinterpret_cast<const char*>(place.data()), place.size()};
    CHECK(bytes.find("anary") == std::string_view::npos);
}

TEST_CASE("jitter lies in [0, 1), at both ends of the generator", "[base][random]")
{
    FixedRandom zeros{0};
    FixedRandom ones{0xff};
    CHECK(unit_interval(zeros) == 0.0);
    CHECK(unit_interval(ones) < 1.0);
    CHECK(unit_interval(ones) > 0.999'999'999);
}

TEST_CASE("the system's generator fills every byte, of any count", "[base][random]")
{
    SystemRandom random;
    for (std::size_t size : {0U, 1U, 3U, 4U, 5U, 33U}) {
        // A byte stays zero in one of 256 draws; in 40 draws never, short of a fault.
        std::vector<bool> touched(size, false);
        for (int draw = 0; draw < 40; ++draw) {
            std::vector<std::byte> bytes(size);
            random.fill(bytes);
            for (std::size_t i = 0; i < size; ++i)
                if (bytes[i] != std::byte{0}) touched[i] = true;
        }
        CHECK(std::all_of(touched.begin(), touched.end(), [](bool one) { return one; }));
    }
}

TEST_CASE("an error that nobody looked at is a fault of ours", "[base][result]")
{
    const Result<int> result{Error{Errc::timeout, "link.timeout", "No answer", "after 10 s"}};
    CHECK(result.has_error());
    CHECK(result.error().code() == "link.timeout");
    CHECK_THROWS_AS(result.value(), std::logic_error);
    CHECK(Result<int>{4}.value() == 4);
}
