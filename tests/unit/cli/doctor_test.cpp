#include "tests/unit/cli/rig.hpp"

namespace {

using namespace mizo::cli;

std::string check(const std::string& verdict, const std::string& title, int section)
{
    return R"({"id":"x","section":)" + std::to_string(section) + R"(,"verdict":")" + verdict +
           R"(","title":{"code":"c","text":")" + title +
           R"(","args":{}},"found":{"code":"f","text":"GET","args":{}},)"
           R"("advice":{"code":"a","text":"Set it to POST","args":{}},"fix":{"changes":[]}})";
}

std::string checks(const std::string& items, bool running = false)
{
    return std::string{R"({"running":)"} + (running ? "true" : "false") +
           R"(,"progress":{"done":3,"total":10},"items":[)" + items + "]}";
}

} // namespace

TEST_CASE("doctor looks anew, waits for the end, and fails where anything is wrong", "[cli]")
{
    Rig rig;
    rig.answer(202, checks("", true));
    rig.answer(200, checks("", true));
    rig.answer(200, checks(check("wrong", "Its method", 4) + "," + check("right", "Its URL", 4)));
    CHECK(rig.run("doctor", {}) == Exit::failed);
    CHECK(rig.asked.at(0).method == "POST");
    CHECK(rig.waits.size() == 1);
    const std::string text = rig.out.str();
    CHECK(text.find("4 Webhook") != std::string::npos);
    CHECK(text.find("WRONG  Its method  GET") != std::string::npos);
    CHECK(text.find("Set it to POST") != std::string::npos);
    CHECK(text.find("Its URL") == std::string::npos);
    CHECK(text.find("1 check right, 1 wrong") != std::string::npos);
}

TEST_CASE("doctor is content with what is right, not to be seen, or not yet", "[cli]")
{
    Rig rig;
    rig.answer(200, checks(check("right", "A", 1) + "," + check("unknown_rights", "B", 2) + "," +
                           check("not_yet", "C", 6)));
    CHECK(rig.run("doctor", {"--last", "--all"}) == Exit::done);
    CHECK(rig.asked.size() == 1);
    CHECK(rig.out.str().find("right  A") != std::string::npos);
    CHECK(rig.out.str().find("no rights  B") != std::string::npos);
}

TEST_CASE("doctor prints the daemon's own JSON when asked to", "[cli]")
{
    Rig rig;
    rig.answer(200, checks(check("wrong", "A", 1)));
    CHECK(rig.run("doctor", {"--last", "--json"}) == Exit::failed);
    CHECK(rig.out.str() == checks(check("wrong", "A", 1)) + "\n");
}
