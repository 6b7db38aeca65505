#include "admin_rig.hpp"
#include "daemon/admin/password_rules.hpp"
#include "daemon/admin/secret_file.hpp"
#include "tests/support/system.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace mizo;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

const std::string good_password = "seven wild geese";

std::string setup_body(const std::string& code, const std::string& password = good_password)
{
    return "{\"code\":\"" + code + "\",\"password\":\"" + password + "\"}";
}

std::string password_body(const std::string& password)
{
    return "{\"password\":\"" + password + "\"}";
}

std::string cookie_of(const Told& told)
{
    const std::string set = told.header("Set-Cookie");
    return set.substr(0, set.find(';'));
}

store::SignInFailures failed(std::int64_t count, base::WallTime last)
{
    store::SignInFailures failures;
    failures.count = count;
    failures.last = last;
    return failures;
}

} // namespace

TEST_CASE("a password has 12 to 128 characters, whatever their bytes", "[admin][accounts]")
{
    CHECK(admin::check_password("seven geese") == "password_too_short");
    CHECK(admin::check_password("seven geeses").empty());
    CHECK(admin::check_password("äöüäöüßéèàçñ").empty());
    std::string longest;
    for (int i = 0; i < 32; ++i)
        longest += std::to_string(i * 7919 % 10) + "xö" + static_cast<char>('a' + i % 26);
    CHECK(admin::check_password(longest).empty());
    CHECK(admin::check_password(longest + "!") == "password_too_long");
}

TEST_CASE("passwords that are tried first are refused, in disguise too", "[admin][accounts]")
{
    for (const char* password :
         {"passwordpassword", "Password2026!", "PASSWORD1234", "123456789012", "210987654321", "aaaaaaaaaaaa",
          "abcabcabcabc", "qwertyuiopas", "administrator", "correcthorsebatterystaple", "000011110000",
          "Helpdesk2026!!", "letmein!!!!!!", "welcome 2026"}) {
        INFO(password);
        CHECK(admin::check_password(password) == "password_too_common");
    }
}

TEST_CASE("five failures are free, then the wait doubles from 1 s to 15 min", "[admin][accounts]")
{
    const auto last = base::from_ms(1'000'000'000);
    CHECK(admin::sign_in_wait(failed(4, last), last) == 0s);
    CHECK(admin::sign_in_wait(failed(5, last), last) == 1s);
    CHECK(admin::sign_in_wait(failed(5, last), last + 999ms) == 1s);
    CHECK(admin::sign_in_wait(failed(5, last), last + 1s) == 0s);
    CHECK(admin::sign_in_wait(failed(6, last), last) == 2s);
    CHECK(admin::sign_in_wait(failed(14, last), last) == 512s);
    CHECK(admin::sign_in_wait(failed(15, last), last) == 900s);
    CHECK(admin::sign_in_wait(failed(1'000'000, last), last) == 900s);
    CHECK(admin::sign_in_wait(failed(1'000'000, last), last + 15min) == 0s);
}

TEST_CASE("a clock that was set back locks nobody out", "[admin][accounts]")
{
    const auto last = base::from_ms(1'000'000'000);
    CHECK(admin::sign_in_wait(failed(20, last), last - 1h) == 0s);
}

TEST_CASE("a session ends half an hour after its last use, and after twelve hours", "[admin][accounts]")
{
    store::SessionRow session;
    session.created = session.last_seen = session.authenticated = base::from_ms(0);
    CHECK(admin::is_alive(session, session.created + 30min - 1ms));
    CHECK_FALSE(admin::is_alive(session, session.created + 30min));
    session.last_seen = session.created + 11h + 50min;
    CHECK(admin::is_alive(session, session.created + 12h - 1ms));
    CHECK_FALSE(admin::is_alive(session, session.created + 12h));
    CHECK(admin::is_fresh(session, session.authenticated + 10min - 1ms));
    CHECK_FALSE(admin::is_fresh(session, session.authenticated + 10min));
}

TEST_CASE("the set-up code lies in a file for its owner alone, for half an hour", "[admin][accounts]")
{
    TemporaryFolder folder;
    FakeClock clock;
    const auto made = admin::make_setup_code(folder.path(), clock.wall());
    CHECK(tests::is_owners_alone(folder.path() / "setup-code"));
    CHECK(admin::setup_code_matches(folder.path(), made.code, clock.wall()));
    std::string typed = made.code;
    std::erase(typed, '-');
    for (char& c : typed) c = static_cast<char>(std::tolower(c));
    CHECK(admin::setup_code_matches(folder.path(), typed, clock.wall() + 30min - 1ms));
    CHECK_FALSE(admin::setup_code_matches(folder.path(), made.code, clock.wall() + 30min));
    CHECK_FALSE(admin::setup_code_matches(folder.path(), "", clock.wall()));
    CHECK_FALSE(admin::setup_code_matches(folder.path(), "AAAA-AAAA-AAAA-AAAA", clock.wall()));
    admin::remove_setup_code(folder.path());
    CHECK_FALSE(admin::setup_code_matches(folder.path(), made.code, clock.wall()));
}

TEST_CASE("a damaged set-up code matches nothing", "[admin][accounts]")
{
    TemporaryFolder folder;
    for (const char* content :
         {"", "\n", "CODE", "CODE\n", "CODE\nnever\n", "\n2026-11-24T11:00:00.000Z\n"}) {
        std::ofstream{folder.path() / "setup-code"} << content;
        INFO(content);
        CHECK_FALSE(admin::setup_code_matches(folder.path(), "CODE", base::from_ms(0)));
        CHECK_FALSE(admin::setup_code_matches(folder.path(), "", base::from_ms(0)));
    }
}

TEST_CASE("the admin key is made once and kept", "[admin][accounts]")
{
    TemporaryFolder folder;
    const std::string key = admin::load_or_make_admin_key(folder.path());
    CHECK(key.size() >= 43);
    CHECK(admin::load_or_make_admin_key(folder.path()) == key);
}

TEST_CASE("set-up takes the code once, signs in, and is gone", "[admin][accounts]")
{
    Rig rig;
    CHECK(rig.send({"GET", "/api/v1/session"}).json().at("setup_required").as_bool());
    const auto made = admin::make_setup_code(rig.folder.path(), rig.clock.wall());

    CHECK(rig.send({"POST", "/api/v1/setup", setup_body("WRNG-WRNG-WRNG-WRNG")}).code() ==
          "setup_code_wrong");
    CHECK(rig.send({"POST", "/api/v1/setup", setup_body(made.code, "short")}).code() == "password_too_short");
    const Told told = rig.send({"POST", "/api/v1/setup", setup_body(made.code)});
    REQUIRE(told.status == 201);
    CHECK(answer_faults(told.json(), "POST /setup", 201).empty());
    CHECK(told.json().at("signed_in").as_bool());
    CHECK_FALSE(std::filesystem::exists(rig.folder.path() / "setup-code"));

    for (const char* path : {"/api/v1/setup", "/api/v1/setup/", "/api/v1/SETUP", "/api/v1/%73etup", "/setup",
                             "/Setup/x", "/setup%2f", "//setup"}) {
        INFO(path);
        CHECK(rig.send({"POST", path, setup_body(made.code)}).status == 404);
        CHECK(rig.send({"GET", path}).status == 404);
    }
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Cookie", cookie_of(told)}}}).status == 200);
}

TEST_CASE("signing in gives a new cookie, ends the earlier session, and the old token is dead",
          "[admin][accounts]")
{
    Rig rig;
    const auto made = admin::make_setup_code(rig.folder.path(), rig.clock.wall());
    const std::string first = cookie_of(rig.send({"POST", "/api/v1/setup", setup_body(made.code)}));
    const Told again =
        rig.send({"POST", "/api/v1/session", password_body(good_password), {{"Cookie", first}}});
    REQUIRE(again.status == 201);
    const std::string second = cookie_of(again);
    CHECK(second != first);
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Cookie", first}}}).code() == "signed_out");
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Cookie", second}}}).status == 200);

    const web::Headers browser{{"Cookie", second},
                               {"X-Mizo-CSRF", std::string{again.json().at("csrf").as_string()}}};
    const Told out = rig.send({"DELETE", "/api/v1/session", "", browser});
    CHECK(out.status == 204);
    CHECK(out.header("Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Cookie", second}}}).code() == "signed_out");
}

TEST_CASE("the sixth try after five failures is answered 429, also after a restart", "[admin][accounts]")
{
    Rig rig;
    rig.open_browser();
    for (int i = 0; i < 5; ++i)
        CHECK(rig.send({"POST", "/api/v1/session", password_body("wrong password")}).code() ==
              "wrong_password");
    const Told told = rig.send({"POST", "/api/v1/session", password_body("wrong password")});
    CHECK(told.status == 429);
    CHECK(told.code() == "too_many_tries");
    CHECK(told.header("Retry-After") == "1");
    // A new handler on the same store is what a restart is.
    CHECK(rig.write([&](store::Database& db) { return store::load_sign_in_failures(db).count; }) == 5);
    rig.clock.advance(1s);
    CHECK(rig.send({"POST", "/api/v1/session", password_body("wrong password")}).code() == "wrong_password");
    CHECK(rig.send({"POST", "/api/v1/session", password_body("wrong password")}).header("Retry-After") ==
          "2");
}

TEST_CASE("a new password ends every session and must be a good one", "[admin][accounts]")
{
    Rig rig;
    const auto browser = rig.open_browser();
    CHECK(rig.send({"POST", "/api/v1/password", password_body("password2026"), browser.headers()}).status ==
          422);
    CHECK(rig.send({"POST", "/api/v1/password", password_body(good_password), browser.headers()}).status ==
          204);
    CHECK(rig.send({"GET", "/api/v1/status", "", browser.headers()}).code() == "signed_out");
    CHECK(rig.send({"POST", "/api/v1/session", password_body(good_password)}).status == 201);
    const std::string code = rig.write([&](store::Database& db) {
        return std::string{admin::reset_password(db, "short", rig.clock.wall())};
    });
    CHECK(code == "password_too_short");
}

TEST_CASE("without the right token a change is refused, with it and without it reading is not",
          "[admin][accounts]")
{
    Rig rig;
    const auto browser = rig.open_browser();
    CHECK(rig.send({"GET", "/api/v1/settings", "", browser.headers(false)}).status == 200);
    const std::string change = R"({"ui.language":"fr"})";
    CHECK(rig.send({"PATCH", "/api/v1/settings", change, browser.headers(false)}).code() == "csrf_refused");
    auto wrong = browser.headers(false);
    wrong.add("X-Mizo-CSRF", "wrong");
    CHECK(rig.send({"PATCH", "/api/v1/settings", change, wrong}).code() == "csrf_refused");
    CHECK(rig.send({"PATCH", "/api/v1/settings", change, browser.headers()}).status == 200);
}

TEST_CASE("nobody gets in with a wrong key, an empty one, or a foreign cookie", "[admin][accounts]")
{
    Rig rig;
    CHECK(rig.send({"GET", "/api/v1/status"}).code() == "signed_out");
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Cookie", "__Host-sid=abc"}}}).code() == "signed_out");
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Authorization", "Bearer "}}}).code() == "signed_out");
    CHECK(rig.send({"GET", "/api/v1/status", "", {{"Authorization", "Bearer " + rig.key + "x"}}}).code() ==
          "signed_out");
    // A wrong key is not made good by a cookie that comes along.
    auto both = rig.open_browser().headers();
    both.add("Authorization", "Bearer wrong");
    CHECK(rig.send({"GET", "/api/v1/status", "", both}).code() == "signed_out");
    CHECK(rig.get("/api/v1/status").status == 200);
}

TEST_CASE("using a session keeps it, leaving it alone ends it", "[admin][accounts]")
{
    Rig rig;
    const auto browser = rig.open_browser();
    for (int i = 0; i < 3; ++i) {
        rig.clock.advance(29min);
        CHECK(rig.send({"GET", "/api/v1/webhook", "", browser.headers()}).status == 200);
        rig.write([](store::Database&) { return true; }); // the mark of use is on disk before this
    }
    rig.clock.advance(30min);
    CHECK(rig.send({"GET", "/api/v1/webhook", "", browser.headers()}).code() == "signed_out");
}
