#pragma once

#include "certs/seal.hpp"
#include "daemon/base/log.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/store/prepare.hpp"
#include "daemon/store/readers.hpp"
#include "daemon/store/writer.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/run_to_end.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <stdexcept>
#include <utility>

namespace mizo::tests {

namespace asio = boost::asio;

// A loop and the real store in a folder of its own, for what stands between the two. Whatever works on it is
// destroyed before it.
class StoreWorld {
public:
    StoreWorld()
    {
        database_.path = (folder / "relay.db").string();
        database_.synchronous = store::Synchronous::off;
        if (!store::prepare_database(database_, random, clock.wall()))
            throw std::runtime_error{"no database"};
        open();
    }
    StoreWorld(const StoreWorld&) = delete;
    StoreWorld& operator=(const StoreWorld&) = delete;
    ~StoreWorld() { close(); }

    // Waits for what the store was given, then ends its threads: from now on every job is refused.
    void close()
    {
        readers->close();
        writer->close();
        context.restart();
        context.poll();
    }
    void open()
    {
        store::WriterOptions writing;
        writing.database = database_;
        writer = std::make_unique<store::Writer>(std::move(writing), clock, log);
        store::ReadersOptions reading;
        reading.database = database_;
        readers = std::make_unique<store::Readers>(std::move(reading));
    }

    template <class T>
    T run(asio::awaitable<T> work)
    {
        return run_to_end(context, std::move(work));
    }
    template <class Work>
    auto write(Work work)
    {
        return run(net::on_writer(*writer, std::move(work)));
    }
    template <class Work>
    auto read(Work work)
    {
        return run(net::on_readers(*readers, std::move(work)));
    }

    TemporaryFolder folder;
    FakeClock clock;
    FakeRandom random;
    base::Log log{clock};
    asio::io_context context;
    certs::SealingKey sealing_key = certs::SealingKey::generate();
    std::unique_ptr<store::Writer> writer;
    std::unique_ptr<store::Readers> readers;

private:
    store::DatabaseOptions database_;
};

} // namespace mizo::tests
