#include "daemon/tab/answers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace mizo::tab {

namespace {

namespace json = boost::json;
using base::Errc;

constexpr std::string_view language_place = "data-language=\"auto\"";
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> types{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"}}};

int status_of(Errc kind)
{
    switch (kind) {
    case Errc::malformed:
    case Errc::invalid: return 400;
    case Errc::too_large: return 413;
    case Errc::not_found: return 404;
    case Errc::gone: return 410;
    case Errc::conflict: return 409;
    case Errc::denied: return 403;
    case Errc::unauthorised: return 401;
    case Errc::rate_limited: return 429;
    case Errc::timeout: return 504;
    case Errc::unreachable:
    case Errc::tls:
    case Errc::refused: return 502;
    case Errc::unavailable:
    case Errc::shutting_down: return 503;
    case Errc::internal: return 500;
    }
    return 500;
}

} // namespace

web::Response problem(const base::Error& error)
{
    const int status = status_of(error.kind());
    const json::object body{{"type", "about:blank"},  {"title", web::reason_phrase(status)},
                            {"status", status},       {"code", error.code()},
                            {"detail", error.text()}, {"reason", error.detail()}};
    web::Response response = web::json_response(status, json::serialize(body));
    response.headers = web::Headers{{"Content-Type", "application/problem+json"}};
    if (status == 429) response.headers.add("Retry-After", "60");
    if (status == 503) response.headers.add("Retry-After", "10");
    return response;
}

web::Response file_answer(const embedded::File& file, const std::string& language)
{
    const auto type = std::find_if(types.begin(), types.end(),
                                   [&](const auto& each) { return file.path.ends_with(each.first); });
    web::Response response;
    response.body = file.bytes;
    if (type != types.end()) response.headers.add("Content-Type", std::string{type->second});
    const auto place = file.path == "index.html" ? response.body.find(language_place) : std::string::npos;
    if (place != std::string::npos)
        response.body.replace(place, language_place.size(), "data-language=\"" + language + "\"");
    return response;
}

void add_security_headers(web::Response& response, const std::string& halo_origin)
{
    const std::string ancestors = halo_origin.empty() ? "'none'" : halo_origin;
    response.headers.add(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types mizo-insight; "
        "frame-ancestors " +
            ancestors);
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Referrer-Policy", "no-referrer");
    response.headers.add("Cache-Control", "no-store");
}

} // namespace mizo::tab
