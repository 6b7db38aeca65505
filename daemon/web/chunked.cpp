#include "daemon/web/chunked.hpp"

#include <algorithm>
#include <charconv>

namespace mizo::web {

namespace {

constexpr std::size_t size_digits_max = 8;
constexpr std::size_t size_line_max = 256; // a size and its extensions
constexpr std::size_t trailer_max = 4 * 1024;

bool has_control(std::string_view text)
{
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
    });
}

// The length of the line at the front without its CRLF; npos where it is not complete.
std::size_t line_length(std::string_view bytes)
{
    return bytes.find("\r\n");
}

} // namespace

std::size_t ChunkedDecoder::feed(std::string_view bytes, std::string& body)
{
    std::size_t taken = 0;
    while (state_ == State::more) {
        const std::string_view rest = bytes.substr(taken);
        std::size_t count = 0;
        switch (part_) {
        case Part::size: count = take_size(rest, body); break;
        case Part::data: count = take_data(rest, body); break;
        case Part::data_end: count = take_data_end(rest); break;
        case Part::trailer: count = take_trailer(rest); break;
        }
        if (count == 0) break;
        taken += count;
    }
    return taken;
}

std::size_t ChunkedDecoder::take_size(std::string_view bytes, const std::string& body)
{
    const auto length = line_length(bytes);
    if (length == std::string_view::npos)
        // Of a line of the greatest length its CR may be here and its LF not yet.
        return bytes.size() > size_line_max + 1 || bytes.find('\n') != std::string_view::npos
                   ? fail(State::malformed)
                   : 0;
    const auto line = bytes.substr(0, length);
    const auto digits = std::min(line.find(';'), line.size());
    if (line.size() > size_line_max || digits == 0 || digits > size_digits_max || has_control(line))
        return fail(State::malformed);
    std::size_t size = 0;
    const auto [stop, error] = std::from_chars(line.data(), line.data() + digits, size, 16);
    if (error != std::errc{} || stop != line.data() + digits) return fail(State::malformed);
    if (size > body_max_ - body.size()) return fail(State::too_large);
    left_ = size;
    part_ = size == 0 ? Part::trailer : Part::data;
    return length + 2;
}

std::size_t ChunkedDecoder::take_data(std::string_view bytes, std::string& body)
{
    const auto count = std::min(left_, bytes.size());
    body.append(bytes.substr(0, count));
    left_ -= count;
    if (left_ == 0) part_ = Part::data_end;
    return count;
}

std::size_t ChunkedDecoder::take_data_end(std::string_view bytes)
{
    if (bytes.size() < 2) return !bytes.empty() && bytes.front() != '\r' ? fail(State::malformed) : 0;
    if (bytes.substr(0, 2) != "\r\n") return fail(State::malformed);
    part_ = Part::size;
    return 2;
}

std::size_t ChunkedDecoder::take_trailer(std::string_view bytes)
{
    const auto length = line_length(bytes);
    if (length == std::string_view::npos)
        return bytes.size() > trailer_max || bytes.find('\n') != std::string_view::npos
                   ? fail(State::malformed)
                   : 0;
    trailer_bytes_ += length + 2;
    if (trailer_bytes_ > trailer_max || has_control(bytes.substr(0, length))) return fail(State::malformed);
    if (length == 0) state_ = State::done;
    return length + 2;
}

} // namespace mizo::web
