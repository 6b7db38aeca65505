#pragma once

#include "daemon/cli/stop.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::cli {

namespace json = boost::json;

struct ApiRequest {
    std::string method = "GET";
    std::string path; // below /api/v1, with its query
    std::optional<json::value> body = {};
    std::string last_event_id = {};                 // of a stream that is taken up again
    std::chrono::milliseconds answer_limit{30'000}; // of a stream: to the answer's head
};

struct ApiAnswer {
    int status = 0;
    std::string body;
    bool interrupted = false; // a stream that was ended by Ctrl-C
};

// The admin API of a running daemon. Both calls throw Stop (unreachable) where nobody answers.
class Api {
public:
    using OnPiece = std::function<bool(std::string_view)>; // false ends the stream

    virtual ~Api() = default;
    virtual ApiAnswer send(const ApiRequest& request) = 0;
    // Hands out the body of a good answer piece by piece. An answer that is not good is returned as by send.
    // Also throws Stop (failed) where the connection breaks within the body.
    virtual ApiAnswer stream(const ApiRequest& request, const OnPiece& on_piece) = 0;
};

bool is_good(const ApiAnswer& answer);

// The code of a problem document; empty where the body is none.
std::string problem_code(const ApiAnswer& answer);

// What a refusal means, as one sentence with its code; wrong parameters are wrong usage.
Stop refusal(const ApiAnswer& answer);

// The text of a good answer; throws its refusal.
std::string ask_text(Api& api, const ApiRequest& request);
// The same, as an object.
json::object ask(Api& api, const ApiRequest& request);
json::object parse_object(std::string_view text);

// A path with a query that is made of names and values; empty values are left out.
class Path {
public:
    explicit Path(std::string path) : text_{std::move(path)} {}
    Path& with(std::string_view name, std::string_view value);
    const std::string& text() const { return text_; }

private:
    std::string text_;
    bool first_ = true;
};

// Percent-encoded as one segment of a path or one value of a query.
std::string percent_encoded(std::string_view text);

} // namespace mizo::cli
