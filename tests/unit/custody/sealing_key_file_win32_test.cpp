#include "daemon/custody/sealing_key_file.hpp"
#include "tests/support/fakes.hpp"

#include <catch2/catch.hpp>

#include <fstream>

using namespace mizo;
using custody::load_sealing_key;

namespace {

std::string content_of(const std::filesystem::path& path)
{
    std::ifstream in{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, std::istreambuf_iterator<char>{}};
}

std::string loaded(const std::filesystem::path& data_dir)
{
    const auto key = load_sealing_key(data_dir);
    return key ? std::string{key->bytes().text()} : key.error().code();
}

} // namespace

TEST_CASE("the sealing key is made at the first start, and is not readable in its file",
          "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    const std::string first = loaded(folder.path());
    CHECK(first.size() == 32);
    CHECK(content_of(folder / "seal.key").find(first) == std::string::npos);
    CHECK(tests::is_owners_alone(folder / "seal.key"));
    CHECK(loaded(folder.path()) == first);
}

TEST_CASE("a damaged sealing key is never replaced", "[custody][sealing_key]")
{
    tests::TemporaryFolder folder;
    loaded(folder.path());
    const std::string whole = content_of(folder / "seal.key");
    std::string other_entropy = whole;
    other_entropy[0] = static_cast<char>(other_entropy[0] ^ 1);
    for (const std::string& bytes :
         {std::string{}, whole.substr(0, 32), whole.substr(0, 80), other_entropy}) {
        INFO(bytes.size());
        std::ofstream{folder / "seal.key", std::ios::binary | std::ios::trunc} << bytes;
        CHECK(loaded(folder.path()) == "seal.malformed");
        CHECK(content_of(folder / "seal.key") == bytes);
    }
}
