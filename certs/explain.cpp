#include "certs/explain.hpp"

#include "certs/digest.hpp"
#include "certs/rsa_signature.hpp"
#include "certs/signature_search.hpp"

#include <algorithm>
#include <array>

namespace mizo::certs {
namespace {

using Known = std::vector<KnownCertificate>;

std::string_view alphabet_of(std::string_view value)
{
    static constexpr std::string_view hex_alphabet = "0123456789abcdefABCDEF-";
    static constexpr std::string_view alphanumeric =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto consists_of = [&](std::string_view more, std::string_view alphabet) {
        return std::all_of(value.begin(), value.end(), [&](char c) {
            return alphabet.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
        });
    };
    if (value.empty()) return "none";
    if (consists_of("", hex_alphabet)) return "hex";
    if (consists_of("+/=", alphanumeric)) return "base64";
    if (consists_of("-_=", alphanumeric)) return "base64url";
    return "other";
}

void add_difference(std::string& text, std::string_view setting, std::string_view ours,
                    std::string_view theirs)
{
    if (ours == theirs) return;
    text += (text.empty() ? "" : " ") + std::string{setting} + "=" + std::string{theirs};
}

std::string differences(const SignatureScheme& ours, const SignatureScheme& theirs)
{
    std::string text;
    add_difference(text, "hash", to_string(ours.hash), to_string(theirs.hash));
    add_difference(text, "padding", to_string(ours.padding), to_string(theirs.padding));
    add_difference(text, "encoding", to_string(ours.encoding), to_string(theirs.encoding));
    add_difference(text, "bytes", to_string(ours.bytes), to_string(theirs.bytes));
    add_difference(text, "prefix", ours.prefix, theirs.prefix);
    add_difference(text, "timestamp_header", ours.timestamp_header, theirs.timestamp_header);
    return text;
}

// The match that is nearest to the settings; of equally near ones the simplest.
const SignatureMatch& nearest(const SignatureScheme& scheme, const std::vector<SignatureMatch>& matches)
{
    return *std::min_element(matches.begin(), matches.end(), [&](const auto& left, const auto& right) {
        return differences(scheme, left.scheme).size() < differences(scheme, right.scheme).size();
    });
}

void explain_match(const SignatureScheme& scheme, const SignatureMatch& match, const KnownCertificate& signer,
                   std::vector<Hint>& hints)
{
    const std::string other = differences(scheme, match.scheme);
    if (match.scheme.hash == Hash::sha1 && scheme.hash != Hash::sha1) {
        hints.push_back({HintCode::sha1_needs_setting, other});
    } else if (other == "bytes=without_bom") {
        hints.push_back({HintCode::verifies_without_bom, other});
    } else if (!other.empty()) {
        hints.push_back({HintCode::verifies_with_settings, other});
    }
    if (!signer.accepted) {
        hints.push_back({HintCode::certificate_not_accepted,
                         std::string{to_string(signer.state)} + " " + signer.thumbprint});
    }
}

// Nothing verifies. Says whether one of our keys has been at work at all.
void explain_stranger(const Bytes& signature, const Known& known, std::vector<Hint>& hints)
{
    std::string lengths;
    for (const KnownCertificate& certificate : known) {
        const std::string length = std::to_string(signature_size(certificate.key));
        if (lengths.find(length) == std::string::npos) lengths += (lengths.empty() ? "" : ", ") + length;
        if (traces_of(certificate.key, signature).pkcs1) {
            hints.push_back({HintCode::other_bytes_signed, certificate.thumbprint});
            return;
        }
    }
    const bool fits = lengths.find(std::to_string(signature.size())) != std::string::npos;
    if (fits) {
        hints.push_back({HintCode::unknown_signer, {}});
    } else {
        hints.push_back(
            {HintCode::wrong_length, std::to_string(signature.size()) + " bytes instead of " + lengths});
    }
}

std::vector<SignatureMatch> matches_of(const SignatureScheme& scheme, const RefusedMessage& message,
                                       const Known& known)
{
    std::vector<PublicKey> keys;
    for (const KnownCertificate& certificate : known) keys.push_back(certificate.key);
    SearchInput input;
    input.candidates = signature_candidates("", *message.signature, keys);
    input.body = message.body;
    input.timestamps.push_back({"", {}});
    if (!scheme.timestamp_header.empty()) {
        input.timestamps.push_back({scheme.timestamp_header, message.timestamp});
    }
    return search_signatures(input, keys);
}

void explain_signature(const SignatureScheme& scheme, const RefusedMessage& message, const Known& known,
                       SignatureExplanation& explanation)
{
    std::vector<Hint>& hints = explanation.hints;
    const Result<Bytes> signature = decode_signature(scheme, *message.signature);
    explanation.signature_length = signature ? signature->size() : 0;
    const std::vector<SignatureMatch> matches = matches_of(scheme, message, known);
    if (!matches.empty()) {
        const SignatureMatch& match = nearest(scheme, matches);
        explain_match(scheme, match, known[match.key], hints);
    } else if (!message.signature->starts_with(scheme.prefix)) {
        hints.push_back({HintCode::prefix_missing, scheme.prefix});
    } else if (!signature) {
        hints.push_back({HintCode::not_in_encoding, std::string{explanation.alphabet}});
    } else {
        explain_stranger(*signature, known, hints);
    }
}

} // namespace

std::string_view to_string(HintCode code)
{
    static constexpr std::array<std::string_view, 12> words{
        "header_missing",           "header_empty",       "prefix_missing",
        "not_in_encoding",          "wrong_length",       "no_certificate",
        "verifies_without_bom",     "sha1_needs_setting", "verifies_with_settings",
        "certificate_not_accepted", "other_bytes_signed", "unknown_signer"};
    return words[static_cast<std::size_t>(code)];
}

SignatureExplanation explain(const SignatureScheme& scheme, const RefusedMessage& message, const Known& known)
{
    SignatureExplanation explanation;
    explanation.header_found = message.signature.has_value();
    const std::string_view value = message.signature.value_or(std::string_view{});
    explanation.header_length = value.size();
    explanation.alphabet =
        alphabet_of(value.substr(value.starts_with(scheme.prefix) ? scheme.prefix.size() : 0));
    explanation.body_sha256 = hex(sha256(message.body));
    for (const KnownCertificate& certificate : known) {
        if (certificate.accepted) explanation.tried.push_back(certificate.thumbprint);
    }
    if (explanation.tried.empty()) explanation.hints.push_back({HintCode::no_certificate, {}});
    if (!explanation.header_found) {
        explanation.hints.push_back({HintCode::header_missing, {}});
    } else if (value.empty()) {
        explanation.hints.push_back({HintCode::header_empty, {}});
    } else if (!known.empty()) {
        explain_signature(scheme, message, known, explanation);
    }
    return explanation;
}

} // namespace mizo::certs
