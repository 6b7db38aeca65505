#include "daemon/halo/signature_header.hpp"

#include <catch2/catch.hpp>

namespace mizo::halo {

namespace {

SignatureText find(std::vector<Header> headers, std::string_view prefix = {})
{
    return find_signature(headers, "X-Signature", prefix);
}

} // namespace

TEST_CASE("the signature is found whatever the case of its header", "[signature]")
{
    const auto found = find({{"Host", "relay"}, {"x-SIGNATURE", " abc= "}});
    CHECK(found.problem == HeaderProblem::none);
    CHECK(found.text == "abc=");
}

TEST_CASE("a prefix is taken off, in either case", "[signature]")
{
    CHECK(find({{"X-Signature", "SHA256= abc"}}, "sha256=").text == "abc");
    CHECK(find({{"X-Signature", "abc"}}, "sha256=").problem == HeaderProblem::no_prefix);
    CHECK(find({{"X-Signature", "sha"}}, "sha256=").problem == HeaderProblem::no_prefix);
    CHECK(find({{"X-Signature", "sha256= "}}, "sha256=").problem == HeaderProblem::empty);
}

TEST_CASE("what stands in the way of a signature is named", "[signature]")
{
    CHECK(find({}).problem == HeaderProblem::missing);
    CHECK(find({{"X-Signature-2", "abc"}}).problem == HeaderProblem::missing);
    CHECK(find({{"X-Signature", "  "}}).problem == HeaderProblem::empty);
    CHECK(find({{"X-Signature", "a"}, {"x-signature", "b"}}).problem == HeaderProblem::repeated);
    CHECK(find({{"X-Signature", "a"}, {"x-signature", " a"}}).text == "a");
    CHECK(find({{"X-Signature", std::string(4096, 'a')}}).problem == HeaderProblem::none);
    CHECK(find({{"X-Signature", std::string(4097, 'a')}}).problem == HeaderProblem::too_long);
}

TEST_CASE("secrets in headers are masked, signatures and the rest are shown", "[signature]")
{
    const std::vector<Header> headers{{"Authorization", "Basic dXNlcjpwYXNz"},
                                      {"authorization", "dXNlcjpwYXNz"},
                                      {"Cookie", "sid=1"},
                                      {"X-Api-Key", "k"},
                                      {"X-Auth-Token", "t"},
                                      {"X-Signature", "abc="},
                                      {"Content-Type", "application/json"}};
    const auto shown = mask_secrets(headers);
    CHECK(shown[0].second == "Basic ••••");
    CHECK(shown[1].second == "••••");
    CHECK(shown[2].second == "••••");
    CHECK(shown[3].second == "••••");
    CHECK(shown[4].second == "••••");
    CHECK(shown[5].second == "abc=");
    CHECK(shown[6].second == "application/json");
}

} // namespace mizo::halo
