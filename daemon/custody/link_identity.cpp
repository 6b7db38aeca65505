#include "daemon/custody/link_identity.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/relay/token.hpp"
#include "daemon/store/identity.hpp"

namespace mizo::custody {

namespace {

using base::Errc;
using base::Error;

constexpr std::string_view bound_to = "identity:key";

} // namespace

asio::awaitable<base::Result<void>> LinkIdentity::load()
{
    auto work = [](store::Database& db) { return store::load_identity(db); };
    const std::optional<store::Identity> stored = co_await net::on_readers(parts_.readers, std::move(work));
    if (!stored) co_return base::Result<void>{};
    const auto pkcs8 = certs::open_sealed(parts_.sealing_key, stored->sealed_key, bound_to);
    if (!pkcs8)
        co_return Error{
            Errc::invalid, "link.key_sealed",
            "The key to Mizo was sealed with another key than the one this relay has now. Enrol again; "
            "what waits is kept.",
            pkcs8.error().detail()};
    auto key = certs::P256Key::from_pkcs8(pkcs8->view());
    if (!key)
        co_return Error{Errc::invalid, "link.key", "The key to Mizo cannot be read. Enrol again.",
                        key.error().detail()};
    key_.emplace(std::move(*key));
    relay_id_ = stored->relay_id;
    connect_url_ = stored->connect_url;
    enrolled_at_ = stored->enrolled;
    co_return base::Result<void>{};
}

base::Result<base::Secret> LinkIdentity::bearer(const std::string& url) const
{
    if (!key_) return Error{Errc::not_found, "link_not_enrolled", "This relay is not enrolled."};
    auto host = relay::host_of(url);
    if (!host) return host.error();
    const certs::EcJwk jwk = key_->jwk();
    const relay::TokenClaims claims{relay_id_, std::move(*host), base::uuid_v4(parts_.random),
                                    parts_.clock.wall()};
    const auto sign = [this](std::string_view text) -> base::Result<std::string> {
        const auto signature = key_->sign_es256(text);
        return std::string{signature.begin(), signature.end()};
    };
    auto token = relay::bearer_token(claims, {jwk.x, jwk.y}, sign);
    if (!token) return token.error();
    return base::Secret{std::move(*token)};
}

asio::awaitable<void> LinkIdentity::enroll(certs::P256Key key, std::string relay_id, std::string connect_url)
{
    store::Identity identity;
    identity.relay_id = std::move(relay_id);
    identity.connect_url = std::move(connect_url);
    identity.sealed_key = certs::seal(parts_.sealing_key, key.pkcs8().view(), bound_to);
    identity.kid = certs::jwk_thumbprint(key.jwk());
    identity.enrolled = parts_.clock.wall();
    auto work = [identity](store::Database& db) {
        store::set_identity(db, identity);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
    key_.emplace(std::move(key));
    relay_id_ = identity.relay_id;
    connect_url_ = identity.connect_url;
    enrolled_at_ = identity.enrolled;
}

asio::awaitable<void> LinkIdentity::forget()
{
    auto work = [](store::Database& db) {
        store::forget_identity(db);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(work));
    key_.reset();
    relay_id_.clear();
    connect_url_.clear();
}

} // namespace mizo::custody
