#pragma once

// Tries every way of signing that a scheme can describe; what learn() and explain() share. Not for the way of
// a delivery: each combination of hash and bytes hashes the body once.

#include "certs/key.hpp"
#include "certs/signature_scheme.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::certs {

// One reading of a header's value that has the length of a signature.
struct SignatureCandidate {
    std::string header;
    std::string prefix;
    Encoding encoding{Encoding::base64};
    Bytes signature;
};

// All readings of the value: with each prefix that may stand before a signature, in each encoding.
std::vector<SignatureCandidate> signature_candidates(std::string_view header, std::string_view value,
                                                     const std::vector<PublicKey>& keys);

// A text that may have been signed in front of the body; the header is empty for the body's own timestamp.
struct TimestampSource {
    std::string header;
    std::string_view value;
};

struct SearchInput {
    std::vector<SignatureCandidate> candidates;
    ByteView body;
    std::vector<TimestampSource> timestamps;
};

struct SignatureMatch {
    std::string header;
    SignatureScheme scheme;
    std::size_t key{0}; // place in the list of keys
};

// Simplest first: raw body before anything made of it, no prefix before a prefix, and the order of the enums.
std::vector<SignatureMatch> search_signatures(const SearchInput& input, const std::vector<PublicKey>& keys);

} // namespace mizo::certs
