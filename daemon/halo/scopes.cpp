#include "daemon/halo/scopes.hpp"

#include <algorithm>

namespace mizo::halo {

namespace {

constexpr std::size_t scopes_max = 200;
constexpr std::size_t scope_bytes = 100;

bool holds(const Scopes& scopes, std::string_view wanted)
{
    return std::find(scopes.begin(), scopes.end(), wanted) != scopes.end();
}

} // namespace

std::string scope_text(const Scopes& scopes)
{
    std::string text;
    for (const auto& scope : scopes) text += (text.empty() ? "" : " ") + scope;
    return text;
}

Scopes scopes_in(std::string_view text)
{
    constexpr std::string_view separators = " \t\r\n,";
    Scopes scopes;
    std::size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != text.npos && scopes.size() < scopes_max) {
        const auto end = std::min(text.find_first_of(separators, at), text.size());
        const auto scope = text.substr(at, end - at);
        const bool visible =
            std::all_of(scope.begin(), scope.end(), [](char c) { return c > ' ' && c < '\x7f'; });
        if (visible && scope.size() <= scope_bytes && !holds(scopes, scope)) scopes.emplace_back(scope);
        at = end;
    }
    return scopes;
}

Scopes missing_scopes(const Scopes& asked, const Scopes& granted)
{
    Scopes missing;
    if (holds(granted, "all")) return missing;
    for (const auto& scope : asked)
        if (scope != "all" && !holds(granted, scope)) missing.push_back(scope);
    return missing;
}

} // namespace mizo::halo
