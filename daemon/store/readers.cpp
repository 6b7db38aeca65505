#include "daemon/store/readers.hpp"

#include "daemon/base/clock.hpp"

#include <utility>

namespace mizo::store {

namespace {

DatabaseOptions for_reading(DatabaseOptions options)
{
    options.read_only = true;
    return options;
}

} // namespace

Readers::Readers(ReadersOptions options) : options_{std::move(options)}
{
    options_.database = for_reading(std::move(options_.database));
    thread_ = std::thread{[this] { loop(); }};
}

Readers::~Readers()
{
    close();
}

base::Result<void> Readers::submit(Work work, Done done)
{
    const std::scoped_lock lock{mutex_};
    if (closing_) return base::Error{base::Errc::shutting_down, "store.closing", "The service is ending."};
    if (queue_.size() >= options_.queue_limit)
        return base::Error{base::Errc::unavailable, "store.busy", "Too much waits to be read."};
    queue_.push_back({std::move(work), std::move(done)});
    wake_.notify_one();
    return {};
}

void Readers::close()
{
    {
        const std::scoped_lock lock{mutex_};
        closing_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Readers::loop()
{
    std::unique_lock lock{mutex_};
    for (;;) {
        wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) break;
        const Job job = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        job.done(run(job.work));
        lock.lock();
    }
    db_.reset();
}

std::exception_ptr Readers::run(const Work& work)
{
    try {
        if (!db_) db_ = std::make_unique<Database>(options_.database);
        db_->set_deadline(base::SystemClock{}.steady() + options_.job_limit);
        // One snapshot for all that the job reads.
        db_->run("BEGIN");
        try {
            work(*db_);
        } catch (...) {
            if (db_->in_transaction()) db_->run("ROLLBACK");
            throw;
        }
        db_->run("COMMIT");
        return nullptr;
    } catch (const Failure& failure) {
        // Opened anew by the next job, since what this connection knows of the file may be wrong.
        if (failure.io() || failure.corrupt() || failure.read_only()) db_.reset();
        return std::current_exception();
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace mizo::store
