#pragma once

#include "daemon/base/clock.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::web {

// Header fields in the order they came; names compare without case (RFC 9110 section 5.1).
class Headers {
public:
    using Field = std::pair<std::string, std::string>;

    Headers() = default;
    Headers(std::initializer_list<Field> fields) : fields_{fields} {}

    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    // The first field of that name; null where there is none.
    const std::string* find(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    const std::vector<Field>& fields() const { return fields_; }
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }
    std::size_t size() const { return fields_.size(); }

private:
    std::vector<Field> fields_;
};

bool equals_ignoring_case(std::string_view a, std::string_view b);

// The head of a request, once it was found to be well-formed (head.hpp).
struct RequestHead {
    std::string method;
    std::string target; // as sent
    std::string path;   // the target without its query, not decoded
    std::string query;  // without the '?'
    bool http_1_0 = false;
    Headers headers;
    std::string remote; // the peer's address, without port
    bool secure = false;
};

struct Request {
    RequestHead head;
    std::string body;
    base::WallTime received{};
};

// A body that is made while it is sent. `next` asks for the next piece and returns at once; `deliver` is
// called later, or at once, on the loop's thread; an empty optional ends the body. Destroying the source
// ends it from the receiver's side.
class BodySource {
public:
    using Deliver = std::function<void(std::optional<std::string>)>;
    virtual ~BodySource() = default;
    virtual void next(Deliver deliver) = 0;
};

struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::shared_ptr<BodySource> source; // instead of `body`, sent in chunks
    bool close = false;                 // end the connection after this answer
};

Response empty_response(int status);
Response text_response(int status, std::string text);
Response json_response(int status, std::string json);

// RFC 9457: `code` is stable, `text` is a sentence for a person.
Response problem(int status, std::string_view code, std::string_view text);

std::string_view reason_phrase(int status);

// The head of the response as it goes over the wire (RFC 9112 section 4), with its framing fields.
std::string serialize_head(const Response& response, bool keep_alive, bool body_allowed);

} // namespace mizo::web
