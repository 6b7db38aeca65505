#pragma once

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace mizo::base {

// What went wrong, in words the program can branch on.
enum class Errc {
    malformed,     // the input does not have the form it must have
    invalid,       // well-formed, but a value is not allowed
    too_large,     // over a limit
    not_found,     // there is no such thing
    gone,          // there was one, but it is no longer to be had
    conflict,      // the state of things does not allow it
    denied,        // not permitted
    unauthorised,  // who is asking is not known
    rate_limited,  // too many tries
    timeout,       // the peer did not answer in time
    unreachable,   // the peer cannot be reached
    tls,           // no trusted connection with the peer
    refused,       // the peer said no
    unavailable,   // our own surroundings (disk, database) do not allow it now
    shutting_down, // the daemon is ending
    internal,      // a fault of ours
};

// A failure as a value. `code` is stable and in snake case: what the admin page, the log and a script can
// rely on ("link.proxy_auth"). `text` is a sentence for the admin; `detail` is for the log. None of them
// ever holds a secret.
class Error {
public:
    Error() = default;
    Error(Errc kind, std::string code, std::string text, std::string detail = {})
        : kind_{kind}, code_{std::move(code)}, text_{std::move(text)}, detail_{std::move(detail)}
    {}

    Errc kind() const { return kind_; }
    const std::string& code() const { return code_; }
    const std::string& text() const { return text_; }
    const std::string& detail() const { return detail_; }

private:
    Errc kind_{Errc::internal};
    std::string code_{"internal"};
    std::string text_;
    std::string detail_;
};

template <class T>
using Result = boost::system::result<T, Error>;

// What result::value() throws when it is called on an error nobody looked at: a fault of ours.
[[noreturn]] inline void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw std::logic_error{"unhandled error " + error.code() + ": " + error.detail()};
}

} // namespace mizo::base
