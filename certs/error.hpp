#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace mizo::certs {

// What can be wrong with what somebody gave us, in words the program can branch on.
enum class Errc : std::uint8_t {
    none,           // no failure: what the error() of a result with a value answers
    malformed,      // not in the form it has to have
    too_large,      // over a size limit; nothing of it was read
    too_costly,     // asks for more key derivation than we are ready to do
    wrong_password, // the password does not open it
    unsupported,    // well-formed, but of a kind we do not take
    tampered,       // sealed with another key, for another row, or altered since
    mismatch,       // two parts that should belong together do not
};

// A failure as a value: the code is for the program, the detail is for the log, and holds no secret.
class Error {
public:
    Error() = default;
    explicit Error(Errc code, std::string detail = {}) : code_{code}, detail_{std::move(detail)} {}
    Errc code() const { return code_; }
    const std::string& detail() const { return detail_; }

private:
    Errc code_{Errc::none};
    std::string detail_;
};

template <class T>
using Result = boost::system::result<T, Error>;

// Thrown when our own surroundings fail: no memory, no random numbers, a broken OpenSSL.
class CryptoFailure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// What Result<T>::value() does without a value; found by Boost through the namespace of Error.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

} // namespace mizo::certs
