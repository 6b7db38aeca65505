#include "certs/digest.hpp"
#include "certs/encoding.hpp"
#include "daemon/tab/link.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

constexpr std::string_view secret = "iframe-secret-11";

std::string signature_of(std::int64_t agent)
{
    return mizo::certs::base64(mizo::certs::hmac_sha256(secret, std::to_string(agent)));
}

} // namespace

// The first line is the template, the rest the query. Without the signature nobody is let in; with it, put
// behind whatever was sent, the link is taken or refused, but never for another agent or without a number.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto line = text.substr(0, text.find('\n'));
    const std::string query{text.substr(std::min(text.size(), line.size() + 1))};
    const mizo::tab::LinkNames names = mizo::tab::names_in(line);

    const auto visit = mizo::tab::verify_link(query, secret, names);
    if (visit && (visit->agent <= 0 || visit->ticket <= 0)) std::abort();
    if (visit && visit->agent != 13)
        std::abort(); // whose signature the corpus has, and nobody can make another
    if (!visit && visit.error().code().rfind("tab_link_", 0) != 0) std::abort();
    if (!visit && visit.error().detail().size() > 64) std::abort();

    const std::string signed_query = query + "&agentId=13&hmac=" + signature_of(13) + "&ticketId=4242";
    const auto completed = mizo::tab::verify_link(signed_query, secret, names);
    if (completed && (completed->agent != 13 || completed->ticket != 4242)) std::abort();
    return 0;
}
