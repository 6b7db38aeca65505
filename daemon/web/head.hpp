#pragma once

#include "daemon/web/message.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace mizo::web {

// Limits of a request's head; a head over them is refused before it is read further.
struct HeadLimits {
    std::size_t bytes_max = 16 * 1024;
    std::size_t fields_max = 100;
    std::size_t target_max = 8 * 1024;
};

// Why a head is refused: the status to answer, and what was wrong, for the log and the counters.
struct HeadFault {
    int status = 400;
    std::string_view what;
};

// How the body of a request is framed (RFC 9112 section 6).
struct Framing {
    bool chunked = false;
    std::size_t length = 0;
    bool expects_continue = false;
    bool keep_alive = true;
};

struct CheckedHead {
    RequestHead head;
    Framing framing;
};

// Reads a request's head (all bytes up to and with the empty line), strictly: what two readers could read
// differently (RFC 9112 section 11.2) is refused, never mended. That is: bare CR or LF, NUL, folded fields,
// a blank before the colon, no or several Host, several or odd lengths, a length together with a transfer
// coding, any coding but "chunked", any expectation but 100-continue, an upgrade, another version.
boost::system::result<CheckedHead, HeadFault> check_head(std::string_view head, const HeadLimits& limits);

// Where the head ends in what has been read so far: the position after the empty line, or after a bare LF,
// with which nothing that follows could make it right; 0 if it has not.
std::size_t end_of_head(std::string_view bytes);

} // namespace mizo::web
