#pragma once

#include "daemon/base/secret.hpp"
#include "daemon/net/dial_trace.hpp"
#include "daemon/relay/session_types.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mizo::admin {

namespace asio = boost::asio;

// An alert of the link that is on now.
struct LinkAlert {
    std::string code;
    std::string text;
    base::WallTime since{};
};

// Who this relay is to the cloud.
struct Enrolment {
    std::string relay_id;
    std::string url;
    base::WallTime at{};
};

// What the admin can see of the link and do with it. An interface, so that the API is tested without a
// network; relay_link_control.hpp is the real one.
class LinkControl {
public:
    virtual ~LinkControl() = default;
    virtual relay::View view() const = 0;
    virtual std::vector<LinkAlert> alerts() const = 0;
    virtual std::optional<Enrolment> enrolment() const = 0;
    // Errors as relay::Link tells them.
    virtual asio::awaitable<base::Result<void>> enroll(std::string url, base::Secret code) = 0;
    virtual asio::awaitable<base::Result<void>> forget() = 0;
    virtual void retry_now() = 0;
    virtual asio::awaitable<base::Result<net::Trace>> test(std::string url) = 0;
};

} // namespace mizo::admin
