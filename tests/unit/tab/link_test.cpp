#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/tab/link.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace mizo;
using tab::LinkNames;
using tab::names_in;
using tab::verify_link;

namespace {

// With these, base64 has both '+' and '/' in it.
constexpr std::string_view secret = "iframe-secret-11";
constexpr std::int64_t agent = 13;

std::string signature_of(std::int64_t whom, std::string_view key = secret)
{
    return certs::base64(certs::hmac_sha256(key, std::to_string(whom)));
}

std::string replaced(const std::string& text, char from, const std::string& to)
{
    std::string out;
    for (const char c : text) out += c == from ? to : std::string(1, c);
    return out;
}

std::string query(const std::string& signature, const std::string& who = "13")
{
    return "agentId=" + who + "&hmac=" + signature + "&ticketId=4242";
}

std::string said_of(const std::string& text, const LinkNames& names = {}, std::string_view key = secret)
{
    const auto visit = verify_link(text, key, names);
    return visit ? std::to_string(visit->agent) + "@" + std::to_string(visit->ticket) : visit.error().code();
}

std::string detail_of(const std::string& text)
{
    return verify_link(text, secret).error().detail();
}

struct Row {
    std::string what;
    std::string query;
    std::string says;
};

} // namespace

TEST_CASE("the signature is the HMAC-SHA256 of the agent's number, as HaloPSA computes it", "[tab][link]")
{
    // Made with: printf 3 | openssl dgst -sha256 -hmac s3cret -binary | base64
    CHECK(said_of("agentId=3&hmac=u0BPE3l101osgk+05XjH7rFCTVEdkY/Rlj1fb05Rlek=&ticketId=7", {}, "s3cret") ==
          "3@7");
}

TEST_CASE("a link is taken in every form that HaloPSA and browsers give it", "[tab][link]")
{
    const std::string right = signature_of(agent);
    REQUIRE(right.find('+') != std::string::npos);
    REQUIRE(right.find('/') != std::string::npos);
    REQUIRE(right.ends_with('='));
    const std::string bare = right.substr(0, right.size() - 1);
    const std::string url_safe = replaced(replaced(right, '+', "-"), '/', "_");
    const std::string escaped = replaced(replaced(replaced(right, '+', "%2b"), '/', "%2F"), '=', "%3D");
    const Row rows[] = {
        {"as documented", query(right), "13@4242"},
        {"without padding", query(bare), "13@4242"},
        {"plus as an escaped blank", query(replaced(right, '+', "%20")), "13@4242"},
        {"plus as a blank", query(replaced(right, '+', " ")), "13@4242"},
        {"plus escaped", query(replaced(right, '+', "%2B")), "13@4242"},
        {"all escaped", query(escaped), "13@4242"},
        {"the url-safe alphabet", query(url_safe), "13@4242"},
        {"lower-case names", "agentid=13&hmac=" + right + "&ticketid=4242", "13@4242"},
        {"names with underscores", "agent_id=13&signature=" + right + "&ticket_id=4242", "13@4242"},
        {"HMAC in capitals", "agentId=13&HMAC=" + right + "&faultid=4242", "13@4242"},
        {"repeated, and agreeing", query(right) + "&agentid=13&HMAC=" + url_safe + "&ticketId=004242",
         "13@4242"},
        {"others beside", "x=1&" + query(right) + "&&theme=dark&$y=$z", "13@4242"},
        {"in another order", "ticketId=4242&hmac=" + right + "&agentId=13", "13@4242"},
        {"a ticket as HaloPSA writes some", "agentId=13&hmac=" + right + "&ticketId=%230004242", "13@4242"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(said_of(row.query) == row.says);
    }
}

TEST_CASE("a link that is not right is refused with a reason of its own", "[tab][link]")
{
    const std::string right = signature_of(agent);
    const std::string other_case =
        replaced(right, right[0], std::string(1, static_cast<char>(right[0] ^ 0x20)));
    const Row rows[] = {
        {"nothing", "", "tab_link_incomplete"},
        {"no agent", "hmac=" + right + "&ticketId=4242", "tab_link_incomplete"},
        {"no signature", "agentId=13&ticketId=4242", "tab_link_incomplete"},
        {"no ticket", "agentId=13&hmac=" + right, "tab_link_incomplete"},
        {"an empty signature", query(""), "tab_link_incomplete"},
        {"of another agent", query(signature_of(4)), "tab_link_refused"},
        {"with another secret", query(signature_of(agent, "another")), "tab_link_refused"},
        {"of the ticket", query(signature_of(4242)), "tab_link_refused"},
        {"cut", query(right.substr(0, 20)), "tab_link_refused"},
        {"longer", query(right + "A"), "tab_link_refused"},
        {"padding alone", query("="), "tab_link_refused"},
        {"in another case", query(other_case), "tab_link_refused"},
        {"two agents", query(right) + "&agentid=14", "tab_link_ambiguous"},
        {"two signatures", query(right) + "&signature=" + signature_of(14), "tab_link_ambiguous"},
        {"two tickets", query(right) + "&faultid=4243", "tab_link_ambiguous"},
        {"an agent that is a word", query(right, "thirteen"), "tab_link_malformed"},
        {"an agent with a fraction", query(right, "13.0"), "tab_link_malformed"},
        {"a negative agent", query(right, "-13"), "tab_link_malformed"},
        {"agent nought", query(right, "0"), "tab_link_malformed"},
        {"an agent of nineteen digits", query(right, "1234567890123456789"), "tab_link_malformed"},
        {"a ticket that is a path", "agentId=13&hmac=" + right + "&ticketId=../1", "tab_link_malformed"},
        {"a broken escape", query(right) + "&x=%4", "tab_link_malformed"},
        {"an escaped NUL", query(right) + "%00", "tab_link_malformed"},
        {"HaloPSA's variables", "agentId=$LOGGEDINAGENTID&hmac=$HMAC&ticketId=$FAULTID", "tab_link_unfilled"},
        {"one variable left", "agentId=13&hmac=" + right + "&ticketId=$FAULTID", "tab_link_unfilled"},
        {"an escaped variable", "agentId=13&hmac=" + right + "&ticketId=%24FAULTID", "tab_link_unfilled"},
    };
    for (const Row& row : rows) {
        INFO(row.what);
        CHECK(said_of(row.query) == row.says);
    }
}

TEST_CASE("without a secret nothing is let in, whatever was signed", "[tab][link]")
{
    CHECK(said_of(query(signature_of(agent, "")), {}, "") == "tab_secret_missing");
}

TEST_CASE("the refusal names the variable or the parameter, and shows no value", "[tab][link]")
{
    CHECK(detail_of("agentId=13&hmac=x&ticketId=a$FAULTID<script>") == "$FAULTID");
    CHECK(detail_of("agentId=thirteen&hmac=x&ticketId=1") == "agent");
    CHECK(detail_of("agentId=13&ticketId=1") == "signature");
}

TEST_CASE("every flipped bit of a signature is refused", "[tab][link]")
{
    const certs::Sha256Digest right = certs::hmac_sha256(secret, "13");
    for (std::size_t bit = 0; bit < right.size() * 8; ++bit) {
        certs::Sha256Digest wrong = right;
        wrong[bit / 8] = static_cast<std::uint8_t>(wrong[bit / 8] ^ (1U << (bit % 8)));
        if (said_of(query(certs::base64(wrong))) != "tab_link_refused") FAIL("bit " << bit);
    }
}

TEST_CASE("names of the template are known beside the usual ones, by the variable behind them", "[tab][link]")
{
    const LinkNames names = names_in("who=$LOGGEDINAGENTID&Proof=$HMAC&nr=$TICKETID&theme=dark");
    CHECK(names.agent == "who");
    CHECK(names.signature == "proof");
    CHECK(names.ticket == "nr");
    const std::string right = signature_of(agent);
    CHECK(said_of("who=13&Proof=" + right + "&nr=4242", names) == "13@4242");
    CHECK(said_of(query(right), names) == "13@4242");
    CHECK(said_of(query(right) + "&nr=4243", names) == "tab_link_ambiguous");
    CHECK(names_in("").agent.empty());
    CHECK(names_in("%zz=$HMAC").signature.empty());
}
