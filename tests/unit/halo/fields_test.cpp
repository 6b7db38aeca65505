#include "daemon/halo/body.hpp"
#include "daemon/halo/fields.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

namespace mizo::halo {

namespace {

namespace json = boost::json;

json::object object_of(const std::string& text)
{
    return json::parse(text).as_object();
}

} // namespace

TEST_CASE("ids are read as numbers or as text, and as nothing where they are neither", "[halo][fields]")
{
    const auto object = object_of(R"({"a":7,"b":"0007","c":"#7","d":7.5,"e":null,"f":"x","g":0,"h":-1})");
    const Fields fields{object};
    CHECK(fields.number("a") == 7);
    CHECK(fields.number("b") == 7);
    CHECK(fields.number("c") == 7);
    for (const char* none : {"d", "e", "f", "missing", "a.b"}) {
        CAPTURE(none);
        CHECK_FALSE(fields.number(none));
    }
    CHECK(fields.number("g") == 0);
    CHECK(fields.number("h") == -1);
    CHECK_FALSE(fields.first_number({"g", "h"}));
}

TEST_CASE("flags are read as booleans, as 0 and 1, and as text", "[halo][fields]")
{
    const auto object = object_of(R"({"a":true,"b":0,"c":"True","d":"1","e":2,"f":"yes","g":null})");
    const Fields fields{object};
    CHECK(fields.flag("a") == true);
    CHECK(fields.flag("b") == false);
    CHECK(fields.flag("c") == true);
    CHECK(fields.flag("d") == true);
    for (const char* none : {"e", "f", "g", "missing"}) CHECK_FALSE(fields.flag(none).has_value());
}

TEST_CASE("times are read with and without a zone, and the year 1900 is none", "[halo][fields]")
{
    const auto object = object_of(R"({"a":"2026-09-25T06:41:08.7895915Z","b":"2026-09-25T06:41:08.789",)"
                                  R"("c":"1900-01-01T00:00:00","d":"soon","e":1700000000})");
    const Fields fields{object};
    REQUIRE(fields.time("a"));
    CHECK(fields.time("a") == fields.time("b"));
    for (const char* none : {"c", "d", "e", "missing"}) CHECK_FALSE(fields.time(none));
}

TEST_CASE("foreign text becomes one clean line, cut between two characters", "[halo][fields]")
{
    CHECK(clean_text("  a\r\n\tb\x1b[0m  c ", 50) == "a b [0m c");
    CHECK(clean_text("caf\xc3\xa9", 4) == "caf");
    CHECK(clean_text("caf\xc3\xa9", 5) == "caf\xc3\xa9");
    CHECK(clean_text("a\xff\xe2\x80\xae"
                     "b",
                     50) == "a b");
    CHECK(clean_text(std::string(1000, ' ') + std::string(1000, 'x'), 10) == std::string(10, 'x'));
}

TEST_CASE("a list is read whether it is plain or wrapped, with its count", "[halo][body]")
{
    CHECK(read_list(R"([{"id":1},{"id":2},3])")->items.size() == 2);
    const auto wrapped = read_list("\xef\xbb\xbf"
                                   R"({"record_count":57,"columns":[],"tickets":[{"id":1}]})");
    REQUIRE(wrapped.has_value());
    CHECK(wrapped->items.size() == 1);
    CHECK(wrapped->record_count == 57);
    const auto none = read_list(R"({"record_count":0,"tickets":[]})");
    REQUIRE(none.has_value());
    CHECK(none->items.empty());
    CHECK_FALSE(read_list("[]")->record_count);
}

TEST_CASE("what is no list or no JSON is told as an unexpected answer", "[halo][body]")
{
    for (const char* body : {R"({"id":1})", "7", "", "<html></html>", "[1,2"}) {
        CAPTURE(body);
        const auto list = read_list(body);
        REQUIRE_FALSE(list.has_value());
        CHECK(list.error().code() == "halo_answer_unexpected");
        CHECK(list.error().kind() == base::Errc::malformed);
    }
}

TEST_CASE("a body may be 64 deep and no deeper", "[halo][body]")
{
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    CHECK(parse_body(nested(64)).has_value());
    CHECK_FALSE(parse_body(nested(65)).has_value());
}

TEST_CASE("an object may stand in a list of one", "[halo][body]")
{
    CHECK(read_object(R"([{"id":7}])")->at("id") == 7);
    CHECK(read_object(R"({"id":7})")->at("id") == 7);
    CHECK_FALSE(read_object(R"([{"id":7},{"id":8}])").has_value());
    CHECK_FALSE(read_object("[]").has_value());
}

} // namespace mizo::halo
