#include "daemon/admin/audit.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/admin/routes.hpp"
#include "daemon/admin/static_files.hpp"
#include "daemon/admin/zip.hpp"
#include "daemon/config/problem.hpp"

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>

#include <set>

using namespace mizo;
using namespace mizo::admin;

namespace {

constexpr embedded::File files[] = {
    {"app-0123456789ab.js", "script"}, {"index.html", "page"}, {"style-short.css", "style"}};

web::Response page_at(std::string_view path)
{
    return static_file(files, path);
}

} // namespace

TEST_CASE("the routes are the calls of the contract, no more and no fewer", "[admin][contract]")
{
    const json::value document = json::parse(Contract::get().document());
    std::set<std::string> described;
    for (const auto& [path, item] : document.at("paths").as_object()) {
        const bool beside = item.as_object().contains("servers");
        for (const auto& [method, operation] : item.as_object()) {
            if (method == "servers") continue;
            std::string upper{method};
            for (char& c : upper) c = static_cast<char>(std::toupper(c));
            described.insert(upper + (beside ? " " : " /api/v1") + std::string{path});
        }
    }
    const auto list = make_routes().list();
    CHECK(std::set<std::string>(list.begin(), list.end()) == described);
}

TEST_CASE("calls ask of their callers what the contract says", "[admin][contract]")
{
    const json::value document = json::parse(Contract::get().document());
    const auto routes = make_routes();
    for (const auto& [path, item] : document.at("paths").as_object()) {
        for (const auto& [method, operation] : item.as_object()) {
            if (method == "servers") continue;
            std::string upper{method};
            for (char& c : upper) c = static_cast<char>(std::toupper(c));
            const bool beside = item.as_object().contains("servers");
            const auto match = routes.find(upper, (beside ? "" : "/api/v1") + std::string{path});
            INFO(upper << " " << path);
            REQUIRE(match.handler != nullptr);
            const bool open = operation.as_object().contains("security");
            const bool fresh = operation.as_object().contains("x-reauth");
            CHECK(match.handler->access == (open ? Access::open : fresh ? Access::fresh : Access::signed_in));
        }
    }
}

TEST_CASE("bodies before the sign-in are small", "[admin][contract]")
{
    CHECK(body_max_of("/api/v1/session") == 64 * 1024);
    CHECK(body_max_of("/api/v1/setup") == 64 * 1024);
    CHECK(body_max_of("/api/v1/settings") == 1024 * 1024);
}

TEST_CASE("every action of the contract has its sentence in the audit", "[admin][contract]")
{
    const json::value document = json::parse(Contract::get().document());
    const auto& actions =
        document.at_pointer("/components/schemas/AuditEntry/properties/action/enum").as_array();
    for (const auto& action : actions) {
        store::AuditEntry entry;
        entry.action = action.as_string();
        entry.detail = "{}";
        INFO(entry.action);
        CHECK(to_json(entry).at("text") != json::value(entry.action));
    }
}

TEST_CASE("a text is filled with durations, sizes and foreign words as they are", "[admin][contract]")
{
    CHECK(message("halopsa_silent", {{"duration_ms", 7'200'000}, {"usual_ms", 90'000}}).text ==
          "Nothing from HaloPSA for 2.0 h; usually it calls every 90 s");
    CHECK(message("disk_low", {{"free", 1'048'576}}).text == "Only 1.0 MiB are free on the data disk");
    CHECK(filled("{a} {b} {", {{"a", "{b}"}, {"b", 1}}) == "{b} 1 {");
    CHECK_THROWS_AS(message("no_such_code"), std::logic_error);
}

TEST_CASE("a problem has status, code and sentence of the contract", "[admin][contract]")
{
    ProblemMore more;
    more.retry_after = std::chrono::seconds{7};
    const web::Response response = problem("too_many_tries", std::move(more));
    CHECK(response.status == 429);
    CHECK(*response.headers.find("Retry-After") == "7");
    CHECK(*response.headers.find("Content-Type") == "application/problem+json");
    const json::value body = json::parse(response.body);
    CHECK(body.at("type") == "about:blank");
    CHECK(body.at("code") == "too_many_tries");
}

TEST_CASE("hashed files are kept for ever, the page never", "[admin][static]")
{
    CHECK(*page_at("/app-0123456789ab.js").headers.find("Cache-Control") ==
          "public, max-age=31536000, immutable");
    CHECK(*page_at("/app-0123456789ab.js").headers.find("Content-Type") == "text/javascript; charset=utf-8");
    CHECK(page_at("/").headers.find("Cache-Control") == nullptr);
    CHECK(*page_at("/").headers.find("Content-Type") == "text/html; charset=utf-8");
    CHECK(page_at("/style-short.css").headers.find("Cache-Control") == nullptr);
}

TEST_CASE("a path of no file is the page, one that looks like a file is not", "[admin][static]")
{
    CHECK(page_at("/deliveries").body == "page");
    CHECK(page_at("/deliveries/0193").body == "page");
    for (const char* path :
         {"/app.js", "/..%2fetc", "/../etc/passwd", "/%00", "/a\\b", "/.git/config", "/%2e%2e"}) {
        INFO(path);
        CHECK(page_at(path).status == 404);
    }
}

TEST_CASE("a zip is laid out byte for byte as its standard says", "[admin][zip]")
{
    CHECK(crc32("123456789") == 0xcbf43926U);
    ZipWriter zip{base::from_ms(1'795'514'400'000)};
    zip.add("a.txt", "hello");
    zip.add("b.txt", "");
    const std::string bytes = zip.finish();
    CHECK(bytes.substr(0, 4) == std::string("PK\x03\x04", 4));
    CHECK(bytes.substr(30, 10) == "a.txthello");
    CHECK(bytes.substr(bytes.size() - 22, 4) == std::string("PK\x05\x06", 4));
    CHECK(bytes.substr(bytes.size() - 14, 2) == std::string("\x02\x00", 2));
    CHECK(bytes.size() == 30 + 10 + 30 + 5 + 2 * (46 + 5) + 22);
}
