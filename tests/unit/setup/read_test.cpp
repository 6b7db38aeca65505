#include "tests/unit/setup/setup_facts.hpp"

#include <catch2/catch.hpp>

using namespace mizo::setup;

namespace {

json::object object(std::string_view text)
{
    return boost::json::parse(std::string{text}).as_object();
}

} // namespace

TEST_CASE("a thumbprint is read with blanks, colons and in either case", "[setup]")
{
    CHECK(read_certificate(object(R"({"id":4,"name":"Mizo","thumbprint":"\u200eab:CD 01"})")).thumbprint ==
          "ABCD01");
}

TEST_CASE("scopes are read as objects and as words", "[setup]")
{
    const auto application = read_application(
        object(R"({"id":1,"clientId":"c","scopes":[{"id":"read:kb","name":"read:kb"},"edit:kb",7]})"));
    CHECK(std::count(application.scopes.begin(), application.scopes.end(), "read:kb") >= 1);
    CHECK(std::count(application.scopes.begin(), application.scopes.end(), "edit:kb") == 1);
    CHECK_FALSE(read_application(object(R"({"id":1})")).scopes_told);
}

TEST_CASE("an agent without a name has that of its person", "[setup]")
{
    CHECK(read_agent(object(R"({"id":"31","firstname":"Mizo","surname":"Agent"})")).name == "Mizo Agent");
}

TEST_CASE("members of another type are missing, and nothing breaks", "[setup]")
{
    for (const char* text :
         {"{}", R"({"id":[],"name":7,"url":{},"active":"perhaps","scopes":{},"fields":1,)"
                R"("conditions":"x","newstatus":"none","thumbprint":null,"timestamp":5})"}) {
        const json::object row = object(text);
        CHECK(read_webhook(row).url.empty());
        CHECK_FALSE(read_webhook(row).active);
        CHECK_FALSE(read_outcome(row).status);
        CHECK(read_event(row).conditions.empty());
        CHECK_FALSE(read_delivery(row).at);
        CHECK(read_tab(row).type.empty());
    }
}

TEST_CASE("HaloPSA's null date is none", "[setup]")
{
    CHECK_FALSE(read_webhook(object(R"({"last_auto_disable_date":"1900-01-01T00:00:00"})")).auto_disabled);
    CHECK(read_webhook(object(R"({"last_auto_disable_date":"2026-11-01T10:00:00"})")).auto_disabled);
}
