#pragma once

#include "daemon/base/result.hpp"

#include <boost/beast/http/error.hpp>

#include <string>
#include <utility>

namespace mizo::net {

// What is wrong with an answer, or with the connection before it came.
inline std::pair<base::Errc, std::string> answer_fault(boost::system::error_code failed)
{
    using boost::beast::http::error;
    if (failed == error::end_of_stream || failed == error::partial_message)
        return {base::Errc::unreachable, "the other side closed the connection"};
    if (failed == error::header_limit || failed == error::body_limit || failed == error::buffer_overflow)
        return {base::Errc::too_large, "its answer is too large"};
    if (failed.category() == make_error_code(error::bad_version).category())
        return {base::Errc::malformed, "its answer is not HTTP"};
    return {base::Errc::unreachable, failed.message()};
}

} // namespace mizo::net
