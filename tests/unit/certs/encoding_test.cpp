#include "certs/encoding.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <string>

namespace {

using namespace mizo::certs;

std::string text_of(const Result<Bytes>& decoded)
{
    return decoded ? std::string{ByteView{*decoded}.text()} : "refused";
}

} // namespace

TEST_CASE("base64 is written as RFC 4648 says", "[certs][encoding]")
{
    CHECK(base64("") == "");
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64url(std::array<std::uint8_t, 3>{0xfb, 0xff, 0xfe}) == "-__-");
    CHECK(base64url("f") == "Zg");
}

TEST_CASE("every byte comes back from each encoding", "[certs][encoding]")
{
    Bytes bytes;
    for (int i = 0; i < 256; ++i) {
        bytes.push_back(static_cast<std::uint8_t>(i));
        CHECK(from_base64(base64(bytes)).value() == bytes);
        CHECK(from_base64url(base64url(bytes)).value() == bytes);
        CHECK(from_hex(hex(bytes)).value() == bytes);
        CHECK(from_hex(hex_upper(bytes)).value() == bytes);
    }
}

TEST_CASE("strict base64 takes one text for each value", "[certs][encoding]")
{
    CHECK(text_of(from_base64("Zm8=")) == "fo");
    for (const char* wrong : {"Zm8", "Zm8==", "Zm9=", "Zh==", "Z===", "====", "Zm8 ", " Zm8", "Zm\n8",
                              "Zm8=\n", "Zm8=Zm8=", "Zg==Zg==", "-__-", "Zm9v=", "Zm9vZ", "Zm9\xc3"}) {
        CAPTURE(wrong);
        CHECK(text_of(from_base64(wrong)) == "refused");
    }
    CHECK(text_of(from_base64(std::string_view{"Zm9\0", 4})) == "refused");
}

TEST_CASE("base64url is taken with and without its padding, never with a wrong one", "[certs][encoding]")
{
    CHECK(text_of(from_base64url("Zm8")) == "fo");
    CHECK(text_of(from_base64url("Zm8=")) == "fo");
    CHECK(text_of(from_base64url("Zg==")) == "f");
    for (const char* wrong : {"Zg=", "Zm8==", "Zm9", "+//+", "Z", "Zm9v=", "Zm9v===="}) {
        CAPTURE(wrong);
        CHECK(text_of(from_base64url(wrong)) == "refused");
    }
}

TEST_CASE("hex is taken in either case and with all dashes or none", "[certs][encoding]")
{
    CHECK(text_of(from_hex("666F6f")) == "foo");
    CHECK(text_of(from_hex("66-6F-6f")) == "foo");
    CHECK(text_of(from_hex("")) == "");
    for (const char* wrong : {"6", "666", "66-6F6f", "66-6F666", "666F-6f", "66-", "-66", "6-66", "66--6F",
                              "gg", "66 6F", "0x66", "66-6F-6"}) {
        CAPTURE(wrong);
        CHECK(text_of(from_hex(wrong)) == "refused");
    }
}
