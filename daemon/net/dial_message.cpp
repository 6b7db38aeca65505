#include "daemon/net/dial_message.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/web/message.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace mizo::net {

namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::chrono::seconds retry_after_max = 24h;

// The English texts, the same as in the admin API's catalogue.
const std::map<std::string_view, std::string_view>& catalogue()
{
    static const std::map<std::string_view, std::string_view> texts{
        {"test_name_ok", "{host} is {addresses}"},
        {"test_tcp_ok", "Connected to {address}"},
        {"test_proxy_none", "No proxy in use"},
        {"test_proxy_ok", "Through {proxy}"},
        {"test_tls_ok", "{version}, issued by {issuer}, valid until {not_after}"},
        {"test_tls_plain", "Plain connection to this machine, no TLS"},
        {"test_upgrade_ok", "The WebSocket is open"},
        {"link_aborted", "The connection was given up"},
        {"link_name_failed", "The name {host} could not be resolved"},
        {"link_address_forbidden", "{host} is {address}, where a relay may not connect to"},
        {"link_connect_refused", "{address} refused the connection"},
        {"link_connect_timeout", "No answer from {address}"},
        {"link_network", "The connection broke: {reason}"},
        {"link_proxy_failed", "The proxy {proxy} could not be used: {reason}"},
        {"link_proxy_auth", "The proxy {proxy} wants other credentials"},
        {"link_tls_failed", "The TLS handshake failed: {reason}"},
        {"link_tls_issuer", "The certificate of {host} was issued by {issuer}, which is not trusted here"},
        {"link_tls_expired", "The certificate of {host} is not valid at this time"},
        {"link_tls_not_yet_valid",
         "The certificate of {host} is valid from {not_before} only; this machine's clock says {now}"},
        {"link_tls_name", "The certificate is not for {host}"},
        {"link_tls_weak", "The certificate of {host} is too weak to be trusted: {reason}"},
        {"link_key_refused", "Mizo does not accept this relay's key"},
        {"link_upgrade_refused", "The WebSocket upgrade was answered with {status}"},
        {"link_protocol_error", "The other side broke the protocol: {reason}"},
        {"http_answer_too_large", "The answer is larger than {bytes} bytes"},
        {"cloud_answer_unexpected", "The answer could not be understood: {reason}"},
        {"advice_dns", "Check this machine's DNS server, and the spelling of the address"},
        {"advice_firewall", "Allow outbound TCP {port} to {host} in the firewall"},
        {"advice_proxy", "Check link.proxy, its user name and password"},
        {"advice_inspection", "A firewall inspects TLS: exempt {host}, or put its CA into link.ca_file"},
        {"advice_ca_file",
         "Put the CA that issued it into link.ca_file, or renew this machine's root certificates"},
        {"advice_clock", "Set this machine's clock, and let it follow a time server"},
        {"advice_websocket", "A proxy strips the WebSocket upgrade: exempt {host}"},
        {"advice_enroll_again", "Forget this link, and enrol with a new code"},
        {"advice_contact_mizo", "Ask Mizo's support; the diagnostics file helps them"},
    };
    return texts;
}

std::optional<milliseconds> parse_retry_after(std::string_view text, base::WallTime now)
{
    if (text.empty()) return std::nullopt;
    std::int64_t seconds = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data(), end, seconds);
    const bool all_digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (all_digits && stop == end) {
        const auto capped = std::min<std::int64_t>(seconds, retry_after_max.count());
        return failed == std::errc{} ? std::chrono::seconds{capped} : retry_after_max;
    }
    const auto date = base::parse_http_date(text);
    if (!date) return std::nullopt;
    return std::clamp<milliseconds>(*date - now, 0ms, retry_after_max);
}

} // namespace

Message make_message(std::string code, Message::Args args)
{
    const auto found = catalogue().find(code);
    const std::string_view form = found == catalogue().end() ? std::string_view{code} : found->second;
    std::string text;
    for (std::size_t at = 0; at < form.size();) {
        const auto end = form[at] == '{' ? form.find('}', at) : form.npos;
        if (end == form.npos) {
            text += form[at++];
            continue;
        }
        const auto name = form.substr(at + 1, end - at - 1);
        for (const auto& [key, value] : args)
            if (key == name) text += value;
        at = end + 1;
    }
    return Message{std::move(code), std::move(text), std::move(args)};
}

StageRecorder::StageRecorder(Trace& trace, DialStage stage)
    : trace_{trace}, stage_{stage}, began_{base::SystemClock{}.steady()}
{}

void StageRecorder::done(Message message)
{
    record(true, std::move(message), std::nullopt);
}

base::Error StageRecorder::failed(Fault fault)
{
    base::Error error{fault.kind, fault.message.code, fault.message.text, std::move(fault.detail)};
    record(false, std::move(fault.message), std::move(fault.advice));
    return error;
}

void StageRecorder::record(bool ok, Message message, std::optional<Message> advice)
{
    const auto took = std::chrono::duration_cast<milliseconds>(base::SystemClock{}.steady() - began_);
    trace_.steps.push_back(DialStep{stage_, ok, took, std::move(message), std::move(advice)});
}

Fault given_up()
{
    return Fault{base::Errc::shutting_down, make_message("link_aborted")};
}

Fault upgrade_refusal(const Trace& answer, const std::string& host)
{
    const int status = answer.http_status;
    const bool by_a_box = answer.is_page && (status == 401 || status == 403);
    if (status == 401 && !by_a_box)
        return Fault{base::Errc::unauthorised, make_message("link_key_refused"), "HTTP 401"}.advise(
            make_message("advice_enroll_again"));
    Fault fault{base::Errc::refused,
                make_message("link_upgrade_refused", {{"status", std::to_string(status)}})};
    // These the cloud answers itself; anything else comes mostly from a box in between.
    const bool the_cloud = !by_a_box && (status == 403 || status == 429 || status >= 500);
    if (status == 403 && the_cloud) fault.kind = base::Errc::denied;
    if (status == 429) fault.kind = base::Errc::rate_limited;
    return std::move(fault).advise(the_cloud ? make_message("advice_contact_mizo")
                                             : make_message("advice_websocket", {{"host", host}}));
}

void note_answer(Trace& trace, const AnswerHead& head, base::WallTime now)
{
    trace.http_status = head.status;
    trace.retry_after = parse_retry_after(head.retry_after, now);
    trace.date = base::parse_http_date(head.date);
    constexpr std::string_view html = "text/html";
    trace.is_page = web::equals_ignoring_case(head.content_type.substr(0, html.size()), html);
    if (trace.date) trace.clock_ahead = now - *trace.date;
}

} // namespace mizo::net
