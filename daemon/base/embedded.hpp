#pragma once

#include <span>
#include <string_view>

namespace mizo::embedded {

// A file that was compiled in by cmake/embed.cmake; the path is relative to the directory embedded.
struct File {
    std::string_view path;
    std::string_view bytes;
};

std::span<const File> migrations(); // daemon/store/migrations, in order
std::span<const File> webui();      // webui/dist
std::span<const File> tab_page();   // webui/dist-tab
std::span<const File> api();        // docs/admin-api

} // namespace mizo::embedded
