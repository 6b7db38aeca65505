#include "daemon/web/percent.hpp"

#include <algorithm>

namespace mizo::web {

namespace {

int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

} // namespace

std::optional<std::string> percent_decoded(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        if (i + 2 >= text.size()) return {};
        const int high = hex_value(text[i + 1]);
        const int low = hex_value(text[i + 2]);
        if (high < 0 || low < 0 || (high == 0 && low == 0)) return {};
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

std::optional<std::map<std::string, std::string>> parse_query(std::string_view query)
{
    std::map<std::string, std::string> values;
    while (!query.empty()) {
        const auto end = std::min(query.find('&'), query.size());
        std::string pair{query.substr(0, end)};
        query.remove_prefix(std::min(end + 1, query.size()));
        if (pair.empty()) continue;
        std::replace(pair.begin(), pair.end(), '+', ' ');
        const auto equals = std::min(pair.find('='), pair.size());
        const auto name = percent_decoded(std::string_view{pair}.substr(0, equals));
        const auto value = percent_decoded(std::string_view{pair}.substr(std::min(equals + 1, pair.size())));
        if (!name || !value || !values.emplace(*name, *value).second) return {};
    }
    return values;
}

} // namespace mizo::web
