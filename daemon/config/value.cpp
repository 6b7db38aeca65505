#include "daemon/config/value.hpp"

#include "daemon/base/utf8.hpp"
#include "daemon/config/address.hpp"
#include "daemon/config/url.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace mizo::config {

namespace {

namespace json = boost::json;

// What a number may be followed by; the first of a unit that divides the value is used for writing.
struct Suffix {
    Unit unit;
    std::string_view text;
    std::int64_t factor;
};
constexpr std::array<Suffix, 12> suffixes{{{Unit::bytes, "TiB", std::int64_t{1} << 40},
                                           {Unit::bytes, "GiB", std::int64_t{1} << 30},
                                           {Unit::bytes, "MiB", std::int64_t{1} << 20},
                                           {Unit::bytes, "KiB", std::int64_t{1} << 10},
                                           {Unit::bytes, "B", 1},
                                           {Unit::seconds, "d", 86'400},
                                           {Unit::seconds, "h", 3'600},
                                           {Unit::seconds, "min", 60},
                                           {Unit::seconds, "s", 1},
                                           {Unit::days, "days", 1},
                                           {Unit::days, "day", 1},
                                           {Unit::days, "d", 1}}};

constexpr std::array<std::pair<std::string_view, bool>, 8> boolean_words{{{"on", true},
                                                                          {"off", false},
                                                                          {"true", true},
                                                                          {"false", false},
                                                                          {"yes", true},
                                                                          {"no", false},
                                                                          {"1", true},
                                                                          {"0", false}}};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

Parsed refused(const Setting& setting, std::string_view code, json::object args = {})
{
    return {{}, make_problem(setting.name, code, std::move(args))};
}

Parsed wrong_type(const Setting& setting, std::string_view expected)
{
    return refused(setting, "value_type", {{"expected", expected}});
}

std::string_view number_in_words(const Setting& setting)
{
    switch (setting.unit) {
    case Unit::bytes: return "a size such as 4 MiB";
    case Unit::seconds: return "a time such as 60 s";
    case Unit::days: return "a number of days";
    case Unit::ratio: return "a number such as 0.66";
    case Unit::none: break;
    }
    return "a whole number";
}

Parsed in_range(const Setting& setting, Value value, double number)
{
    if (number >= setting.min && number <= setting.max) return {std::move(value), {}};
    const auto bound = [&](double limit) -> json::value {
        if (setting.type == Type::integer) return static_cast<std::int64_t>(limit);
        return limit;
    };
    return refused(setting, "value_range", {{"min", bound(setting.min)}, {"max", bound(setting.max)}});
}

Parsed parse_integer(const Setting& setting, std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return wrong_type(setting, number_in_words(setting));
    const auto suffix = trimmed({end, static_cast<std::size_t>(text.data() + text.size() - end)});
    if (suffix.empty()) return in_range(setting, value, static_cast<double>(value));

    const auto found = std::find_if(suffixes.begin(), suffixes.end(), [&](const Suffix& row) {
        return row.unit == setting.unit && row.text == suffix;
    });
    if (found == suffixes.end()) return wrong_type(setting, number_in_words(setting));
    std::int64_t product = 0;
    if (__builtin_mul_overflow(value, found->factor, &product))
        return in_range(setting, value, static_cast<double>(value) * static_cast<double>(found->factor));
    return in_range(setting, product, static_cast<double>(product));
}

Parsed parse_number(const Setting& setting, std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value))
        return wrong_type(setting, number_in_words(setting));
    return in_range(setting, value, value);
}

Parsed parse_boolean(const Setting& setting, std::string_view text)
{
    for (const auto& [word, value] : boolean_words)
        if (word == text) return {value, {}};
    return wrong_type(setting, "on or off");
}

bool is_choice(const Setting& setting, std::string_view text)
{
    for (std::string_view rest = setting.choices; !rest.empty();) {
        const auto blank = rest.find(' ');
        if (rest.substr(0, blank) == text) return true;
        rest.remove_prefix(blank == std::string_view::npos ? rest.size() : blank + 1);
    }
    return false;
}

bool is_printable(std::string_view text)
{
    return base::is_utf8(text) &&
           std::none_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

bool is_header_name(std::string_view text)
{
    static constexpr std::string_view token =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    return text.find_first_not_of(token) == std::string_view::npos;
}

bool is_id(std::string_view text)
{
    return !text.empty() && text.size() <= 10 && text.front() != '0' &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Plain text over the network only where it does not leave this machine.
bool is_query_char(char c)
{
    return c > 0x20 && c < 0x7f && std::string_view{"\"<>\\^`{|}#"}.find(c) == std::string_view::npos;
}

bool is_service_url(std::string_view text, bool websocket)
{
    const auto url = parse_url(text);
    if (!url || (!websocket && url->scheme.starts_with("ws"))) return false;
    return url->secure() || url->loopback();
}

bool is_hook_url(std::string_view text)
{
    const auto query = std::min(text.find('?'), text.size());
    const std::string_view rest = text.substr(query);
    return is_service_url(text.substr(0, query), false) &&
           std::all_of(rest.begin(), rest.end(), is_query_char);
}

bool is_proxy(std::string_view text)
{
    const auto url = parse_url(text);
    return text == "none" || (url && url->scheme == "http" && url->path == "/");
}

// What is wrong with the form of a text, if anything.
std::optional<Problem> form_problem(const Setting& setting, std::string_view text)
{
    const auto type_problem = [&](std::string_view expected) {
        return make_problem(setting.name, "value_type", {{"expected", expected}});
    };
    if (!is_printable(text)) return type_problem("text without control characters");
    const auto url = parse_url(text);
    switch (setting.form) {
    case Form::any: return {};
    case Form::listen_address:
        if (!parse_listen_address(text)) return make_problem(setting.name, "value_address");
        return {};
    case Form::base_url:
        if (!is_service_url(text, false)) return make_problem(setting.name, "value_url");
        return {};
    case Form::link_url:
        if (!is_service_url(text, true)) return make_problem(setting.name, "value_url");
        return {};
    case Form::public_url:
        if (!url || url->scheme.starts_with("ws")) return make_problem(setting.name, "value_url");
        return {};
    case Form::hook_url:
        if (!is_hook_url(text)) return make_problem(setting.name, "value_url");
        return {};
    case Form::proxy:
        if (!is_proxy(text)) return type_problem("http://host:port, or none");
        return {};
    case Form::header_name:
        if (!is_header_name(text)) return make_problem(setting.name, "value_header_name");
        return {};
    case Form::ip_address:
        if (!parse_ip(text)) return type_problem("a numeric IP address");
        return {};
    case Form::id:
        if (!is_id(text)) return type_problem("a list of numbers, such as 1, 4, 25");
        return {};
    case Form::word:
        if (text.find_first_of(" ,") != std::string_view::npos) return type_problem("a list of words");
        return {};
    }
    return {};
}

Parsed parse_string(const Setting& setting, std::string_view text)
{
    if (text.size() > static_cast<std::size_t>(setting.max))
        return refused(setting, "value_too_long", {{"max", static_cast<std::int64_t>(setting.max)}});
    if (auto problem = form_problem(setting, text)) return {{}, std::move(problem)};
    if (setting.secret) return {std::make_shared<const base::Secret>(std::string{text}), {}};
    return {std::string{text}, {}};
}

Parsed parse_list(const Setting& setting, std::vector<std::string> items)
{
    static constexpr std::size_t item_bytes_max = 200;
    if (items.size() > static_cast<std::size_t>(setting.max))
        return refused(setting, "value_range", {{"min", 0}, {"max", static_cast<std::int64_t>(setting.max)}});
    for (const std::string& item : items) {
        if (item.size() > item_bytes_max)
            return refused(setting, "value_too_long", {{"max", item_bytes_max}});
        if (auto problem = form_problem(setting, item)) return {{}, std::move(problem)};
    }
    if (items.empty()) return {};
    return {std::move(items), {}};
}

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> items;
    for (;;) {
        const auto comma = text.find(',');
        if (const auto item = trimmed(text.substr(0, comma)); !item.empty()) items.emplace_back(item);
        if (comma == std::string_view::npos) return items;
        text.remove_prefix(comma + 1);
    }
}

Parsed parse_json_list(const Setting& setting, const json::value& value)
{
    if (!value.is_array()) return wrong_type(setting, "a list");
    std::vector<std::string> items;
    for (const json::value& item : value.get_array()) {
        if (item.is_string() && !item.get_string().empty())
            items.emplace_back(item.get_string());
        else if (item.is_int64() && setting.form == Form::id)
            items.push_back(std::to_string(item.get_int64()));
        else
            return wrong_type(setting, "a list of texts");
    }
    return parse_list(setting, std::move(items));
}

std::string integer_text(const Setting& setting, std::int64_t value)
{
    for (const Suffix& row : suffixes)
        if (row.unit == setting.unit && value != 0 && value % row.factor == 0)
            return std::to_string(value) == "1" && row.text == "days"
                       ? "1 day"
                       : std::to_string(value / row.factor) + " " + std::string{row.text};
    return std::to_string(value);
}

std::string number_text(double value)
{
    std::array<char, 32> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    return {text.data(), end};
}

template <class... Ts>
struct Overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

} // namespace

Parsed parse_text(const Setting& setting, std::string_view text)
{
    if (!setting.secret) text = trimmed(text);
    if (text.empty()) return {};
    switch (setting.type) {
    case Type::string: return parse_string(setting, text);
    case Type::integer: return parse_integer(setting, text);
    case Type::number: return parse_number(setting, text);
    case Type::boolean: return parse_boolean(setting, text);
    case Type::choice:
        if (!is_choice(setting, text))
            return refused(setting, "value_choice", {{"choices", setting.choices}});
        return {std::string{text}, {}};
    case Type::list: return parse_list(setting, split(text));
    }
    return {};
}

Parsed parse_json(const Setting& setting, const json::value& value)
{
    if (value.is_null()) return {};
    if (setting.type == Type::list) return parse_json_list(setting, value);
    if (value.is_string()) return parse_text(setting, value.get_string());
    if (setting.type == Type::boolean && value.is_bool()) return {value.get_bool(), {}};
    if (setting.type == Type::integer && value.is_int64())
        return in_range(setting, value.get_int64(), static_cast<double>(value.get_int64()));
    if (setting.type == Type::number && value.is_number()) {
        const auto number = value.to_number<double>();
        return in_range(setting, number, number);
    }
    if (setting.type == Type::boolean) return wrong_type(setting, "on or off");
    if (setting.type == Type::string || setting.type == Type::choice) return wrong_type(setting, "a text");
    return wrong_type(setting, number_in_words(setting));
}

std::string to_text(const Setting& setting, const Value& value)
{
    const auto joined = [](const std::vector<std::string>& items) {
        std::string text;
        for (const std::string& item : items) text += (text.empty() ? "" : ", ") + item;
        return text;
    };
    return std::visit(Overloaded{[](std::monostate) { return std::string{}; },
                                 [](const std::string& text) { return text; },
                                 [&](std::int64_t number) { return integer_text(setting, number); },
                                 [](double number) { return number_text(number); },
                                 [](bool on) { return std::string{on ? "on" : "off"}; }, joined,
                                 [](const SharedSecret& secret) { return std::string{secret->reveal()}; }},
                      value);
}

json::value to_json(const Setting& setting, const Value& value)
{
    static constexpr std::size_t length_to_show_last4 = 16;
    if (setting.secret) {
        json::object masked{{"set", !std::holds_alternative<std::monostate>(value)}};
        if (const auto* secret = std::get_if<SharedSecret>(&value)) {
            const auto text = (*secret)->reveal();
            if (text.size() >= length_to_show_last4) masked["last4"] = text.substr(text.size() - 4);
        }
        return masked;
    }
    if (setting.type == Type::list && std::holds_alternative<std::monostate>(value)) return json::array{};
    return std::visit(Overloaded{[](std::monostate) { return json::value{}; },
                                 [](const std::string& text) { return json::value(text); },
                                 [](std::int64_t number) { return json::value(number); },
                                 [](double number) { return json::value(number); },
                                 [](bool on) { return json::value(on); },
                                 [](const std::vector<std::string>& items) {
                                     return json::value(json::array(items.begin(), items.end()));
                                 },
                                 [](const SharedSecret&) { return json::value{}; }},
                      value);
}

} // namespace mizo::config
