#pragma once

#include "daemon/admin/link_control.hpp"
#include "daemon/custody/link_identity.hpp"
#include "daemon/relay/link.hpp"

namespace mizo::admin {

// The real link behind the admin API; both parts outlive it.
class RelayLinkControl final : public LinkControl {
public:
    RelayLinkControl(relay::Link& link, const custody::LinkIdentity& identity)
        : link_{link}, identity_{identity}
    {}

    relay::View view() const override { return link_.view(); }
    std::vector<LinkAlert> alerts() const override
    {
        std::vector<LinkAlert> alerts;
        for (auto& alert : link_.alerts()) alerts.push_back({alert.code, alert.text, alert.since});
        return alerts;
    }
    std::optional<Enrolment> enrolment() const override
    {
        if (!identity_.enrolled()) return {};
        return Enrolment{identity_.relay_id(), identity_.connect_url(), identity_.enrolled_at()};
    }
    asio::awaitable<base::Result<void>> enroll(std::string url, base::Secret code) override
    {
        return link_.enroll(std::move(url), std::move(code));
    }
    asio::awaitable<base::Result<void>> forget() override { return link_.forget(); }
    void retry_now() override { link_.retry_now(); }
    asio::awaitable<base::Result<net::Trace>> test(std::string url) override
    {
        return link_.test(std::move(url));
    }

private:
    relay::Link& link_;
    const custody::LinkIdentity& identity_;
};

} // namespace mizo::admin
