#pragma once

#include "daemon/base/secret.hpp"
#include "daemon/config/address.hpp"
#include "daemon/net/url.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::cli {

// Where the running daemon is, and what opens its admin API.
struct DaemonAddress {
    net::Url url; // of the listener's root
    base::Secret key;
    std::string ca_file; // empty: the system's trust store alone
};

// What the command line says of it; whatever is empty is looked for.
struct DaemonChoice {
    std::string url;
    std::filesystem::path config_file;
    std::filesystem::path data_dir;
    std::string ca_file;
};

// The address is --url, or what the running daemon wrote into `admin.address`, or the setting admin.listen as
// `run` would read it. Throws Stop: usage for a wrong --url, unreachable where the daemon has never run
// there, failed where the key may not be read.
DaemonAddress find_daemon(const DaemonChoice& choice);

// Where a client on this machine reaches a listener: a listener on all addresses by loopback.
std::string reachable_address(const config::ListenAddress& listen);

} // namespace mizo::cli
