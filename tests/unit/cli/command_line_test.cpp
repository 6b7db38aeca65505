#include "daemon/cli/command_line.hpp"
#include "daemon/cli/daemon_address.hpp"
#include "daemon/cli/service_words.hpp"
#include "daemon/cli/usage.hpp"
#include "tests/support/source_dir.hpp"
#include "tests/support/system.hpp"
#include "tests/unit/cli/rig.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

namespace {

using namespace mizo::cli;

struct Ran {
    int status;
    std::string out;
    std::string err;
};

Ran run(const std::vector<std::string>& arguments)
{
    Rig rig;
    const int status = mizo::cli::main(arguments, rig.console);
    return {status, rig.out.str(), rig.err.str()};
}

std::string without_daemon()
{
    return mizo::tests::make_temporary_folder().string();
}

std::string reached(const std::string& listen)
{
    return reachable_address(*mizo::config::parse_listen_address(listen));
}

} // namespace

// To write the page anew: MIZO_WRITE_DOCS=1 unit_tests "[docs]".
TEST_CASE("docs/command-line.md says what the table of commands says", "[cli][docs]")
{
    const std::filesystem::path path = mizo::tests::source_dir() / "docs/command-line.md";
    if (std::getenv("MIZO_WRITE_DOCS") != nullptr) std::ofstream{path} << command_line_page();
    std::ifstream file{path, std::ios::binary};
    const std::string written{std::istreambuf_iterator<char>{file}, {}};
    const bool current = written == command_line_page();
    CHECK(current);
}

TEST_CASE("every command stands once in the help, in one line, and explains itself", "[cli]")
{
    const std::string help = run({"--help"}).out;
    std::set<std::string_view> seen;
    for (const Command& command : all_commands()) {
        INFO(command.words);
        CHECK(seen.insert(command.words).second);
        CHECK(help.find("\n  " + std::string{command.words} + " ") != std::string::npos);
        CHECK(command.summary.size() <= 80);
        CHECK(command.summary.find('\n') == std::string_view::npos);
        CHECK(command.run != nullptr);
        CHECK(command_usage(command).find("--help") != std::string::npos);
        // Neither two options of one name, nor one that the parser cannot take.
        CHECK_NOTHROW(parse_arguments(command, {"--help"}));
    }
}

TEST_CASE("help can be asked for in each of the usual ways", "[cli]")
{
    CHECK(run({"help"}).out == run({"--help"}).out);
    CHECK(run({"-h"}).out == run({"--help"}).out);
    CHECK(run({"help", "cert", "export"}).out == run({"cert", "export", "--help"}).out);
    CHECK(run({"cert", "export", "--help"}).status == 0);
    CHECK(run({"--version"}).out == run({"version"}).out);
}

TEST_CASE("wrong usage ends with status 2 and says what would be right", "[cli]")
{
    CHECK(run({}).status == 2);
    CHECK(run({"dance"}).status == 2);
    const Ran group = run({"cert"});
    CHECK(group.status == 2);
    CHECK(group.err == "mizo-relay: cert is followed by one of: new, list, export, retire\n"
                       "Try: mizo-relay --help\n");
    CHECK(run({"status", "--no-such"}).status == 2);
    CHECK(run({"status", "--js"}).status == 2); // no guessing of abbreviations
    CHECK(run({"status", "more"}).status == 2);
    CHECK(run({"deliveries", "show"}).status == 2);
    CHECK(run({"status", "--url", "ftp://x"}).status == 2);
}

TEST_CASE("without a daemon the status is 3, and the message says how to look", "[cli]")
{
    const std::string folder = without_daemon();
    const Ran never_ran = run({"status", "--data-dir", folder});
    CHECK(never_ran.status == 3);
    CHECK(never_ran.err.find(start_service) != std::string::npos);

    std::ofstream{folder + "/admin.key"} << "key\n";
    // Port 1 of this machine: nobody listens there.
    std::ofstream{folder + "/admin.address"} << "127.0.0.1:1\n";
    const Ran stopped = run({"status", "--data-dir", folder});
    CHECK(stopped.status == 3);
    CHECK(stopped.err.find("127.0.0.1:1") != std::string::npos);
    CHECK(stopped.err.find(look_at_service) != std::string::npos);
    std::filesystem::remove_all(folder);
}

TEST_CASE("restore and a new password name what is missing", "[cli]")
{
    const std::string folder = without_daemon();
    CHECK(run({"restore", folder + "/none.db", "--data-dir", folder}).status == 1);
    CHECK(run({"restore", "x", "--data-dir", folder + "/none"}).err.find("no data directory") !=
          std::string::npos);
    CHECK(run({"admin", "reset-password", "--data-dir", folder}).err.find("no database yet") !=
          std::string::npos);
    std::filesystem::remove_all(folder);
}

TEST_CASE("config check finds every mistake of the file", "[cli]")
{
    const std::string folder = without_daemon();
    const std::string file = folder + "/relay.conf";
    std::ofstream{file} << "admin.listen = nowhere\nno.such = 1\n";
    const Ran wrong = run({"config", "check", "--config", file});
    CHECK(wrong.status == 1);
    CHECK(wrong.out.find(file + ", line 1: admin.listen: ") != std::string::npos);
    CHECK(wrong.out.find(file + ", line 2: no.such: ") != std::string::npos);
    std::ofstream{file} << "admin.listen = 127.0.0.1:9000\n";
    CHECK(run({"config", "check", "--config", file}).status == 0);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a daemon that listens on every address is reached by loopback", "[cli]")
{
    CHECK(reached("0.0.0.0:8470") == "127.0.0.1:8470");
    CHECK(reached("[::]:8470") == "[::1]:8470");
    CHECK(reached("192.0.2.7:1") == "192.0.2.7:1");
    CHECK(reached("[::1]:1") == "[::1]:1");
}
