#pragma once

#include <boost/url/url_view.hpp>

#include <cstdint>
#include <optional>

namespace mizo::net {

// The port of a URL, or the fallback where it has none; empty where what it has is no port.
std::optional<std::uint16_t> usable_port(const boost::urls::url_view& url, std::uint16_t fallback);

} // namespace mizo::net
