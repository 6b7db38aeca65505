#pragma once

#include "certs/key.hpp"
#include "certs/signature_search.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace mizo::certs {

// A delivery as it came, kept alive by the caller.
struct RecordedDelivery {
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    ByteView body;
};

// Finds out how a delivery was signed: tries every scheme over every header whose value can be a signature,
// and returns what verifies with one of the keys, simplest first. A match cannot be an accident. Nothing is
// accepted by this: an administrator confirms a match, and its scheme becomes the setting.
std::vector<SignatureMatch> learn(const RecordedDelivery& delivery, const std::vector<PublicKey>& keys);

} // namespace mizo::certs
