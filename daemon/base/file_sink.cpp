#include "daemon/base/file_sink.hpp"

#include "daemon/base/time_text.hpp"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>

namespace mizo::base {

namespace {

constexpr std::size_t file_bytes_max = 10 * 1024 * 1024;
constexpr std::size_t older_files_max = 5;

class FileSink final : public LogSink {
public:
    explicit FileSink(const std::filesystem::path& file)
        : logger_{"mizo-relay", std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
                                    file.native(), file_bytes_max, older_files_max)}
    {
        logger_.set_pattern("%v");
        logger_.set_level(spdlog::level::trace);
        logger_.flush_on(spdlog::level::trace);
    }

    void write(const LogLine& line) override
    {
        logger_.info("{} {:7} {}: {}", rfc3339(line.time), name_of(line.level), line.component, line.text);
    }

private:
    spdlog::logger logger_;
};

} // namespace

std::unique_ptr<LogSink> make_file_sink(const std::filesystem::path& file)
{
    return std::make_unique<FileSink>(file);
}

} // namespace mizo::base
