#include "daemon/app/run.hpp"

#include "daemon/admin/secret_file.hpp"
#include "daemon/admin/settings_store.hpp"
#include "daemon/app/daemon.hpp"
#include "daemon/app/rules.hpp"
#include "daemon/app/stop_signals.hpp"
#include "daemon/app/version.hpp"
#include "daemon/store/accounts.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstdlib>

namespace mizo::app {

namespace {

constexpr std::size_t early_lines_max = 100;

// Everything that lives from start to end, so that the steps of the start can be told one by one.
struct Run {
    explicit Run(Host& of) : host{of} {}

    Host& host;
    base::SystemClock clock;
    base::SystemRandom random;
    base::Log log{clock};
    base::Logger logger{log, "app"};
    asio::io_context loop{1};
    std::unique_ptr<Storage> storage;
    std::optional<config::LiveSettings> settings;
    std::optional<Daemon> daemon;
    bool stop_wanted = false;
    int status = 0;
};

bool report(const base::Logger& logger, const config::Problems& problems)
{
    for (const auto& problem : problems)
        logger.error(problem.text, {{"key", problem.key}, {"code", problem.code}, {"at", problem.place}});
    return problems.empty();
}

void report(const base::Logger& logger, const base::Error& error)
{
    logger.error(error.text(), {{"code", error.code()}, {"detail", error.detail()}});
}

// The host's file gets the lines as well that were written before it could be opened.
void add_file_sink(Run& run, const std::filesystem::path& data_dir)
{
    auto sink = run.host.make_file_sink(data_dir);
    if (!sink) return;
    for (const auto& line : run.log.recent(early_lines_max)) sink->write(line);
    run.log.add_sink(std::move(sink));
}

// The settings of all sources, now that the database is open. A wrong value in the database is reported and
// left out: the page on which it can be mended needs a daemon that runs.
void load_settings(Run& run, store::Database& db, Configuration configuration)
{
    admin::LoadedEntries stored = admin::load_setting_entries(db, *run.storage->sealing_key);
    for (const auto& name : stored.lost)
        run.logger.error("a stored secret cannot be opened with this sealing key; set it again",
                         {{"key", name}});
    configuration.sources.database = std::move(stored.entries);
    config::Settings::Loaded loaded = config::Settings::load(configuration.sources);
    report(run.logger, loaded.problems);
    run.settings.emplace(std::move(loaded.settings));
}

// The code for the first sign-in: shown here and kept in the data directory until it is used.
void offer_setup(Run& run, store::Database& db, const std::filesystem::path& data_dir)
{
    if (store::load_account(db)) return;
    const admin::SetupCode code = admin::make_setup_code(data_dir, run.clock.wall());
    run.logger.info("no administrator yet: open the admin page and enter the setup code",
                    {{"setup_code", code.code}, {"also_in", (data_dir / "setup-code").string()}});
}

bool prepare(Run& run, const RunOptions& options)
{
    Configuration configuration = read_configuration(options);
    // Checked before anything is touched: a daemon with other settings than its admin wrote would surprise.
    const config::Settings::Loaded pinned = config::Settings::load(configuration.sources);
    run.log.set_level(log_level(pinned.settings));
    const bool read = report(run.logger, configuration.problems);
    if (!report(run.logger, pinned.problems) || !read) return false;

    auto storage = open_storage(options.data_dir, {run.clock, run.random, run.log, std::string{version}});
    if (!storage) {
        report(run.logger, storage.error());
        return false;
    }
    run.storage = std::move(*storage);
    add_file_sink(run, options.data_dir);
    store::DatabaseOptions database;
    database.path = run.storage->database_path;
    database.read_only = true;
    store::Database db{database};
    load_settings(run, db, std::move(configuration));
    offer_setup(run, db, options.data_dir);
    return true;
}

void report(const base::Logger& logger, const std::exception& error)
{
    logger.error("the daemon cannot go on", {{"why", error.what()}});
}

// Whether the daemon is up. Where it is not, something may have begun that has to be ended all the same.
asio::awaitable<bool> start(Run& run)
{
    try {
        const base::Result<void> started = co_await run.daemon->start();
        if (!started) report(run.logger, started.error());
        co_return started.has_value();
    } catch (const std::exception& error) {
        report(run.logger, error);
    }
    co_return false;
}

asio::awaitable<void> live(Run& run, asio::signal_set& signals)
{
    const bool up = co_await start(run);
    if (!up) {
        run.status = 1;
    } else if (!run.stop_wanted) {
        boost::system::error_code given_up;
        const int signal = co_await signals.async_wait(asio::redirect_error(asio::use_awaitable, given_up));
        if (!given_up) run.logger.info("signal received", {{"signal", std::to_string(signal)}});
    }
    // A second signal does not wait for anything.
    signals.async_wait([](const boost::system::error_code& ended, int) {
        if (!ended) std::_Exit(1);
    });
    co_await run.daemon->stop();
    signals.cancel();
}

// A stop that failed leaves tasks behind which nobody ends any more, so that nothing can be taken down in
// order. What was answered 200 is on disk.
[[noreturn]] void leave(Run& run, std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        report(run.logger, error);
    }
    std::_Exit(1);
}

int run_under(Host& host, const RunOptions& options)
{
    Run run{host};
    run.log.add_sink(host.make_log_sink());
    try {
        if (!prepare(run, options)) return 1;
        asio::signal_set signals{run.loop};
        listen_for_stop(signals);
        const auto stop = [&run, &signals] {
            run.stop_wanted = true;
            signals.cancel();
        };
        host.on_stop([&run, stop] { asio::post(run.loop, stop); });
        DaemonParts parts{run.loop.get_executor(),
                          *run.storage,
                          *run.settings,
                          host,
                          run.clock,
                          run.random,
                          run.log,
                          options.data_dir,
                          std::string{version},
                          [&run, stop] {
                              run.status = 1;
                              stop();
                          }};
        run.daemon.emplace(std::move(parts));
        asio::co_spawn(run.loop, live(run, signals), [&run](std::exception_ptr thrown) {
            if (thrown) leave(run, thrown);
        });
        run.loop.run();
        host.on_stop({});
        run.storage->readers->close();
        run.storage->writer->close();
        run.daemon.reset();
        run.logger.info("stopped");
    } catch (const std::exception& error) {
        host.on_stop({});
        report(run.logger, error);
        return 1;
    }
    return run.status;
}

} // namespace

int run(const RunOptions& options)
{
    return run_in_host([&](Host& host) { return run_under(host, options); });
}

} // namespace mizo::app
