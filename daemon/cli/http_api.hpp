#pragma once

#include "daemon/cli/api.hpp"
#include "daemon/cli/daemon_address.hpp"
#include "daemon/net/http_client.hpp"

namespace mizo::cli {

// The API over HTTP, one connection for each call.
class HttpApi final : public Api {
public:
    // Throws Stop where the CA file cannot be used.
    explicit HttpApi(DaemonAddress daemon);

    ApiAnswer send(const ApiRequest& request) override;
    ApiAnswer stream(const ApiRequest& request, const OnPiece& on_piece) override;

private:
    net::HttpRequest http_request(const ApiRequest& request) const;
    [[noreturn]] void give_up(const base::Error& error) const;

    DaemonAddress daemon_;
    net::TlsContext tls_;
};

} // namespace mizo::cli
