#include "daemon/relay/wire_writer.hpp"

#include "daemon/base/time_text.hpp"
#include "daemon/base/utf8.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::relay {

namespace {

bool is_plain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

void append_escaped(std::string& out, char c)
{
    static constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\b': out += "\\b"; return;
    case '\f': out += "\\f"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default:
        out += "\\u00";
        out += digits[static_cast<unsigned char>(c) >> 4U];
        out += digits[static_cast<unsigned char>(c) & 0xfU];
    }
}

} // namespace

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    while (!text.empty()) {
        // Most text is plain: take as much of it as there is at once.
        std::size_t plain = 0;
        while (plain < text.size() && is_plain(text[plain])) ++plain;
        out += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        if (static_cast<unsigned char>(text.front()) < 0x80) {
            append_escaped(out, text.front());
            text.remove_prefix(1);
            continue;
        }
        const auto [character, length] = base::decode_utf8(text);
        out += character ? text.substr(0, length) : std::string_view{"\xef\xbf\xbd"};
        text.remove_prefix(length);
    }
    out += '"';
}

void ObjectWriter::time(std::string_view name, base::WallTime value)
{
    begin(name);
    out_ += '"';
    out_ += base::rfc3339(value);
    out_ += '"';
}

void ObjectWriter::texts(std::string_view name, const std::vector<std::string>& values)
{
    begin(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out_ += ',';
        append_quoted(out_, values[i]);
    }
    out_ += ']';
}

void ObjectWriter::integers(std::string_view name, const std::vector<std::int64_t>& values)
{
    begin(name);
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) out_ += ',';
        out_ += std::to_string(values[i]);
    }
    out_ += ']';
}

void ObjectWriter::json(std::string_view name, const boost::json::value& value)
{
    begin(name);
    out_ += boost::json::serialize(value);
}

} // namespace mizo::relay
