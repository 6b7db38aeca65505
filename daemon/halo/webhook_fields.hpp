#pragma once

#include <boost/json/object.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// Tolerant reading of HaloPSA's objects: numbers that are text, members that are missing or of another type.
namespace mizo::halo {

std::string lower_case(std::string_view text); // ASCII only
std::string_view trimmed(std::string_view text);
// At most `limit` bytes, and never half a character.
std::string cut_text(std::string_view text, std::size_t limit);

class Fields {
public:
    explicit Fields(const boost::json::object& object) : object_{object} {}

    // Paths are names with dots between: "ticket.id".
    std::string text(std::string_view path, std::size_t limit) const;
    std::string first_text(std::initializer_list<std::string_view> paths, std::size_t limit) const;
    // A whole number above zero, or text that is one: in HaloPSA 0 and -1 mean "none".
    std::optional<std::int64_t> first_number(std::initializer_list<std::string_view> paths) const;
    // A text in lower case or a whole number as text; anything else is none.
    std::string id(std::string_view path) const;

private:
    const boost::json::value* find(std::string_view path) const;

    const boost::json::object& object_;
};

} // namespace mizo::halo
