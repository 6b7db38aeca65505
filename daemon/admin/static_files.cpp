#include "daemon/admin/static_files.hpp"

#include "daemon/admin/message.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 10> types{
    {{".html", "text/html; charset=utf-8"},
     {".js", "text/javascript; charset=utf-8"},
     {".css", "text/css; charset=utf-8"},
     {".svg", "image/svg+xml"},
     {".png", "image/png"},
     {".ico", "image/x-icon"},
     {".json", "application/json"},
     {".webmanifest", "application/manifest+json"},
     {".txt", "text/plain; charset=utf-8"},
     {".woff2", "font/woff2"}}};

std::string_view type_of(std::string_view path)
{
    for (const auto& [ending, type] : types)
        if (path.ends_with(ending)) return type;
    return "application/octet-stream";
}

// "app-1A2B3C4D.js": at least eight letters or digits between the last dash and the dot name the content.
bool is_hashed(std::string_view path)
{
    const auto dot = path.rfind('.');
    const auto dash = path.rfind('-', dot);
    if (dot == std::string_view::npos || dash == std::string_view::npos || dot - dash < 9) return false;
    const std::string_view hash = path.substr(dash + 1, dot - dash - 1);
    return std::all_of(hash.begin(), hash.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

const embedded::File* find(std::span<const embedded::File> files, std::string_view path)
{
    const auto found = std::find_if(files.begin(), files.end(),
                                    [&](const embedded::File& file) { return file.path == path; });
    return found == files.end() ? nullptr : &*found;
}

} // namespace

web::Response static_file(std::span<const embedded::File> files, std::string_view path)
{
    const std::string_view name = path.substr(path.starts_with('/') ? 1 : 0);
    const embedded::File* file = find(files, name);
    // Escapes, backslashes and dots are for files; no page of ours has them in its address.
    if (file == nullptr && name.find_first_of("%\\.") == std::string_view::npos)
        file = find(files, "index.html");
    if (file == nullptr) return problem("not_found");
    web::Response response;
    response.headers.add("Content-Type", std::string{type_of(file->path)});
    if (is_hashed(file->path)) response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
    response.body = file->bytes;
    return response;
}

} // namespace mizo::admin
