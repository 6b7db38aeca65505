#include "tests/support/system.hpp"
#include "tests/unit/cli/rig.hpp"

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <fstream>

namespace {

using namespace mizo::cli;

std::string sent(const ApiRequest& request)
{
    return request.method + " " + request.path +
           (request.body ? " " + boost::json::serialize(*request.body) : std::string{});
}

std::string problem(const std::string& code, const std::string& detail)
{
    return R"({"code":")" + code + R"(","detail":")" + detail + "\"}";
}

// A directory of this test alone, gone at its end.
struct Folder {
    std::filesystem::path path;
    Folder() : path{mizo::tests::make_temporary_folder()} {}
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const char* name) const { return (path / name).string(); }
};

std::string content(const std::string& file)
{
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

const std::string certificates = R"({"items":[{"id":"0aaa-1","thumbprint":"AB12CD"},{"id":"0aab-2",)"
                                 R"("thumbprint":"FF00AA"}],"next_cursor":null})";

} // namespace

TEST_CASE("a reading command prints the daemon's own JSON when asked to", "[cli]")
{
    Rig rig;
    rig.answer(200, R"({"items":[],"more":1})");
    CHECK(rig.run("deliveries list", {"--json"}) == Exit::done);
    CHECK(rig.out.str() == "{\"items\":[],\"more\":1}\n");
}

TEST_CASE("filters of a list reach the daemon encoded, ages as times", "[cli]")
{
    Rig rig;
    rig.answer(200, R"({"items":[]})");
    rig.run("deliveries list", {"--ticket", "4242", "--after", "2h", "--search", "a b&c", "--limit", "5"});
    CHECK(sent(rig.asked.at(0)) ==
          "GET /deliveries?ticket=4242&after=2026-11-23T08%3A00%3A00.000Z&q=a%20b%26c&limit=5");
}

TEST_CASE("a refusal becomes one sentence with its code, and wrong values are wrong usage", "[cli]")
{
    Rig rig;
    rig.answer(409, problem("certificate_state", "it is retired"));
    CHECK(rig.run("cert new", {}) == Exit::failed);
    CHECK(rig.why == "it is retired (certificate_state)");
    rig.answers.clear();
    rig.answer(400, problem("bad_request", "limit"));
    CHECK(rig.run("deliveries list", {"--limit", "0"}) == Exit::usage);
    rig.answers.clear();
    rig.answer(500, "<html>");
    CHECK(rig.run("status", {}) == Exit::failed);
    CHECK(rig.why == "what answered is no Mizo Relay (HTTP status 500)");
}

TEST_CASE("a secret is never taken from an argument, but from standard input", "[cli]")
{
    Rig rig;
    CHECK(rig.run("config set", {"halo.client_secret", "hunter2"}) == Exit::usage);
    CHECK(rig.why.find("hunter2") == std::string::npos);
    CHECK(rig.why.find("is a secret") != std::string::npos);

    rig.in.str("from-stdin\n");
    rig.answer(200, R"({"halo.client_secret":{"value":{"set":true},"origin":"database","secret":true}})");
    CHECK(rig.run("config set", {"halo.client_secret"}) == Exit::done);
    CHECK(sent(rig.asked.at(0)) == R"(PATCH /settings {"halo.client_secret":"from-stdin"})");
    CHECK(rig.out.str().find("from-stdin") == std::string::npos);
}

TEST_CASE("a setting is sent in the type it is declared with", "[cli]")
{
    Rig rig;
    rig.answer(200, "{}");
    rig.run("config set", {"webhook.max_body", "2 MiB"});
    CHECK(sent(rig.asked.at(0)) == R"(PATCH /settings {"webhook.max_body":2097152})");
    rig.run("config set", {"webhook.max_body", "--default"});
    CHECK(sent(rig.asked.at(0)) == R"(PATCH /settings {"webhook.max_body":null})");
    CHECK(rig.run("config set", {"webhook.max_body", "much"}) == Exit::usage);
    CHECK(rig.run("config set", {"no.such", "1"}) == Exit::usage);
    CHECK(rig.run("config set", {"webhook.max_body"}) == Exit::usage);
}

TEST_CASE("a certificate is exported with its password in a private file", "[cli]")
{
    const Folder folder;
    Rig rig;
    rig.answer(200, certificates);
    rig.answer(200, "pfx bytes");
    rig.answer(200, R"({"password":"sesame"})");
    CHECK(rig.run("cert export",
                  {"ab12", "--out", folder.file("a.pfx"), "--password-out", folder.file("p")}) == Exit::done);
    CHECK(sent(rig.asked.at(1)) == "GET /certificates/0aaa-1/pfx");
    CHECK(content(folder.file("a.pfx")) == "pfx bytes");
    CHECK(content(folder.file("p")) == "sesame\n");
    CHECK(rig.out.str().find("sesame") == std::string::npos);
    const auto mode = std::filesystem::status(folder.file("p")).permissions();
    CHECK(mode == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
}

TEST_CASE("without a terminal and without a file for the password nothing is exported", "[cli]")
{
    const Folder folder;
    Rig rig;
    CHECK(rig.run("cert export", {"ab12", "--out", folder.file("a.pfx")}) == Exit::usage);
    CHECK_FALSE(std::filesystem::exists(folder.file("a.pfx")));
}

TEST_CASE("a file that is there is not overwritten, and none is left where only one could be written",
          "[cli]")
{
    const Folder folder;
    std::ofstream{folder.file("a.pfx")} << "mine";
    Rig rig;
    rig.answer(200, certificates);
    rig.answer(200, "pfx bytes");
    rig.answer(200, R"({"password":"sesame"})");
    CHECK(rig.run("cert export", {"ab12", "--out", folder.file("a.pfx"), "--password-out",
                                  folder.file("p")}) == Exit::failed);
    CHECK(content(folder.file("a.pfx")) == "mine");
    CHECK_FALSE(std::filesystem::exists(folder.file("p")));
}

TEST_CASE("a certificate is named by the beginning of its id or thumbprint, which must be one's only",
          "[cli]")
{
    Rig rig;
    rig.answer(200, certificates);
    CHECK(rig.run("cert retire", {"0aa"}) == Exit::usage);
    CHECK(rig.run("cert retire", {"9999"}) == Exit::failed);
    rig.answers.front().body = R"({"items":[{"id":"0aaa-1"},{"id":"0aaa-2"}]})";
    CHECK(rig.run("cert retire", {"0aaa"}) == Exit::usage);
    CHECK(rig.why == "2 certificates begin with \"0aaa\"; name more of the id");
}

TEST_CASE("the last certificate is retired only with --confirm", "[cli]")
{
    Rig rig;
    rig.answer(200, certificates);
    rig.answer(409, problem("last_certificate", "the last"));
    CHECK(rig.run("cert retire", {"ff00"}) == Exit::failed);
    CHECK(rig.why.find("--confirm") != std::string::npos);
    rig.answers.back() = {200, "{}"};
    CHECK(rig.run("cert retire", {"ff00", "--confirm"}) == Exit::done);
    CHECK(sent(rig.asked.at(1)) == R"(POST /certificates/0aab-2/retire {"confirm":true})");
}

TEST_CASE("learn waits until a delivery came, and pins what it found only when told to", "[cli]")
{
    Rig rig;
    rig.answer(200, R"({"state":"idle"})");
    rig.answer(202, R"({"state":"waiting"})");
    rig.answer(200, R"({"state":"waiting"})");
    const std::string matched =
        R"({"state":"matched","text":"Found","match":{"header":"X-Sig","hash":"sha384"}})";
    rig.answer(200, matched);
    CHECK(rig.run("learn", {}) == Exit::done);
    CHECK(rig.waits.size() == 2);
    CHECK(rig.out.str() == "Found\n  header       X-Sig\n  hash         sha384\n  certificate\n"
                           "Pin it with: mizo-relay learn --confirm\n");

    rig.answers = {{200, matched}, {200, R"({"state":"confirmed","text":"Confirmed"})"}};
    CHECK(rig.run("learn", {"--confirm"}) == Exit::done);
    CHECK(sent(rig.asked.back()) == "POST /learn/confirm");
}

TEST_CASE("learn fails where no way of signing fits", "[cli]")
{
    Rig rig;
    rig.answer(200, R"({"state":"waiting"})");
    rig.answer(200, R"({"state":"no_match","text":"No fit","match":null,"headers":["Host","X-A"]})");
    CHECK(rig.run("learn", {"--confirm"}) == Exit::failed);
    CHECK(rig.out.str() == "No fit\n  headers of the delivery: Host, X-A\n");
}

TEST_CASE("a link test that fails says so by its exit status, with the advice", "[cli]")
{
    Rig rig;
    rig.answer(
        200,
        R"({"ok":false,"url":"https://m.example","steps":[)"
        R"({"step":"name","result":"ok","took_ms":12,"text":"m.example is 192.0.2.1"},)"
        R"({"step":"tcp","result":"failed","took_ms":10000,"text":"No answer","advice":{"text":"Allow it"}},)"
        R"({"step":"tls","result":"skipped","took_ms":0,"text":"Not tried"}]})");
    CHECK(rig.run("link test", {}) == Exit::failed);
    CHECK(rig.out.str() == "Way to https://m.example\n"
                           "  STEP  RESULT   TOOK   WHAT\n"
                           "  name  ok       12 ms  m.example is 192.0.2.1\n"
                           "  tcp   FAILED   10 s   No answer\n"
                           "  tls   skipped  -      Not tried\n"
                           "\nWhat to do\n  tcp: Allow it\n\nThe way to Mizo is not open.\n");
}

TEST_CASE("what cannot be taken back is not done unless somebody says yes", "[cli]")
{
    Rig rig;
    CHECK(rig.run("link forget", {}) == Exit::usage);
    rig.console.in_is_terminal = true;
    rig.in.str("no\n");
    CHECK(rig.run("link forget", {}) == Exit::failed);
    rig.in.str("yes\n");
    rig.answer(204, "");
    CHECK(rig.run("link forget", {}) == Exit::done);
    CHECK(sent(rig.asked.at(0)) == "DELETE /link");
}

TEST_CASE("the enrolment code comes from standard input", "[cli]")
{
    Rig rig;
    rig.in.str("ABCD-1234\r\n");
    rig.answer(201, R"({"state":"connecting"})");
    CHECK(rig.run("link enroll", {"https://m.example"}) == Exit::done);
    CHECK(sent(rig.asked.at(0)) == R"(POST /link/enroll {"url":"https://m.example","code":"ABCD-1234"})");
    rig.in.clear();
    rig.in.str("");
    CHECK(rig.run("link enroll", {"https://m.example"}) == Exit::usage);
}

TEST_CASE("a backup that was refused or cut off leaves no file", "[cli]")
{
    const Folder folder;
    Rig rig;
    rig.answer(503, problem("store_unavailable", "no disk"));
    CHECK(rig.run("backup", {folder.file("b.db")}) == Exit::failed);
    rig.answers = {{0, "", true}};
    CHECK(rig.run("backup", {folder.file("b.db")}) == Exit::failed);
    CHECK_FALSE(std::filesystem::exists(folder.file("b.db")));
    rig.answers = {{200, "SQLite"}};
    CHECK(rig.run("backup", {folder.file("b.db")}) == Exit::done);
    CHECK(content(folder.file("b.db")) == "SQLite");
}

TEST_CASE("tail takes the stream up again where it ended, but gives up where it never began", "[cli]")
{
    Rig rig;
    rig.answer(200, "event: delivery\nid: 7\ndata: {\"id\":\"a\"}\n\n");
    rig.answer(0, "");
    rig.answers.push_back({0, "", true});
    CHECK(rig.run("deliveries tail", {"--json"}) == Exit::done);
    CHECK(rig.asked.size() == 3);
    CHECK(rig.asked.at(2).last_event_id == "7");
    CHECK(rig.out.str() == "{\"id\":\"a\"}\n");

    rig.answers = {{0, ""}};
    CHECK(rig.run("deliveries tail", {}) == Exit::unreachable);
}

TEST_CASE("many events are sent again only after they were counted and agreed to", "[cli]")
{
    Rig rig;
    rig.answer(200, R"({"dry_run":true,"matched":3,"replayable":2,"without_body":1})");
    CHECK(rig.run("events replay", {"--state", "dead"}) == Exit::usage);
    CHECK(rig.err.str() ==
          "2 events of 3 that match can be sent again; 1 have lost their bytes to retention.\n");
    rig.answers = {{200, R"({"dry_run":false,"created":2})"}};
    CHECK(rig.run("events replay", {"--state", "dead", "--yes"}) == Exit::done);
    CHECK(sent(rig.asked.at(0)) == R"(POST /replays {"filter":{"state":"dead"},"dry_run":false})");
    CHECK(rig.out.str() == "2 events sent again.\n");
    CHECK(rig.run("events replay", {}) == Exit::usage);
    CHECK(rig.run("events replay", {"some-id", "--state", "dead"}) == Exit::usage);
}
