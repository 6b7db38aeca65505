#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/web/message.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What every answer of the API is made of.
namespace mizo::admin {

namespace json = boost::json;

// A text for people: its code, so that a page can say it in its own language, and its English.
struct Message {
    std::string code;
    std::string text;
    json::object args;
};

// The message of a code of the contract; another code is a programmer's error (std::logic_error).
Message message(std::string_view code, json::object args = {});
// An English template with its {names} filled in: durations, sizes and times as people read them.
std::string filled(std::string text, const json::object& args);

json::object to_json(const Message& message);
json::value to_json(const std::optional<Message>& message);
json::value to_json(const std::vector<Message>& messages);
json::value to_json(base::WallTime time);
json::value to_json(const std::optional<base::WallTime>& time);
json::value to_json(const std::optional<std::string>& text);
json::value to_json(const std::optional<std::int64_t>& number);
// Empty is null.
json::value text_or_null(std::string_view text);
// Adds code, text and args.
void put_message(json::object& into, const Message& message);

web::Response json_answer(int status, const json::value& value);

// A problem document of a code of the contract.
struct ProblemMore {
    json::object args = {};
    std::string detail = {}; // instead of the contract's sentence
    json::array errors = {};
    std::chrono::seconds retry_after{0};
};
web::Response problem(std::string_view code, ProblemMore more = {});

} // namespace mizo::admin
