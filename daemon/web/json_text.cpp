#include "daemon/web/json_text.hpp"

#include "daemon/base/utf8.hpp"

#include <array>
#include <cstdio>

namespace mizo::web {

std::string json_quoted(std::string_view text)
{
    std::string out = "\"";
    out.reserve(text.size() + 2);
    while (!text.empty()) {
        const auto [code_point, length] = base::decode_utf8(text);
        const char c = text.front();
        if (!code_point) {
            out += "\xef\xbf\xbd";
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (*code_point < 0x20) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(*code_point));
            out += escape.data();
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out + '"';
}

} // namespace mizo::web
