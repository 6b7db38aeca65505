#include "daemon/custody/sealing_key_file.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <string>

using namespace mizo;
using custody::load_sealing_key;
namespace fs = std::filesystem;

namespace {

std::string content_of(const fs::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

void write(const fs::path& path, const std::string& bytes, fs::perms mode = fs::perms{0600})
{
    std::ofstream{path, std::ios::binary} << bytes;
    fs::permissions(path, mode);
}

std::string loaded(const fs::path& data_dir)
{
    const auto key = load_sealing_key(data_dir);
    return key ? std::string{key->bytes().text()} : key.error().code();
}

// systemd's variable, for one test.
class CredentialsDirectory {
public:
    explicit CredentialsDirectory(const fs::path& path)
    {
        tests::set_variable("CREDENTIALS_DIRECTORY", path.string());
    }
    CredentialsDirectory(const CredentialsDirectory&) = delete;
    CredentialsDirectory& operator=(const CredentialsDirectory&) = delete;
    ~CredentialsDirectory() { tests::unset_variable("CREDENTIALS_DIRECTORY"); }
};

} // namespace

TEST_CASE("the sealing key is made at the first start, for the owner's eyes only", "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    const std::string first = loaded(folder.path());
    CHECK(first.size() == 32);
    CHECK(content_of(folder / "seal.key") == first);
    CHECK((fs::status(folder / "seal.key").permissions() & fs::perms::mask) == fs::perms{0600});
    CHECK(loaded(folder.path()) == first);
}

TEST_CASE("a sealing key that others can read is refused with the command that mends it",
          "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    loaded(folder.path());
    for (const unsigned mode : {0640U, 0604U, 0620U, 0644U, 0660U, 0666U}) {
        INFO(mode);
        fs::permissions(folder / "seal.key", fs::perms{mode});
        const auto key = load_sealing_key(folder.path());
        REQUIRE_FALSE(key.has_value());
        CHECK(key.error().kind() == base::Errc::denied);
        CHECK(key.error().text().find("chmod 600 ") != std::string::npos);
    }
    fs::permissions(folder / "seal.key", fs::perms{0400});
    CHECK(loaded(folder.path()).size() == 32);
}

TEST_CASE("a damaged sealing key is never replaced", "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}, std::size_t{70'000}}) {
        INFO(size);
        const std::string bytes(size, 'k');
        write(folder / "seal.key", bytes);
        CHECK_FALSE(load_sealing_key(folder.path()).has_value());
        CHECK(content_of(folder / "seal.key") == bytes);
    }
    write(folder / "seal.key", std::string(31, 'k'));
    CHECK(loaded(folder.path()) == "seal.malformed");
    write(folder / "seal.key", std::string(32, 'k'));
    CHECK(loaded(folder.path()) == std::string(32, 'k'));
}

TEST_CASE("systemd's credential comes before the file", "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    tests::TemporaryFolder credentials;
    write(folder / "seal.key", std::string(32, 'f'));
    const CredentialsDirectory variable{credentials.path()};
    CHECK(loaded(folder.path()) == std::string(32, 'f'));
    // Credentials are of mode 0440, and in a folder that no other account can enter.
    write(credentials / "seal.key", std::string(32, 'c'), fs::perms{0440});
    CHECK(loaded(folder.path()) == std::string(32, 'c'));
    write(credentials / "seal.key", std::string(31, 'c'), fs::perms{0640});
    CHECK(loaded(folder.path()) == "seal.malformed");
}
