#include "daemon/web/head.hpp"

#include <algorithm>
#include <charconv>

namespace mizo::web {

namespace {

using Fault = boost::system::result<CheckedHead, HeadFault>;

// RFC 9110 section 5.6.2
bool is_token(std::string_view text)
{
    static constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               marks.find(c) != std::string_view::npos;
    });
}

// Visible ASCII only: what a target may hold (RFC 3986), and nothing that a log or a proxy reads otherwise.
bool is_visible(std::string_view text)
{
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// RFC 9110 section 5.5: visible characters, blanks and tabs, and bytes over 0x7f.
bool is_field_value(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
    });
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Cuts one line off the front; the line is without its CRLF. False where a CR or LF stands alone.
bool take_line(std::string_view& rest, std::string_view& line)
{
    const auto end = rest.find_first_of("\r\n");
    if (end == std::string_view::npos || rest.substr(end, 2) != "\r\n") return false;
    line = rest.substr(0, end);
    rest.remove_prefix(end + 2);
    return true;
}

bool list_has(std::string_view list, std::string_view token)
{
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (equals_ignoring_case(trimmed(list.substr(0, comma)), token)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}

const char* read_request_line(std::string_view line, RequestHead& head)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return "request line";
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(method) || !is_visible(target)) return "request line";
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return "version";
    // Only the origin form: we are no proxy (RFC 9112 section 3.2).
    if (target.front() != '/') return "target form";

    head.method = method;
    head.target = target;
    const auto mark = target.find('?');
    head.path = target.substr(0, mark);
    if (mark != std::string_view::npos) head.query = target.substr(mark + 1);
    head.http_1_0 = version == "HTTP/1.0";
    return nullptr;
}

const char* read_field(std::string_view line, Headers& headers)
{
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return "field without a colon";
    const auto name = line.substr(0, colon);
    // A blank before the colon, and a folded line, which begins with one, are no tokens.
    if (!is_token(name)) return "field name";
    const auto value = trimmed(line.substr(colon + 1));
    if (!is_field_value(value)) return "field value";
    headers.add(std::string{name}, std::string{value});
    return nullptr;
}

const char* read_length(const Headers& headers, Framing& framing)
{
    const std::string* length = headers.find("Content-Length");
    if (!length) return nullptr;
    if (headers.count("Content-Length") > 1) return "several lengths";
    if (length->empty() || length->size() > 18) return "length";
    const auto* end = length->data() + length->size();
    const auto [stop, error] = std::from_chars(length->data(), end, framing.length);
    return error == std::errc{} && stop == end ? nullptr : "length";
}

const char* read_coding(const RequestHead& head, Framing& framing)
{
    const std::string* coding = head.headers.find("Transfer-Encoding");
    if (!coding) return nullptr;
    if (head.headers.count("Transfer-Encoding") > 1 || *coding != "chunked") return "transfer coding";
    if (head.http_1_0) return "transfer coding in HTTP/1.0";
    if (head.headers.find("Content-Length")) return "length and transfer coding";
    framing.chunked = true;
    return nullptr;
}

const char* check_host(const RequestHead& head)
{
    const std::string* host = head.headers.find("Host");
    if (!host || head.headers.count("Host") > 1) return "host";
    static constexpr std::string_view forbidden = "/?#@\\,";
    return !is_visible(*host) || host->find_first_of(forbidden) != std::string::npos ? "host" : nullptr;
}

const char* read_framing(const RequestHead& head, Framing& framing)
{
    if (const char* fault = check_host(head)) return fault;
    if (const char* fault = read_length(head.headers, framing)) return fault;
    if (const char* fault = read_coding(head, framing)) return fault;
    if (head.headers.find("Upgrade")) return "upgrade";

    framing.keep_alive = !head.http_1_0;
    // Several fields of this name are one list (RFC 9110 section 5.3).
    for (const auto& [name, value] : head.headers)
        if (equals_ignoring_case(name, "Connection") && list_has(value, "close")) framing.keep_alive = false;
    return nullptr;
}

} // namespace

std::size_t end_of_head(std::string_view bytes)
{
    for (auto at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        const bool after_return = at > 0 && bytes[at - 1] == '\r';
        if (!after_return || bytes.substr(0, at + 1).ends_with("\r\n\r\n")) return at + 1;
    }
    return 0;
}

Fault check_head(std::string_view head, const HeadLimits& limits)
{
    if (head.size() > limits.bytes_max) return HeadFault{431, "head too large"};
    CheckedHead checked;
    std::string_view line;
    if (!take_line(head, line)) return HeadFault{400, "line ending"};
    if (const char* fault = read_request_line(line, checked.head)) return HeadFault{400, fault};
    if (checked.head.target.size() > limits.target_max) return HeadFault{414, "target too long"};

    for (;;) {
        if (!take_line(head, line)) return HeadFault{400, "line ending"};
        if (line.empty()) break;
        if (checked.head.headers.size() == limits.fields_max) return HeadFault{431, "too many fields"};
        if (const char* fault = read_field(line, checked.head.headers)) return HeadFault{400, fault};
    }
    if (const char* fault = read_framing(checked.head, checked.framing)) return HeadFault{400, fault};

    if (const std::string* expect = checked.head.headers.find("Expect")) {
        const bool known = equals_ignoring_case(*expect, "100-continue");
        if (!known || checked.head.headers.count("Expect") > 1) return HeadFault{417, "expectation"};
        checked.framing.expects_continue = !checked.head.http_1_0;
    }
    return checked;
}

} // namespace mizo::web
