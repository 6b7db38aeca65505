#include "daemon/setup/check.hpp"

#include "daemon/halo/scopes.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

namespace {

constexpr std::array<std::pair<Verdict, std::string_view>, 4> verdict_names{
    {{Verdict::right, "right"},
     {Verdict::wrong, "wrong"},
     {Verdict::unknown_rights, "unknown_rights"},
     {Verdict::not_yet, "not_yet"}}};

// By the first word of the id.
constexpr std::array<std::pair<std::string_view, int>, 17> sections{{{"halo", 1},
                                                                     {"ui", 1},
                                                                     {"api", 1},
                                                                     {"agent", 2},
                                                                     {"application", 2},
                                                                     {"permission", 2},
                                                                     {"tab", 2},
                                                                     {"ticket_types", 2},
                                                                     {"credentials", 3},
                                                                     {"scope", 3},
                                                                     {"automation", 3},
                                                                     {"certificate", 4},
                                                                     {"webhook", 4},
                                                                     {"event", 4},
                                                                     {"resolve", 5},
                                                                     {"deliveries", 6},
                                                                     {"test_ticket", 6}}};

constexpr std::string_view permission_prefix = "permission.";

std::string replaced(std::string text, char from, char to)
{
    std::replace(text.begin(), text.end(), from, to);
    return text;
}

} // namespace

std::string_view name_of(Verdict verdict)
{
    return verdict_names[static_cast<std::size_t>(verdict)].second;
}

std::optional<Verdict> verdict_from(std::string_view name)
{
    for (const auto& [verdict, word] : verdict_names)
        if (word == name) return verdict;
    return {};
}

int section_of(std::string_view id)
{
    const std::string_view group = id.substr(0, id.find('.'));
    for (const auto& [word, section] : sections)
        if (word == group) return section;
    return 1;
}

std::string permission_check(std::string_view scope)
{
    return std::string{permission_prefix} + replaced(std::string{scope}, ':', '_');
}

std::string permission_of(std::string_view id)
{
    for (const std::string_view scope : halo::guide_scopes)
        if (permission_check(scope) == id) return std::string{scope};
    return {};
}

Note title_of(std::string_view id)
{
    if (std::string permission = permission_of(id); !permission.empty())
        return {"check_permission", {{"permission", std::move(permission)}}};
    return {"check_" + replaced(std::string{id}, '.', '_')};
}

} // namespace mizo::setup
