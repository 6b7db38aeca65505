#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Reads the members of the daemon's answers. Tolerant: a daemon of another version may leave a member out or
// answer null, which then reads as empty.
namespace mizo::cli {

namespace json = boost::json;

std::string text_of(const json::object& object, std::string_view name);
std::optional<std::int64_t> integer_of(const json::object& object, std::string_view name);
std::int64_t count_of(const json::object& object, std::string_view name); // 0 where there is none
std::optional<bool> flag_of(const json::object& object, std::string_view name);
std::optional<base::WallTime> time_of(const json::object& object, std::string_view name);
const json::object& object_of(const json::object& object, std::string_view name);
const json::array& array_of(const json::object& object, std::string_view name);

// The objects in an array; what is no object reads as an empty one.
const json::object& as_object(const json::value& value);

} // namespace mizo::cli
