#include "daemon/halo/signature_header.hpp"

#include "daemon/halo/fields.hpp"

#include <algorithm>
#include <array>

namespace mizo::halo {

namespace {

constexpr std::size_t signature_bytes = 4096;
constexpr std::string_view mask = "••••";

constexpr std::array secret_names{"authorization", "proxy-authorization", "cookie", "set-cookie"};
constexpr std::array secret_words{"token", "secret", "password", "api-key", "apikey", "credential"};
constexpr std::array schemes{"Basic ", "Bearer ", "Digest ", "Negotiate ", "NTLM "};

bool equal_without_case(std::string_view left, std::string_view right)
{
    return left.size() == right.size() && lower_case(left) == lower_case(right);
}

std::string masked(std::string_view value)
{
    for (const std::string_view scheme : schemes)
        if (equal_without_case(value.substr(0, scheme.size()), scheme))
            return std::string{value.substr(0, scheme.size())} + std::string{mask};
    return std::string{mask};
}

} // namespace

SignatureText find_signature(std::span<const Header> headers, std::string_view name, std::string_view prefix)
{
    const Header* found = nullptr;
    for (const auto& header : headers) {
        if (!equal_without_case(header.first, name)) continue;
        if (found && trimmed(found->second) != trimmed(header.second)) return {HeaderProblem::repeated, {}};
        found = &header;
    }
    if (!found) return {HeaderProblem::missing, {}};
    if (found->second.size() > signature_bytes) return {HeaderProblem::too_long, {}};
    auto text = trimmed(found->second);
    if (text.empty()) return {HeaderProblem::empty, {}};
    if (!equal_without_case(text.substr(0, prefix.size()), prefix)) return {HeaderProblem::no_prefix, {}};
    text = trimmed(text.substr(prefix.size()));
    if (text.empty()) return {HeaderProblem::empty, {}};
    return {HeaderProblem::none, std::string{text}};
}

bool is_secret_header(std::string_view name)
{
    const auto plain = lower_case(name);
    return std::find(secret_names.begin(), secret_names.end(), plain) != secret_names.end() ||
           std::any_of(secret_words.begin(), secret_words.end(),
                       [&](std::string_view word) { return plain.find(word) != std::string::npos; });
}

std::vector<Header> mask_secrets(std::span<const Header> headers)
{
    std::vector<Header> out{headers.begin(), headers.end()};
    for (auto& [name, value] : out)
        if (is_secret_header(name)) value = masked(value);
    return out;
}

} // namespace mizo::halo
