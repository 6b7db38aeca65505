#include "daemon/relay/enrolment.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/net/url.hpp"
#include "daemon/relay/token.hpp"

#include <boost/json.hpp>

namespace mizo::relay {

namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

constexpr std::string_view enrolment_path = "/link/v1/enroll";

Error unexpected(std::string detail)
{
    return Error{
        Errc::malformed, "cloud_answer_unexpected",
        "The address answers, but not as Mizo does. Check the address: it is the one that Mizo's console "
        "shows beside the code.",
        std::move(detail)};
}

std::string text_member(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_string()) return {};
    return std::string{value->as_string()};
}

base::Result<Enrolment> read_created(const std::string& body)
{
    boost::system::error_code failed;
    const json::value answer = json::parse(body, failed);
    if (failed || !answer.is_object()) return unexpected("201 without a JSON object");
    Enrolment enrolment{text_member(answer.as_object(), "relay_id"),
                        text_member(answer.as_object(), "connect_url")};
    if (!base::is_uuid(enrolment.relay_id)) return unexpected("relay_id is no UUID");
    if (const auto checked = check_link_url(enrolment.connect_url); !checked)
        return unexpected("connect_url: " + checked.error().text());
    return enrolment;
}

} // namespace

base::Result<std::string> enrolment_url(const std::string& url)
{
    // What the admin has at hand may be the link's own address: wss and ws are https and http here.
    std::string text = url;
    if (text.starts_with("wss://"))
        text.replace(0, 3, "https");
    else if (text.starts_with("ws://"))
        text.replace(0, 2, "http");
    const auto parsed = net::parse_url(text);
    if (!parsed) return parsed.error();
    return std::string{parsed->secure ? "https://" : "http://"} + parsed->authority() +
           std::string{enrolment_path};
}

std::string enrolment_request(const base::Secret& code, const certs::EcJwk& key, const Settings& settings)
{
    json::object public_key;
    public_key["kty"] = "EC";
    public_key["crv"] = "P-256";
    public_key["x"] = key.x;
    public_key["y"] = key.y;
    json::object request;
    request["code"] = code.reveal();
    request["public_key"] = std::move(public_key);
    request["name"] = "mizo-relay";
    request["version"] = settings.version;
    request["os"] = settings.os;
    return json::serialize(request);
}

base::Result<Enrolment> read_enrolment(const net::HttpAnswer& answer)
{
    switch (answer.status) {
    case 201: return read_created(answer.body);
    case 403:
        return Error{
            Errc::denied, "enroll_code_refused",
            "Mizo does not accept this code: it is unknown, used already, or older than 15 minutes. Make a "
            "new one in Mizo's console."};
    case 429:
        return Error{Errc::rate_limited, "enroll_rate_limited",
                     "Mizo asks to wait: too many codes were tried. Try again in some minutes."};
    default: return unexpected("status " + std::to_string(answer.status));
    }
}

} // namespace mizo::relay
