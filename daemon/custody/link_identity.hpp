#pragma once

#include "certs/key.hpp"
#include "certs/seal.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/result.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/net/store_io.hpp"

#include <optional>
#include <string>

namespace mizo::custody {

namespace asio = boost::asio;

// Who this relay is to the cloud: its id, where it connects, and the private key that never leaves it.
class LinkIdentity {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        const certs::SealingKey& sealing_key;
        const base::Clock& clock;
        base::Random& random;
    };
    explicit LinkIdentity(Parts parts) : parts_{parts} {}

    // Reads what is stored; once, before anything else. An identity whose key cannot be opened (another
    // sealing key) is no identity; the error says so: invalid "link.key_sealed".
    asio::awaitable<base::Result<void>> load();

    bool enrolled() const { return key_.has_value(); }
    const std::string& relay_id() const { return relay_id_; }
    const std::string& connect_url() const { return connect_url_; }
    base::WallTime enrolled_at() const { return enrolled_at_; }

    // The bearer token of one connection to `url` (ES256 JWT, link-protocol section 3).
    base::Result<base::Secret> bearer(const std::string& url) const;

    asio::awaitable<void> enroll(certs::P256Key key, std::string relay_id, std::string connect_url);
    asio::awaitable<void> forget();

private:
    Parts parts_;
    std::optional<certs::P256Key> key_;
    std::string relay_id_;
    std::string connect_url_;
    base::WallTime enrolled_at_{};
};

} // namespace mizo::custody
