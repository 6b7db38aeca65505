#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/array.hpp>
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
// For people: bytes that are no UTF-8, control characters, line separators and bidirectional overrides
// become blanks, runs of blanks become one, and the text is cut.
std::string clean_text(std::string_view text, std::size_t limit);

// A whole number, or text that is one, with leading zeros and "#" in front as HaloPSA writes some.
std::optional<std::int64_t> whole_number(const boost::json::value& value);

// The members of one object, which must outlive it. Paths are names with dots between: "ticket.id". What is
// missing, null or of another type is the empty value.
class Fields {
public:
    explicit Fields(const boost::json::object& object) : object_{object} {}

    std::string text(std::string_view path, std::size_t limit) const;
    std::string first_text(std::initializer_list<std::string_view> paths, std::size_t limit) const;
    // Above zero: in HaloPSA 0 and -1 mean "none".
    std::optional<std::int64_t> first_number(std::initializer_list<std::string_view> paths) const;
    // Any whole number, 0 and those below it included.
    std::optional<std::int64_t> number(std::string_view path) const;
    // true and false, also as 1 and 0 or as text.
    std::optional<bool> flag(std::string_view path) const;
    // Of any zone, of none (UTC), with any number of fractional digits; the year 1900 is HaloPSA's null.
    std::optional<base::WallTime> time(std::string_view path) const;
    // A text in lower case or a whole number as text; anything else is none.
    std::string id(std::string_view path) const;
    const boost::json::object* object(std::string_view path) const; // null: there is none
    const boost::json::array* array(std::string_view path) const;   // null: there is none
    bool has(std::string_view path) const { return find(path) != nullptr; }

private:
    const boost::json::value* find(std::string_view path) const;

    const boost::json::object& object_;
};

} // namespace mizo::halo
