// What a stranger can send to the public listener: the head of a request and its body in chunks. Holds that
// it does not matter in which pieces the bytes come, that a head which is read can be read in one way only,
// and that no limit is passed.
#include "daemon/web/chunked.hpp"
#include "daemon/web/head.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace mizo;

namespace {

constexpr std::size_t body_max = 64;

void must(bool holds)
{
    if (!holds) std::abort();
}

bool has_control(std::string_view text)
{
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && byte != '\t') || byte == 0x7f) return true;
    }
    return false;
}

// As a connection looks for the end of a head, a piece at a time.
std::size_t end_in_pieces(std::string_view bytes, std::size_t step)
{
    for (std::size_t length = 0; length < bytes.size(); length += step)
        if (const auto end = web::end_of_head(bytes.substr(0, length)); end != 0) return end;
    return web::end_of_head(bytes);
}

// The framing once more, in the plainest words.
void check_framing(const web::CheckedHead& checked)
{
    const web::Headers& headers = checked.head.headers;
    must(headers.count("Host") == 1 && !headers.find("Host")->empty());
    must(headers.count("Content-Length") + headers.count("Transfer-Encoding") <= 1);
    must(headers.count("Upgrade") == 0 && headers.count("Expect") <= 1);
    must(checked.framing.chunked == (headers.count("Transfer-Encoding") == 1));
    must(!checked.framing.chunked ||
         (!checked.head.http_1_0 && *headers.find("Transfer-Encoding") == "chunked"));
    const std::string* length = headers.find("Content-Length");
    must((length != nullptr || checked.framing.length == 0));
    if (length != nullptr) {
        must(length->find_first_not_of("0123456789") == std::string::npos);
        must(std::stoull(*length) == checked.framing.length);
    }
}

// What was read, written down again, reads the same.
void check_reads_back(const web::CheckedHead& checked, const web::HeadLimits& limits)
{
    const web::RequestHead& head = checked.head;
    std::string text = head.method + ' ' + head.target + (head.http_1_0 ? " HTTP/1.0" : " HTTP/1.1") + "\r\n";
    for (const auto& [name, value] : head.headers) text += name + ": " + value + "\r\n";
    text += "\r\n";
    must(web::end_of_head(text) == text.size());
    web::HeadLimits wider = limits;
    wider.bytes_max += head.headers.size(); // a blank after each colon
    const auto again = web::check_head(text, wider);
    must(again.has_value());
    must(again->head.target == head.target && again->head.method == head.method);
    must(again->head.headers.fields() == head.headers.fields());
    must(again->framing.length == checked.framing.length &&
         again->framing.chunked == checked.framing.chunked);
    must(again->framing.keep_alive == checked.framing.keep_alive);
}

void check_head(std::string_view bytes)
{
    web::HeadLimits limits;
    limits.bytes_max = 512;
    limits.fields_max = 8;
    limits.target_max = 64;
    const auto end = web::end_of_head(bytes);
    must(end <= bytes.size() && end == end_in_pieces(bytes, 1) && end == end_in_pieces(bytes, 7));
    const std::string_view text = end == 0 ? bytes : bytes.substr(0, end);
    const auto checked = web::check_head(text, limits);
    if (!checked) {
        const int status = checked.error().status;
        must(status == 400 || status == 414 || status == 417 || status == 431);
        return;
    }
    const web::RequestHead& head = checked->head;
    must(text.size() <= limits.bytes_max && head.headers.size() <= limits.fields_max);
    must(head.target.size() <= limits.target_max && head.target.starts_with('/'));
    must(head.target == head.path + (head.target.size() > head.path.size() ? "?" + head.query : ""));
    for (const auto& [name, value] : head.headers)
        must(!name.empty() && !has_control(name) && !has_control(value));
    check_framing(*checked);
    check_reads_back(*checked, limits);
}

struct Decoded {
    web::ChunkedDecoder::State state = web::ChunkedDecoder::State::more;
    std::string body;
    std::string left;
};

// In pieces of this many bytes; what is not taken stands in front of what comes next.
Decoded decode(std::string_view bytes, std::size_t step)
{
    web::ChunkedDecoder decoder{body_max};
    Decoded decoded;
    while (!bytes.empty()) {
        decoded.left += bytes.substr(0, step);
        bytes.remove_prefix(std::min(step, bytes.size()));
        const auto taken = decoder.feed(decoded.left, decoded.body);
        must(taken <= decoded.left.size() && decoded.body.size() <= body_max);
        decoded.left.erase(0, taken);
    }
    decoded.state = decoder.state();
    return decoded;
}

void check_chunks(std::string_view bytes)
{
    using State = web::ChunkedDecoder::State;
    const Decoded whole = decode(bytes, std::max<std::size_t>(bytes.size(), 1));
    for (const std::size_t step : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{11}}) {
        const Decoded pieces = decode(bytes, step);
        must(pieces.state == whole.state && pieces.body == whole.body);
        must(whole.state != State::done || pieces.left == whole.left);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    check_head(bytes);
    // A body behind its head, and the whole as a body.
    check_chunks(bytes.substr(web::end_of_head(bytes)));
    check_chunks(bytes);
    return 0;
}
