#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>

// The daemon's answers as text for people. Pure: `now` is what ages are reckoned from.
namespace mizo::cli {

namespace json = boost::json;

std::string status_view(const json::object& status);

std::string settings_view(const json::object& settings, std::string_view prefix, bool with_origin);

std::string certificate_view(const json::object& certificate, base::WallTime now);
std::string certificates_view(const json::object& list, base::WallTime now);

std::string deliveries_view(const json::object& list, base::WallTime now);
std::string delivery_view(const json::object& delivery, base::WallTime now);
// One line for each delivery that arrives.
std::string delivery_line(const json::object& delivery);

std::string replays_view(const json::object& replays, base::WallTime now);

std::string learn_view(const json::object& learn);

// The checks of the setup guide, section by section; those that are right only with `all`.
std::string checks_view(const json::object& checks, bool all);

std::string link_view(const json::object& link, base::WallTime now);
std::string link_test_view(const json::object& test);

std::string diagnostics_view(const json::object& listing);

// "Signed by one of our certificates", of {code, text, args}; empty where there is none.
std::string message_text(const json::object& owner, std::string_view name);

} // namespace mizo::cli
