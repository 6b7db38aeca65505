#include "daemon/admin/message.hpp"

#include "daemon/admin/contract.hpp"
#include "daemon/base/time_text.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <stdexcept>

namespace mizo::admin {

namespace {

std::string with_unit(double value, const char* unit)
{
    std::array<char, 48> text{};
    std::snprintf(text.data(), text.size(), value < 10 ? "%.1f %s" : "%.0f %s", value, unit);
    return text.data();
}

std::string duration_text(double ms)
{
    const double size = std::abs(ms);
    if (size < 1'000) return with_unit(ms, "ms");
    if (size < 120'000) return with_unit(ms / 1'000, "s");
    if (size < 7'200'000) return with_unit(ms / 60'000, "min");
    if (size < 172'800'000) return with_unit(ms / 3'600'000, "h");
    return with_unit(ms / 86'400'000, "days");
}

std::string size_text(double bytes)
{
    constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB"};
    std::size_t unit = 0;
    for (; bytes >= 1024 && unit + 1 < units.size(); ++unit) bytes /= 1024;
    return with_unit(bytes, units.at(unit));
}

std::string shown(std::string_view name, const json::value& value)
{
    if (value.is_string()) return std::string{value.get_string()};
    if (!value.is_number()) return json::serialize(value);
    if (name.ends_with("_ms")) return duration_text(value.to_number<double>());
    if (name == "bytes" || name == "free") return size_text(value.to_number<double>());
    return json::serialize(value);
}

} // namespace

std::string filled(std::string text, const json::object& args)
{
    // One walk over the template, so that a value with braces in it is not filled again.
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto open = text.find('{', at);
        const auto close = open == std::string::npos ? open : text.find('}', open);
        if (close == std::string::npos) return out + text.substr(at);
        const std::string name = text.substr(open + 1, close - open - 1);
        out += text.substr(at, open - at);
        const json::value* value = args.if_contains(name);
        out += value == nullptr ? text.substr(open, close - open + 1) : shown(name, *value);
        at = close + 1;
    }
    return out;
}

Message message(std::string_view code, json::object args)
{
    const std::string* text = Contract::get().message(code);
    if (text == nullptr) throw std::logic_error{"no message of code " + std::string{code}};
    return {std::string{code}, filled(*text, args), std::move(args)};
}

void put_message(json::object& into, const Message& message)
{
    into["code"] = message.code;
    into["text"] = message.text;
    into["args"] = message.args;
}

json::object to_json(const Message& message)
{
    json::object out;
    put_message(out, message);
    return out;
}

json::value to_json(const std::optional<Message>& message)
{
    if (!message) return nullptr;
    return to_json(*message);
}

json::value to_json(const std::vector<Message>& messages)
{
    json::array out;
    for (const Message& message : messages) out.emplace_back(to_json(message));
    return out;
}

json::value to_json(base::WallTime time)
{
    return json::string{base::rfc3339(time)};
}

json::value to_json(const std::optional<base::WallTime>& time)
{
    if (!time) return nullptr;
    return to_json(*time);
}

json::value to_json(const std::optional<std::string>& text)
{
    if (!text) return nullptr;
    return json::string{*text};
}

json::value to_json(const std::optional<std::int64_t>& number)
{
    if (!number) return nullptr;
    return *number;
}

json::value text_or_null(std::string_view text)
{
    if (text.empty()) return nullptr;
    return json::string{text};
}

web::Response json_answer(int status, const json::value& value)
{
    return web::json_response(status, json::serialize(value));
}

web::Response problem(std::string_view code, ProblemMore more)
{
    const Contract::Problem* known = Contract::get().problem(code);
    if (known == nullptr) throw std::logic_error{"no problem of code " + std::string{code}};
    json::object body{{"type", "about:blank"},
                      {"title", web::reason_phrase(known->status)},
                      {"status", known->status},
                      {"code", code},
                      {"detail", more.detail.empty() ? known->text : more.detail}};
    if (!more.args.empty()) body["args"] = std::move(more.args);
    if (!more.errors.empty()) body["errors"] = std::move(more.errors);
    web::Response response = json_answer(known->status, body);
    response.headers = {{"Content-Type", "application/problem+json"}};
    if (more.retry_after.count() > 0)
        response.headers.add("Retry-After", std::to_string(more.retry_after.count()));
    return response;
}

} // namespace mizo::admin
