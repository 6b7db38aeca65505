#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/result.hpp"

#include <functional>
#include <string>
#include <string_view>

// The bearer token of Mizo Link (ES256 JWT), as text; the private key stays where it is.
namespace mizo::relay {

// A P-256 public key: its coordinates in base64url without padding, 32 bytes each.
struct PublicKey {
    std::string x;
    std::string y;
};

// {"crv":"P-256","kty":"EC","x":...,"y":...}, in the one form whose SHA-256 is the thumbprint (RFC 7638).
std::string jwk(const PublicKey& key);
std::string jwk_thumbprint(const PublicKey& key);

struct TokenClaims {
    std::string relay_id;
    std::string audience; // the host of the URL
    std::string jti;      // a UUID, never used twice
    base::WallTime now;
};

// Signs text, and returns the raw signature r || s of 64 bytes.
using Es256Signer = std::function<base::Result<std::string>(std::string_view)>;

// "header.claims.signature", valid for 300 seconds.
base::Result<std::string> bearer_token(const TokenClaims& claims, const PublicKey& key,
                                       const Es256Signer& sign);

// The host of a link URL in lower case, without a port: the token's `aud`. Errors: invalid "link.url".
base::Result<std::string> host_of(std::string_view url);

// What a link URL must be: wss, or ws to a loopback address; a host; no user, no fragment, at most 2,048
// bytes. Errors: invalid "link.url", whose text says what is wrong.
base::Result<void> check_link_url(std::string_view url);

} // namespace mizo::relay
