#pragma once

#include "certs/certificate.hpp"
#include "certs/key.hpp"
#include "certs/signature_scheme.hpp"

#include <chrono>
#include <string>

namespace mizo::certs::testing {

// Signs as HaloPSA might, straight with OpenSSL: the product itself cannot sign webhooks.
Bytes sign(const RsaKey& key, Hash hash, Padding padding, ByteView bytes);

// True if the 64 bytes of R and S are the key's signature over the bytes.
bool es256_verifies(const P256Key& key, ByteView signature, ByteView bytes);

// A key that is made once for the whole run: making one takes a tenth of a second.
const RsaKey& first_key();
const RsaKey& second_key();

Certificate certificate_for(const RsaKey& key, std::string_view common_name = "Mizo webhook");

inline constexpr std::chrono::sys_days some_day = std::chrono::year{2026} / 11 / 23;

} // namespace mizo::certs::testing
