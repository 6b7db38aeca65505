#include "daemon/base/wide_win32.hpp"
#include "daemon/base/windows_win32.hpp"

#include <catch2/catch.hpp>

using namespace mizo::base;

TEST_CASE("text crosses to UTF-16 and back unchanged, and what is no UTF-8 is replaced", "[base][wide]")
{
    for (const std::string text : {"", "plain", "\u0159\u6d4b\U0001f511"}) CHECK(utf8(wide(text)) == text);
    CHECK(wide("a\xff") == L"a\xfffd");
}

TEST_CASE("an error of Windows is told in words without a full stop", "[base][wide]")
{
    const std::string text = system_text(ERROR_FILE_NOT_FOUND);
    CHECK(text.size() > 5);
    CHECK(text.back() != '.');
    CHECK(text.back() != '\n');
    CHECK(system_text(0x2fff'ffff) == "error " + std::to_string(0x2fff'ffff));
}
