#include "daemon/store/writer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mizo::store {

namespace {

// Beyond this many times checkpoint_bytes the log is taken over even under load.
constexpr std::int64_t log_patience = 8;

std::string text_for(const Failure& failure)
{
    if (failure.disk_full()) return "The disk is full: webhooks are refused until there is space again.";
    if (failure.read_only()) return "The data directory cannot be written.";
    if (failure.corrupt()) return "The database is damaged; the next start sets it aside and salvages it.";
    if (failure.io()) return "The disk reports errors when it is written or read.";
    if (failure.busy()) return "Another program holds the database locked.";
    return "The database does not work.";
}

base::Error refusal(base::Errc kind, std::string code, std::string text)
{
    return base::Error{kind, std::move(code), std::move(text)};
}

} // namespace

Writer::Expectation::Expectation(Writer& writer) : writer_{&writer}
{
    const std::scoped_lock lock{writer_->mutex_};
    ++writer_->expected_;
}

Writer::Expectation::Expectation(Expectation&& other) noexcept
    : writer_{std::exchange(other.writer_, nullptr)}
{}

Writer::Expectation& Writer::Expectation::operator=(Expectation&& other) noexcept
{
    std::swap(writer_, other.writer_);
    return *this;
}

Writer::Expectation::~Expectation()
{
    if (writer_ == nullptr) return;
    const std::scoped_lock lock{writer_->mutex_};
    if (--writer_->expected_ == 0) writer_->wake_.notify_one();
}

Writer::Writer(WriterOptions options, const base::Clock& clock, base::Log& log)
    : options_{std::move(options)},
      clock_{clock},
      log_{log, "store"},
      db_{std::make_unique<Database>(options_.database)},
      reserve_{options_.reserve}
{
    stored_bytes_ = db_->used_bytes();
    thread_ = std::thread{[this] { loop(); }};
}

Writer::~Writer()
{
    close();
}

base::Result<void> Writer::submit(Work work, Done done, JobTraits traits)
{
    if (traits.grows && short_of_space_) {
        return refusal(base::Errc::unavailable, "store.disk_full", "The disk is full.");
    }
    const std::scoped_lock lock{mutex_};
    if (closing_) return refusal(base::Errc::shutting_down, "store.closing", "The service is ending.");
    if (queue_.size() >= options_.queue_limit) {
        return refusal(base::Errc::unavailable, "store.busy", "Too much waits to be stored.");
    }
    queue_.push_back({std::move(work), std::move(done), traits, nullptr});
    if (!traits.patient) ++urgent_;
    wake_.notify_one();
    return {};
}

Health Writer::health() const
{
    const std::scoped_lock lock{mutex_};
    return health_;
}

void Writer::close()
{
    {
        const std::scoped_lock lock{mutex_};
        closing_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void Writer::loop()
{
    std::unique_lock lock{mutex_};
    for (;;) {
        ++turns_;
        wake_.wait_for(lock, options_.probe_interval, [this] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) {
            const bool closing = closing_;
            lock.unlock();
            if (closing) return finish();
            idle();
            lock.lock();
            continue;
        }
        Group group = take_group(lock);
        lock.unlock();
        commit(std::move(group));
        lock.lock();
    }
}

Writer::Group Writer::take_group(std::unique_lock<std::mutex>& lock)
{
    const auto full = [this] { return closing_ || queue_.size() >= options_.group_limit; };
    if (urgent_ == 0) {
        wake_.wait_for(lock, options_.patient_wait, [&] { return full() || urgent_ > 0; });
    }
    if (expected_ > 0) {
        wake_.wait_for(lock, options_.group_wait, [&] { return full() || expected_ == 0; });
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), options_.group_limit));
    Group group{std::make_move_iterator(queue_.begin()), std::make_move_iterator(queue_.begin() + count)};
    queue_.erase(queue_.begin(), queue_.begin() + count);
    for (const Job& job : group)
        if (!job.traits.patient) --urgent_;
    return group;
}

void Writer::commit(Group group)
{
    try {
        if (!db_) db_ = std::make_unique<Database>(options_.database);
        Transaction transaction{*db_};
        for (Job& job : group) run(job);
        transaction.commit();
    } catch (const Failure& failure) {
        on_failure(std::move(group), failure);
        return;
    } catch (...) { // no memory, most likely
        for (Job& job : group) job.done(std::current_exception());
        return;
    }
    ++commits_;
    note_success();
    for (Job& job : group) job.done(job.failure);
    after_commit();
}

// A job that throws is undone alone; what concerns the store as a whole goes on to the whole group.
void Writer::run(Job& job)
{
    job.failure = nullptr;
    Savepoint savepoint{*db_};
    try {
        job.work(*db_);
        savepoint.release();
    } catch (const Failure& failure) {
        if (!failure.constraint() && !failure.corrupt()) throw;
        if (failure.corrupt()) note_failure(failure);
        job.failure = std::current_exception();
    } catch (...) {
        job.failure = std::current_exception();
    }
}

void Writer::on_failure(Group group, const Failure& failure)
{
    note_failure(failure);
    // After a failed write or sync nobody knows what is on the disk: begin again from what can be read back.
    if (failure.io() || failure.corrupt()) db_.reset();
    bool again = false;
    if (failure.disk_full()) {
        short_of_space_ = true;
        again = reserve_.release();
        reserve_given_up_ = reserve_given_up_ || again;
    }
    const std::exception_ptr why = std::make_exception_ptr(failure);
    // The space of the reserve is for acks and settings, not for more of what filled the disk.
    Group spared;
    for (Job& job : group) {
        if (again && !job.traits.grows)
            spared.push_back(std::move(job));
        else
            job.done(why);
    }
    if (!spared.empty()) commit(std::move(spared));
}

void Writer::after_commit()
{
    try {
        stored_bytes_ = db_->used_bytes();
        if (db_->take_truncate_request() && !db_->checkpoint(true)) db_->request_truncate();
        const std::int64_t log = db_->wal_bytes();
        if (log < options_.checkpoint_bytes) return;
        bool busy = false;
        {
            const std::scoped_lock lock{mutex_};
            busy = !queue_.empty() || expected_ > 0;
        }
        if (!busy || log >= log_patience * options_.checkpoint_bytes) db_->checkpoint(false);
    } catch (const Failure& failure) {
        on_failure({}, failure);
    }
}

void Writer::idle()
{
    if (!health().ok) return probe();
    reserve_.make();
    if (db_) after_commit();
}

// Tries whether the store works again, so that it heals without work.
void Writer::probe()
{
    try {
        if (!db_) db_ = std::make_unique<Database>(options_.database);
        if (db_->wal_bytes() > 0) db_->checkpoint(false); // the log's space can be used again then
        Transaction transaction{*db_};
        // There and back: SQLite writes no page that nothing has changed.
        db_->run("UPDATE stream SET fence = fence + 1; UPDATE stream SET fence = fence - 1");
        transaction.commit();
        if (!reserve_given_up_ || reserve_.make()) {
            short_of_space_ = false;
            reserve_given_up_ = false;
        }
        note_success();
    } catch (const Failure& failure) {
        on_failure({}, failure);
    }
}

void Writer::finish()
{
    try {
        if (db_) db_->checkpoint(true);
    } catch (const Failure& failure) {
        log_.warning("the log could not be moved into the database", {{"detail", failure.what()}});
    }
    db_.reset();
}

void Writer::note_failure(const Failure& failure)
{
    {
        const std::scoped_lock lock{mutex_};
        if (health_.code == failure.name() || health_.code == "corrupt") return;
        if (health_.ok) health_.since = clock_.wall();
        health_.ok = false;
        health_.code = failure.name();
        health_.text = text_for(failure);
    }
    log_.error("the store failed", {{"code", failure.name()}, {"detail", failure.what()}});
}

void Writer::note_success()
{
    {
        const std::scoped_lock lock{mutex_};
        if (health_.ok || health_.code == "corrupt" || short_of_space_) return;
        health_ = Health{true, clock_.wall(), {}, {}};
    }
    log_.info("the store works again");
}

} // namespace mizo::store
