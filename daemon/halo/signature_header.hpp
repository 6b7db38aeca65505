#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::halo {

// Headers as they came, names in any case.
using Header = std::pair<std::string, std::string>;

enum class HeaderProblem {
    none,
    missing,   // no header of that name
    repeated,  // more than one, and they differ: which one counts is not for us to guess
    empty,     // nothing in it, or nothing behind the prefix
    too_long,  // over 4 KiB: no signature is
    no_prefix, // it does not begin with the prefix that is set
};

struct SignatureText {
    HeaderProblem problem = HeaderProblem::none;
    std::string text; // without the prefix and surrounding blanks; empty where there is a problem
};

// The signature's text from the header `name`, with `prefix` taken off (compared without case).
SignatureText find_signature(std::span<const Header> headers, std::string_view name, std::string_view prefix);

// Whether a header's value must not be shown: credentials, cookies, and what looks like a key or token.
// Signatures are no secrets; they are shown.
bool is_secret_header(std::string_view name);

// The same headers, the values of secret ones replaced by "••••"; a scheme ("Basic", "Bearer") stays.
std::vector<Header> mask_secrets(std::span<const Header> headers);

} // namespace mizo::halo
