#include "daemon/halo/api_path.hpp"

#include <algorithm>

namespace mizo::halo {

namespace {

constexpr std::size_t path_bytes = 200;
constexpr std::size_t segments_max = 8;

bool is_alphanumeric(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool fits_segment(char c)
{
    return is_alphanumeric(c) || c == '-' || c == '_';
}

void append_encoded(std::string& out, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (fits_segment(c) || c == '.' || c == '~')
            out += c;
        else
            ((out += '%') += digits[byte >> 4U]) += digits[byte & 0xfU];
    }
}

} // namespace

bool is_api_path(std::string_view path)
{
    if (path.size() < 2 || path.size() > path_bytes || path.front() != '/' || path.back() == '/')
        return false;
    if (path.find("//") != std::string_view::npos) return false;
    if (std::count(path.begin(), path.end(), '/') > static_cast<std::ptrdiff_t>(segments_max)) return false;
    return std::all_of(path.begin(), path.end(), [](char c) { return c == '/' || fits_segment(c); });
}

std::string encoded_pairs(const std::vector<std::pair<std::string, std::string>>& pairs)
{
    std::string out;
    for (const auto& [name, value] : pairs) {
        if (!out.empty()) out += '&';
        append_encoded(out, name);
        out += '=';
        append_encoded(out, value);
    }
    return out;
}

} // namespace mizo::halo
