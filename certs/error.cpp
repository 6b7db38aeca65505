#include "certs/error.hpp"

#include "certs/openssl_handles.hpp"

#include <array>

namespace mizo::certs {

void throw_exception_from_error(const Error& error, const boost::source_location&)
{
    throw CryptoFailure{"a result without a value was used: " + error.detail()};
}

void fail(const char* what)
{
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_peek_last_error(), reason.data(), reason.size());
    ERR_clear_error();
    throw CryptoFailure{std::string{what} + ": " + reason.data()};
}

} // namespace mizo::certs
