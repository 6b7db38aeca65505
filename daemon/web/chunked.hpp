#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mizo::web {

// Decodes a chunked body (RFC 9112 section 7.1) as strictly as the head is read: CRLF only, sizes of at most
// eight hexadecimal digits, no control characters in extensions; trailers are read and dropped.
class ChunkedDecoder {
public:
    explicit ChunkedDecoder(std::size_t body_max) : body_max_{body_max} {}

    enum class State { more, done, malformed, too_large };

    // Takes what it can from the front of `bytes`, appends what it decoded to `body`, and returns how many
    // bytes it has taken; what is left belongs to the next request, or is too little to go on with.
    std::size_t feed(std::string_view bytes, std::string& body);
    State state() const { return state_; }

private:
    enum class Part { size, data, data_end, trailer };

    std::size_t take_size(std::string_view bytes, const std::string& body);
    std::size_t take_data(std::string_view bytes, std::string& body);
    std::size_t take_data_end(std::string_view bytes);
    std::size_t take_trailer(std::string_view bytes);
    std::size_t fail(State state)
    {
        state_ = state;
        return 0;
    }

    std::size_t body_max_;
    std::size_t left_ = 0; // of the chunk in hand
    std::size_t trailer_bytes_ = 0;
    Part part_ = Part::size;
    State state_ = State::more;
};

} // namespace mizo::web
