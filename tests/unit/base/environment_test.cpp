#include "daemon/base/environment.hpp"
#include "tests/support/system.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace mizo::base;

namespace {

const std::string name = "MIZO_TEST_VARIABLE";
// Of no code page: Czech, Chinese, and a character beyond 16 bits.
const std::string text = "\u0159\u6d4b\U0001f511";

} // namespace

TEST_CASE("a variable is read in UTF-8, however long it is", "[base][environment]")
{
    for (const std::string& value : {text, std::string(300, 'x') + text, std::string{"1"}}) {
        mizo::tests::set_variable(name, value);
        CHECK(environment_variable(name) == value);
        const auto all = environment_variables();
        CHECK(std::count(all.begin(), all.end(), name + "=" + value) == 1);
    }
    mizo::tests::unset_variable(name);
    CHECK(environment_variable(name).empty());
}

TEST_CASE("a path of UTF-8 says the same again", "[base][environment]")
{
    CHECK(path_of(text).string() == text);
    CHECK(with_suffix(path_of("a/" + text), "." + text).filename().string() == text + "." + text);
}
