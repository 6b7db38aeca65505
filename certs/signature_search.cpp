#include "certs/signature_search.hpp"

#include "certs/hash.hpp"
#include "certs/openssl_handles.hpp"
#include "certs/rsa_signature.hpp"

#include <algorithm>
#include <tuple>

namespace mizo::certs {
namespace {

constexpr std::size_t prefix_max = 64;
constexpr std::size_t prefixes_max = 8;

// The empty prefix, and what ends with a character that separates a name from a value.
std::vector<std::string_view> prefixes_of(std::string_view value)
{
    std::vector<std::string_view> prefixes{value.substr(0, 0)};
    for (std::size_t i = 0; i < std::min(value.size(), prefix_max) && prefixes.size() < prefixes_max; ++i) {
        if (std::string_view{"=: ,;"}.find(value[i]) != std::string_view::npos) {
            prefixes.push_back(value.substr(0, i + 1));
        }
    }
    return prefixes;
}

// A candidate and a key that left a trace in it: only such pairs are worth hashing for.
struct Pair {
    std::size_t candidate;
    std::size_t key;
    SignatureTraces traces;
};

std::vector<Pair> plausible_pairs(const SearchInput& input, const std::vector<PublicKey>& keys)
{
    std::vector<Pair> pairs;
    for (std::size_t c = 0; c < input.candidates.size(); ++c) {
        for (std::size_t k = 0; k < keys.size(); ++k) {
            const SignatureTraces traces = traces_of(keys[k], input.candidates[c].signature);
            if (traces.pkcs1 || traces.pss) pairs.push_back({c, k, traces});
        }
    }
    return pairs;
}

// Each choice of bytes, once for every timestamp where there is one in it.
std::vector<std::pair<SignatureScheme, std::string_view>> schemes_to_try(const SearchInput& input)
{
    std::vector<std::pair<SignatureScheme, std::string_view>> schemes;
    for (const SignedBytes bytes : all_signed_bytes) {
        for (const Hash hash : all_hashes) {
            SignatureScheme scheme;
            scheme.bytes = bytes;
            scheme.hash = hash;
            if (bytes != SignedBytes::timestamp_body) {
                schemes.emplace_back(scheme, std::string_view{});
                continue;
            }
            for (const TimestampSource& timestamp : input.timestamps) {
                scheme.timestamp_header = timestamp.header;
                schemes.emplace_back(scheme, timestamp.value);
            }
        }
    }
    return schemes;
}

bool verifies(const PublicKey& key, const SignatureScheme& scheme, const Bytes& signature,
              const Digest& digest)
{
    const OwnedKeyContext context = prepare_verification(key, scheme.hash, scheme.padding);
    return EVP_PKEY_verify(context.get(), signature.data(), signature.size(), digest.data(), digest.size()) ==
           1;
}

bool simpler(const SignatureMatch& left, const SignatureMatch& right)
{
    const auto rank = [](const SignatureMatch& match) {
        const SignatureScheme& scheme = match.scheme;
        return std::tuple{scheme.bytes,
                          scheme.timestamp_header.size(),
                          scheme.prefix.size(),
                          scheme.encoding,
                          scheme.hash,
                          scheme.padding,
                          match.key,
                          std::string_view{match.header}};
    };
    return rank(left) < rank(right);
}

} // namespace

std::vector<SignatureCandidate> signature_candidates(std::string_view header, std::string_view value,
                                                     const std::vector<PublicKey>& keys)
{
    const auto has_length_of_a_signature = [&](const Bytes& bytes) {
        return std::any_of(keys.begin(), keys.end(),
                           [&](const PublicKey& key) { return signature_size(key) == bytes.size(); });
    };
    std::vector<SignatureCandidate> candidates;
    for (const std::string_view prefix : prefixes_of(value)) {
        for (const Encoding encoding : all_encodings) {
            SignatureScheme scheme;
            scheme.prefix = prefix;
            scheme.encoding = encoding;
            Result<Bytes> signature = decode_signature(scheme, value);
            if (signature && has_length_of_a_signature(*signature)) {
                candidates.push_back({std::string{header}, scheme.prefix, encoding, std::move(*signature)});
            }
        }
    }
    return candidates;
}

std::vector<SignatureMatch> search_signatures(const SearchInput& input, const std::vector<PublicKey>& keys)
{
    const ErrorQueueCleared clear;
    const std::vector<Pair> pairs = plausible_pairs(input, keys);
    if (pairs.empty()) return {};

    std::vector<SignatureMatch> matches;
    for (auto& [scheme, timestamp] : schemes_to_try(input)) {
        const auto content = signed_content(scheme, {{}, input.body, timestamp});
        if (!content) continue;
        const Digest digest = digest_of(scheme.hash, content->view());
        for (const Pair& pair : pairs) {
            const SignatureCandidate& candidate = input.candidates[pair.candidate];
            scheme.padding = pair.traces.pkcs1 ? Padding::pkcs1 : Padding::pss;
            if (!verifies(keys[pair.key], scheme, candidate.signature, digest)) continue;
            matches.push_back({candidate.header, scheme, pair.key});
            matches.back().scheme.prefix = candidate.prefix;
            matches.back().scheme.encoding = candidate.encoding;
        }
    }
    std::sort(matches.begin(), matches.end(), simpler);
    return matches;
}

} // namespace mizo::certs
