#include "daemon/config/problem.hpp"
#include "daemon/config/reference.hpp"
#include "daemon/config/setting.hpp"
#include "tests/support/source_dir.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace {

using namespace mizo::config;

const std::string source_dir = mizo::tests::source_dir().string();

std::string content_of(const std::string& path)
{
    std::ifstream file{path, std::ios::binary};
    REQUIRE(file);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

} // namespace

// To write the page anew: MIZO_WRITE_DOCS=1 unit_tests "[docs]".
TEST_CASE("docs/configuration.md says what the declarations of the settings say", "[config][docs]")
{
    const std::string path = source_dir + "/docs/configuration.md";
    if (std::getenv("MIZO_WRITE_DOCS") != nullptr) std::ofstream{path} << reference_page();
    const bool current = content_of(path) == reference_page();
    CHECK(current);
}

TEST_CASE("each setting is declared once, with a sentence, in a group the admin API knows", "[config][docs]")
{
    const auto api = boost::json::parse(content_of(source_dir + "/docs/admin-api/openapi.json"));
    std::set<std::string> groups;
    for (const auto& group : api.at_pointer("/components/schemas/Setting/properties/group/enum").as_array())
        groups.emplace(group.as_string());

    std::set<std::string_view> names;
    for (const Setting& setting : all_settings()) {
        INFO(setting.name);
        CHECK(names.insert(setting.name).second);
        CHECK(groups.contains(std::string{setting.group()}));
        CHECK(setting.sentence.ends_with('.'));
        CHECK(find_setting(setting.name) == &setting);
    }
    CHECK(find_setting("webhook.lisen") == nullptr);
}

TEST_CASE("what is said of a bad value is what the admin API promises", "[config][docs]")
{
    const auto api = boost::json::parse(content_of(source_dir + "/docs/admin-api/openapi.json"));
    const auto& meanings = api.at_pointer("/components/schemas/MessageCode/x-meanings").as_object();
    for (const ProblemText& row : problem_texts()) {
        INFO(row.code);
        REQUIRE(meanings.if_contains(row.code));
        CHECK(meanings.at(row.code).as_string() == row.text);
    }
}
