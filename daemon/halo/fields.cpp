#include "daemon/halo/fields.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/base/utf8.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>

namespace mizo::halo {

namespace json = boost::json;

namespace {

constexpr std::string_view blanks = " \t\r\n";

std::optional<std::int64_t> number_in(std::string_view text)
{
    // Ticket numbers are also written with leading zeros, and with # in front.
    text = trimmed(text);
    if (text.starts_with('#')) text.remove_prefix(1);
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return {};
    return number;
}

// Where a line would end, or text would run the other way: not fit to stand in a sentence.
bool is_layout(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0x061c ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x2069);
}

} // namespace

std::string lower_case(std::string_view text)
{
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string cut_text(std::string_view text, std::size_t limit)
{
    if (text.size() <= limit) return std::string{text};
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xc0U) == 0x80U) --limit;
    return std::string{text.substr(0, limit)};
}

std::string clean_text(std::string_view text, std::size_t limit)
{
    std::string out;
    bool blank = false;
    while (!text.empty() && out.size() <= limit) {
        const auto [character, length] = base::decode_utf8(text);
        const bool visible = character && *character != U' ' && !is_layout(*character);
        if (visible && blank && !out.empty()) out += ' ';
        if (visible) out += text.substr(0, length);
        blank = !visible;
        text.remove_prefix(length);
    }
    return cut_text(out, limit);
}

std::optional<std::int64_t> whole_number(const json::value& value)
{
    if (value.is_int64()) return value.get_int64();
    if (value.is_string()) return number_in(value.get_string());
    return {}; // also what is over 64 bits, or no whole number
}

const json::value* Fields::find(std::string_view path) const
{
    const json::object* object = &object_;
    for (;;) {
        const auto dot = path.find('.');
        const auto* value = object->if_contains(path.substr(0, dot));
        if (!value || dot == std::string_view::npos) return value;
        if (!value->is_object()) return nullptr;
        object = &value->get_object();
        path.remove_prefix(dot + 1);
    }
}

std::string Fields::text(std::string_view path, std::size_t limit) const
{
    const auto* value = find(path);
    return value && value->is_string() ? cut_text(value->get_string(), limit) : std::string{};
}

std::string Fields::first_text(std::initializer_list<std::string_view> paths, std::size_t limit) const
{
    for (const auto path : paths)
        if (auto found = text(path, limit); !found.empty()) return found;
    return {};
}

std::optional<std::int64_t> Fields::first_number(std::initializer_list<std::string_view> paths) const
{
    for (const auto path : paths) {
        const auto* value = find(path);
        const auto number = value ? whole_number(*value) : std::nullopt;
        if (number && *number > 0) return number;
    }
    return {};
}

std::optional<std::int64_t> Fields::number(std::string_view path) const
{
    const auto* value = find(path);
    return value ? whole_number(*value) : std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view path) const
{
    const auto* value = find(path);
    if (!value) return {};
    if (value->is_bool()) return value->get_bool();
    if (value->is_string()) {
        const auto word = lower_case(trimmed(value->get_string()));
        if (word == "true") return true;
        if (word == "false") return false;
    }
    const auto number = whole_number(*value);
    if (!number || *number < 0 || *number > 1) return {};
    return *number == 1;
}

std::optional<base::WallTime> Fields::time(std::string_view path) const
{
    const auto* value = find(path);
    if (!value || !value->is_string()) return {};
    return base::parse_time(trimmed(value->get_string()));
}

const json::object* Fields::object(std::string_view path) const
{
    const auto* value = find(path);
    return value && value->is_object() ? &value->get_object() : nullptr;
}

const json::array* Fields::array(std::string_view path) const
{
    const auto* value = find(path);
    return value && value->is_array() ? &value->get_array() : nullptr;
}

std::string Fields::id(std::string_view path) const
{
    const auto* value = find(path);
    if (!value) return {};
    if (value->is_string()) return lower_case(trimmed(value->get_string()));
    const auto number = whole_number(*value);
    return number ? std::to_string(*number) : std::string{};
}

} // namespace mizo::halo
