#include "daemon/cli/json_fields.hpp"

#include "daemon/base/time_text.hpp"

#include <cmath>

namespace mizo::cli {

std::string text_of(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    return value && value->is_string() ? std::string{value->get_string()} : std::string{};
}

std::optional<std::int64_t> integer_of(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    if (!value || !value->is_number()) return std::nullopt;
    // Durations come with fractions; whole milliseconds are what is shown.
    if (value->is_double()) {
        constexpr double exact_max = 9'007'199'254'740'992; // 2^53
        const double number = value->get_double();
        return std::abs(number) > exact_max ? std::nullopt : std::optional{std::llround(number)};
    }
    boost::system::error_code too_large;
    const auto number = value->to_number<std::int64_t>(too_large);
    return too_large ? std::nullopt : std::optional{number};
}

std::int64_t count_of(const json::object& object, std::string_view name)
{
    return integer_of(object, name).value_or(0);
}

std::optional<bool> flag_of(const json::object& object, std::string_view name)
{
    const json::value* value = object.if_contains(name);
    return value && value->is_bool() ? std::optional{value->get_bool()} : std::nullopt;
}

std::optional<base::WallTime> time_of(const json::object& object, std::string_view name)
{
    return base::parse_time(text_of(object, name));
}

const json::object& object_of(const json::object& object, std::string_view name)
{
    static const json::value none;
    const json::value* value = object.if_contains(name);
    return as_object(value ? *value : none);
}

const json::array& array_of(const json::object& object, std::string_view name)
{
    static const json::array none;
    const json::value* value = object.if_contains(name);
    return value && value->is_array() ? value->get_array() : none;
}

const json::object& as_object(const json::value& value)
{
    static const json::object none;
    return value.is_object() ? value.get_object() : none;
}

} // namespace mizo::cli
