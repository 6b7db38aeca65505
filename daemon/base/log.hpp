#pragma once

#include "daemon/base/clock.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mizo::base {

// error needs a person; warning needs attention; info is a life event; debug is for the developers.
enum class Level { debug, info, warning, error, off };

std::string_view name_of(Level level);
std::optional<Level> level_from(std::string_view name);

using Fields = std::vector<std::pair<std::string_view, std::string>>;

struct LogLine {
    std::uint64_t number = 0; // rises by one with each line of this start
    WallTime time;
    Level level = Level::info;
    std::string component;
    std::string text; // the message and its fields, escaped: "linked session=9e2f… queued=0"
};

// Where log lines go: a terminal, the journal, a file, a test.
class LogSink {
public:
    virtual ~LogSink() = default;
    virtual void write(const LogLine& line) = 0;
};

// The log of the daemon: filters by component and level, escapes, and hands each line to its sinks and to
// its recent lines, which the admin page shows. Safe to use from several threads.
class Log {
public:
    explicit Log(const Clock& clock) : clock_{clock} {}

    void add_sink(std::unique_ptr<LogSink> sink);
    // Told of each line, on the writing thread and in order; it must not log or block. Empty: nobody.
    void on_line(std::function<void(const LogLine&)> listener);

    void set_level(Level level);
    void set_level(std::string component, Level level);
    // A component's own level where it has one, else the level of all ("").
    std::map<std::string, Level> levels() const;
    bool wants(std::string_view component, Level level) const;

    void write(std::string_view component, Level level, std::string_view message, const Fields& fields);
    // The newest lines, oldest first; at most `count`.
    std::vector<LogLine> recent(std::size_t count) const;

private:
    const Clock& clock_;
    mutable std::mutex mutex_;
    std::vector<std::unique_ptr<LogSink>> sinks_;
    std::function<void(const LogLine&)> listener_;
    std::map<std::string, Level, std::less<>> levels_{{"", Level::info}};
    std::vector<LogLine> ring_;
    std::uint64_t written_ = 0;
};

// One component's view of the log; a value that is passed in.
class Logger {
public:
    Logger(Log& log, std::string component) : log_{&log}, component_{std::move(component)} {}

    void debug(std::string_view message, const Fields& fields = {}) const
    {
        write(Level::debug, message, fields);
    }
    void info(std::string_view message, const Fields& fields = {}) const
    {
        write(Level::info, message, fields);
    }
    void warning(std::string_view message, const Fields& fields = {}) const
    {
        write(Level::warning, message, fields);
    }
    void error(std::string_view message, const Fields& fields = {}) const
    {
        write(Level::error, message, fields);
    }
    bool wants(Level level) const { return log_->wants(component_, level); }

private:
    void write(Level level, std::string_view message, const Fields& fields) const
    {
        log_->write(component_, level, message, fields);
    }

    Log* log_;
    std::string component_;
};

// Makes foreign text harmless in a log line: control characters, line separators and bidirectional
// overrides are escaped, bytes that are no UTF-8 become U+FFFD, and what is over `limit` bytes is cut.
std::string escape_for_log(std::string_view text, std::size_t limit);

// Lines for standard error or, with `journal`, for systemd's journal ("<6>component: text").
std::unique_ptr<LogSink> make_stderr_sink(bool journal);

} // namespace mizo::base
