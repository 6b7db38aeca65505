#include "daemon/store/text_search.hpp"

#include "daemon/base/utf8.hpp"

#include <sqlite3.h>

#include <optional>
#include <utility>

namespace mizo::store {

namespace {

// Simple case folding (Unicode's CaseFolding.txt, status C) for the scripts that titles are written in.
char32_t fold(char32_t c)
{
    if (c >= U'A' && c <= U'Z') return c + 32;
    if (c < 0xC0) return c;
    if (c <= 0xDE && c != 0xD7) return c + 32;
    if ((c >= 0x100 && c <= 0x12F) || (c >= 0x132 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
        return c | 1; // upper and lower stand side by side, upper even
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E)) return c % 2 == 1 ? c + 1 : c;
    if (c == 0x178) return 0xFF;
    if (c >= 0x391 && c <= 0x3A9) return c + 32;
    if (c >= 0x410 && c <= 0x42F) return c + 32;
    if (c >= 0x400 && c <= 0x40F) return c + 80;
    return c;
}

void append_utf8(std::string& out, char32_t c)
{
    const auto byte = [&](char32_t value) { out.push_back(static_cast<char>(value)); };
    if (c < 0x80) {
        byte(c);
    } else if (c < 0x800) {
        byte(0xC0 | (c >> 6));
        byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        byte(0xE0 | (c >> 12));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    } else {
        byte(0xF0 | (c >> 18));
        byte(0x80 | ((c >> 12) & 0x3F));
        byte(0x80 | ((c >> 6) & 0x3F));
        byte(0x80 | (c & 0x3F));
    }
}

std::string_view text_of(sqlite3_value* value)
{
    const auto* text = static_cast<const char*>(sqlite3_value_blob(value));
    if (text == nullptr) return {};
    return {text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void holds(sqlite3_context* context, int count, sqlite3_value** values) noexcept
{
    try {
        const std::string_view word = text_of(values[0]);
        for (int i = 1; i < count; ++i) {
            if (sqlite3_value_type(values[i]) == SQLITE_NULL) continue;
            if (fold_case(text_of(values[i])).find(word) == std::string::npos) continue;
            sqlite3_result_int(context, 1);
            return;
        }
        sqlite3_result_int(context, 0);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

} // namespace

std::string fold_case(std::string_view text)
{
    std::string folded;
    folded.reserve(text.size());
    while (!text.empty()) {
        const auto [character, size] = base::decode_utf8(text);
        if (character)
            append_utf8(folded, fold(*character));
        else
            folded.push_back(text.front());
        text.remove_prefix(size);
    }
    return folded;
}

void add_text_search(sqlite3* handle)
{
    sqlite3_create_function_v2(handle, "holds", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                               nullptr, holds, nullptr, nullptr, nullptr);
}

} // namespace mizo::store
