#include "daemon/base/log.hpp"
#include "daemon/base/time_text.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <iostream>

namespace mizo::base {

namespace {

// The priority that systemd's journal reads from the start of a line (sd-daemon(3)).
std::string_view journal_prefix(Level level)
{
    switch (level) {
    case Level::debug: return "<7>";
    case Level::info: return "<6>";
    case Level::warning: return "<4>";
    case Level::error: return "<3>";
    case Level::off: break;
    }
    return "<6>";
}

class StderrSink final : public LogSink {
public:
    explicit StderrSink(bool journal)
        : journal_{journal},
          logger_{"mizo-relay", std::make_shared<spdlog::sinks::ostream_sink_mt>(std::cerr, true)}
    {
        logger_.set_pattern("%v");
        logger_.set_level(spdlog::level::trace);
    }

    void write(const LogLine& line) override
    {
        if (journal_)
            logger_.info("{}{}: {}", journal_prefix(line.level), line.component, line.text);
        else
            logger_.info("{} {:7} {}: {}", rfc3339(line.time), name_of(line.level), line.component,
                         line.text);
    }

private:
    bool journal_;
    spdlog::logger logger_;
};

} // namespace

std::unique_ptr<LogSink> make_stderr_sink(bool journal)
{
    return std::make_unique<StderrSink>(journal);
}

} // namespace mizo::base
