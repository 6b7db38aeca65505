#pragma once

#include "daemon/base/clock.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"
#include "daemon/store/reserve.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mizo::store {

// Whether what is handed to the writer would be stored now, and if not since when and why. "corrupt" stays
// until the next start, which salvages.
struct Health {
    bool ok = true;
    base::WallTime since{};
    std::string code; // "disk_full", "read_only", "io", "corrupt", …; empty when ok
    std::string text; // a sentence for the admin
};

struct WriterOptions {
    DatabaseOptions database;
    std::size_t queue_limit = 4096;
    std::size_t group_limit = 512;                  // jobs in one commit
    std::chrono::microseconds group_wait{2000};     // how long a commit waits for company that was announced
    std::chrono::milliseconds patient_wait{20};     // how long a patient job waits for an urgent one
    std::chrono::milliseconds probe_interval{1000}; // how often a failed store is tried without work
    std::int64_t checkpoint_bytes = 4 * 1024 * 1024;
    // Released when the disk is full; an empty path: none.
    ReserveOptions reserve;
};

// How a job is treated.
struct JobTraits {
    // Brings new data: refused at once while the disk is full, so that what is left serves acks and settings.
    bool grows = false;
    // Nobody waits for it: it may be committed together with the next urgent one.
    bool patient = false;
};

// The one connection that writes, and its thread. Jobs that come close together share one commit; each is
// undone alone when it throws. Healing needs no restart: after a failure the next job tries again, on a
// connection opened anew where the state of the disk is not known.
class Writer {
public:
    using Work = std::function<void(Database&)>;
    using Done = std::function<void(std::exception_ptr)>;

    // Opens the database, which must be migrated. `clock` and `log` must outlive the writer.
    Writer(WriterOptions options, const base::Clock& clock, base::Log& log);
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    ~Writer();

    // Runs `work` in a transaction on the writer's thread. `done` is called there: with nothing after the
    // COMMIT succeeded, or with what was thrown (a Failure where the store failed). It must not throw or
    // block. Errors: unavailable (the queue is full, or the disk is and the job grows), shutting_down;
    // then `done` is never called.
    base::Result<void> submit(Work work, Done done, JobTraits traits = {});

    // Says that a job is on its way: while it lives, a commit waits for it, up to group_wait. Drop it once
    // the job was submitted or will not be.
    class Expectation {
    public:
        Expectation() = default;
        explicit Expectation(Writer& writer);
        Expectation(Expectation&& other) noexcept;
        Expectation& operator=(Expectation&& other) noexcept;
        ~Expectation();

    private:
        Writer* writer_ = nullptr;
    };
    Expectation expect() { return Expectation{*this}; }

    Health health() const;
    // Bytes in use as of the last commit, for the bound of the store.
    std::int64_t stored_bytes() const { return stored_bytes_.load(std::memory_order_relaxed); }
    std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
    // Rises with every turn of the thread, at least once a probe_interval: what a watchdog looks at.
    std::uint64_t turns() const { return turns_.load(std::memory_order_relaxed); }

    // Finishes what was submitted, empties the log into the database, and ends the thread.
    void close();

private:
    struct Job {
        Work work;
        Done done;
        JobTraits traits;
        std::exception_ptr failure;
    };
    using Group = std::vector<Job>;

    void loop();
    Group take_group(std::unique_lock<std::mutex>& lock);
    void commit(Group group);
    void run(Job& job);
    void after_commit();
    void on_failure(Group group, const Failure& failure);
    void idle();
    void probe();
    void finish();
    void note_failure(const Failure& failure);
    void note_success();

    WriterOptions options_;
    const base::Clock& clock_;
    base::Logger log_;
    std::unique_ptr<Database> db_; // the thread's alone; null after an I/O error until it is opened again
    Reserve reserve_;

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> queue_;
    std::size_t urgent_ = 0; // of those in queue_
    int expected_ = 0;
    bool closing_ = false;
    Health health_;

    // Set when the disk was full, until there is space again: for the reserve, where one was given up.
    std::atomic<bool> short_of_space_{false};
    bool reserve_given_up_ = false;
    std::atomic<std::int64_t> stored_bytes_{0};
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<std::uint64_t> turns_{0};
    std::thread thread_;
};

} // namespace mizo::store
