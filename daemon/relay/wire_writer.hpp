#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mizo::relay {

// Appends a JSON string. Bytes that are no UTF-8 become U+FFFD, so that a message is always valid.
void append_quoted(std::string& out, std::string_view text);

// Writes one JSON object into a text, member by member; ends it when it goes out of scope.
class ObjectWriter {
public:
    explicit ObjectWriter(std::string& out) : out_{out} { out_ += '{'; }
    ObjectWriter(const ObjectWriter&) = delete;
    ObjectWriter& operator=(const ObjectWriter&) = delete;
    ~ObjectWriter() { out_ += '}'; }

    void text(std::string_view name, std::string_view value)
    {
        begin(name);
        append_quoted(out_, value);
    }
    // Nothing where the text is empty.
    void text_if_any(std::string_view name, std::string_view value)
    {
        if (!value.empty()) text(name, value);
    }
    void integer(std::string_view name, std::int64_t value)
    {
        begin(name);
        out_ += std::to_string(value);
    }
    void boolean(std::string_view name, bool value)
    {
        begin(name);
        out_ += value ? "true" : "false";
    }
    void null(std::string_view name)
    {
        begin(name);
        out_ += "null";
    }
    void time(std::string_view name, base::WallTime value);
    void texts(std::string_view name, const std::vector<std::string>& values);
    void integers(std::string_view name, const std::vector<std::int64_t>& values);
    void json(std::string_view name, const boost::json::value& value);
    // Nothing where the value is null.
    void json_if_any(std::string_view name, const boost::json::value& value)
    {
        if (!value.is_null()) json(name, value);
    }

    // A nested object: the caller writes it with an ObjectWriter of its own on the same text.
    void begin(std::string_view name)
    {
        if (!first_) out_ += ',';
        first_ = false;
        out_ += '"';
        out_ += name; // names are ours, and need no escaping
        out_ += "\":";
    }

private:
    std::string& out_;
    bool first_ = true;
};

} // namespace mizo::relay
