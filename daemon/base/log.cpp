#include "daemon/base/log.hpp"

#include "daemon/base/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace mizo::base {

namespace {

constexpr std::size_t recent_lines_max = 2'000;
constexpr std::size_t line_bytes_max = 8 * 1024;
constexpr std::size_t field_bytes_max = 2 * 1024;

constexpr std::array<std::pair<Level, std::string_view>, 5> level_names{{{Level::debug, "debug"},
                                                                         {Level::info, "info"},
                                                                         {Level::warning, "warning"},
                                                                         {Level::error, "error"},
                                                                         {Level::off, "off"}}};

bool needs_quotes(std::string_view value)
{
    return value.empty() || value.find_first_of(" =\"\\") != std::string_view::npos;
}

std::string quoted(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
    }
    return text + '"';
}

struct Range {
    char32_t first;
    char32_t last;
};

// Characters that could end the line, move the cursor, make the reader see another order, or not be seen.
constexpr std::array<Range, 9> hostile_ranges{{{0x00, 0x1f},
                                               {0x7f, 0x9f},
                                               {0xad, 0xad},
                                               {0x61c, 0x61c},
                                               {0x200b, 0x200f},
                                               {0x2028, 0x202e},
                                               {0x2060, 0x206f},
                                               {0xfeff, 0xfeff},
                                               {0xfff9, 0xfffb}}};

bool is_hostile(char32_t c)
{
    return std::any_of(hostile_ranges.begin(), hostile_ranges.end(),
                       [c](const Range& range) { return c >= range.first && c <= range.last; });
}

} // namespace

std::string_view name_of(Level level)
{
    for (const auto& [value, name] : level_names)
        if (value == level) return name;
    return "off";
}

std::optional<Level> level_from(std::string_view name)
{
    for (const auto& [value, text] : level_names)
        if (text == name) return value;
    return {};
}

std::string escape_for_log(std::string_view text, std::size_t limit)
{
    std::string out;
    out.reserve(std::min(text.size(), limit));
    while (!text.empty()) {
        if (out.size() >= limit) return out + "…";
        const auto [code_point, length] = decode_utf8(text);
        if (!code_point) {
            out += "\xef\xbf\xbd";
        } else if (is_hostile(*code_point)) {
            std::array<char, 16> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(*code_point));
            out += escape.data();
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

void Log::add_sink(std::unique_ptr<LogSink> sink)
{
    const std::lock_guard lock{mutex_};
    sinks_.push_back(std::move(sink));
}

void Log::on_line(std::function<void(const LogLine&)> listener)
{
    const std::lock_guard lock{mutex_};
    listener_ = std::move(listener);
}

void Log::set_level(Level level)
{
    set_level("", level);
}

void Log::set_level(std::string component, Level level)
{
    const std::lock_guard lock{mutex_};
    levels_[std::move(component)] = level;
}

std::map<std::string, Level> Log::levels() const
{
    const std::lock_guard lock{mutex_};
    return {levels_.begin(), levels_.end()};
}

bool Log::wants(std::string_view component, Level level) const
{
    const std::lock_guard lock{mutex_};
    auto found = levels_.find(component);
    if (found == levels_.end()) found = levels_.find(std::string_view{});
    return level >= found->second;
}

void Log::write(std::string_view component, Level level, std::string_view message, const Fields& fields)
{
    if (!wants(component, level)) return;
    LogLine line;
    line.time = clock_.wall();
    line.level = level;
    line.component = component;
    line.text = escape_for_log(message, field_bytes_max);
    for (const auto& [key, value] : fields) {
        const std::string escaped = escape_for_log(value, field_bytes_max);
        line.text += ' ';
        line.text += key;
        line.text += '=';
        line.text += needs_quotes(escaped) ? quoted(escaped) : escaped;
    }
    if (line.text.size() > line_bytes_max) line.text = escape_for_log(line.text, line_bytes_max);
    {
        const std::lock_guard lock{mutex_};
        line.number = ++written_;
        for (const auto& sink : sinks_) sink->write(line);
        if (listener_) listener_(line);
        if (ring_.size() < recent_lines_max)
            ring_.push_back(line);
        else
            ring_[(written_ - 1) % recent_lines_max] = line;
    }
}

std::vector<LogLine> Log::recent(std::size_t count) const
{
    const std::lock_guard lock{mutex_};
    count = std::min(count, ring_.size());
    std::vector<LogLine> lines;
    lines.reserve(count);
    for (std::uint64_t number = written_ - count; number < written_; ++number)
        lines.push_back(ring_[number % recent_lines_max]);
    return lines;
}

} // namespace mizo::base
