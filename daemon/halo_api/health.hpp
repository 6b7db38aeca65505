#pragma once

#include "daemon/halo_api/view.hpp"

namespace mizo::halo_api {

// What to do about a refusal with this status: mind HaloPSA's server, the permissions, or the address.
net::Message advice_for(int status);

// Whether HaloPSA works for us, from how calls end: facts in, one state out.
class Health {
public:
    // Other settings: nothing is known of these.
    void configured(bool yes, base::WallTime now);
    // A call was answered with this status.
    void answered(int status, const std::string& reason, base::WallTime now);
    // No answer came, or none that could be asked for.
    void failed(const base::Error& error, std::optional<net::Message> advice, base::WallTime now);

    void tell(View& view) const;

private:
    void become(State state, base::WallTime now);

    State state_ = State::unconfigured;
    std::optional<base::WallTime> since_;
    std::optional<base::WallTime> last_success_;
    std::optional<base::WallTime> checked_;
    std::optional<base::Error> last_error_;
    std::optional<net::Message> advice_;
};

} // namespace mizo::halo_api
