#include "daemon/setup/wanted.hpp"

#include "daemon/halo/fields.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

std::string id_text(const json::value& id)
{
    if (id.is_string()) return halo::lower_case(id.get_string());
    const auto number = halo::whole_number(id);
    return number ? std::to_string(*number) : std::string{};
}

bool same_name(std::string_view left, std::string_view right)
{
    return halo::lower_case(halo::trimmed(left)) == halo::lower_case(halo::trimmed(right));
}

std::string link_to(const Facts& facts, Area area)
{
    static constexpr std::array<std::string_view, area_count> pages{"/config/integrations/api",
                                                                    "/config/agents/agents",
                                                                    "/config/integrations/api/applications",
                                                                    "/config/customobjects/customtabs",
                                                                    "/config/tickets/tickettype",
                                                                    "/config/advanced",
                                                                    "/config/integrations/webhooks",
                                                                    "/config/integrations/webhooks",
                                                                    "/config/tickets/actions",
                                                                    "/config/integrations/webhooks"};
    if (facts.own.halo_url.empty()) return {};
    std::string base = facts.own.halo_url;
    while (base.ends_with('/')) base.pop_back();
    return base + std::string{pages.at(static_cast<std::size_t>(area))};
}

const Agent* own_agent(const Facts& facts)
{
    if (facts.agents.ok()) {
        const auto& all = facts.agents.value;
        const auto named = std::find_if(all.begin(), all.end(), [](const Agent& each) {
            return !each.disabled && same_name(each.name, "Mizo Agent");
        });
        if (named != all.end()) return &*named;
    }
    return nullptr;
}

const Application* own_application(const Facts& facts)
{
    if (!facts.applications.ok()) return nullptr;
    for (const Application& each : facts.applications.value)
        if (same_name(each.client_id, facts.own.client_id)) return &each;
    return nullptr;
}

const Tab* own_tab(const Facts& facts)
{
    if (!facts.tabs.ok()) return nullptr;
    const auto& all = facts.tabs.value;
    const auto by_url = std::find_if(all.begin(), all.end(), [&](const Tab& each) {
        return same_name(each.name, "Mizo") && each.url == facts.own.tab_url;
    });
    if (by_url != all.end()) return &*by_url;
    const auto by_name =
        std::find_if(all.begin(), all.end(), [](const Tab& each) { return same_name(each.name, "Mizo"); });
    return by_name == all.end() ? nullptr : &*by_name;
}

const OwnCertificate* own_of_thumbprint(const Facts& facts, const std::string& thumbprint)
{
    for (const OwnCertificate& own : facts.own.certificates)
        if (own.thumbprint == thumbprint) return &own;
    return nullptr;
}

const HaloCertificate* own_halo_certificate(const Facts& facts)
{
    if (!facts.certificates.ok()) return nullptr;
    for (const OwnCertificate& own : facts.own.certificates)
        for (const HaloCertificate& each : facts.certificates.value)
            if (own.accepted && each.thumbprint == own.thumbprint) return &each;
    return nullptr;
}

} // namespace mizo::setup
