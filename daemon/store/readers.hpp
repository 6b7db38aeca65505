#pragma once

#include "daemon/base/result.hpp"
#include "daemon/store/database.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace mizo::store {

struct ReadersOptions {
    DatabaseOptions database; // opened read-only whatever it says
    std::size_t queue_limit = 256;
    std::chrono::milliseconds job_limit{5000}; // a job that reads longer is interrupted
};

// A read-only connection and its thread: it never blocks the writer, and no job may read for long, since a
// reader keeps checkpoints from finishing.
class Readers {
public:
    using Work = std::function<void(Database&)>;
    using Done = std::function<void(std::exception_ptr)>;

    explicit Readers(ReadersOptions options);
    Readers(const Readers&) = delete;
    Readers& operator=(const Readers&) = delete;
    ~Readers();

    // Runs `work` on one snapshot of the database. `done` is called on the readers' thread. Errors:
    // unavailable (the queue is full), shutting_down; then `done` is never called.
    base::Result<void> submit(Work work, Done done);

    void close();

private:
    struct Job {
        Work work;
        Done done;
    };

    void loop();
    std::exception_ptr run(const Work& work);

    ReadersOptions options_;
    std::unique_ptr<Database> db_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> queue_;
    bool closing_ = false;
    std::thread thread_;
};

} // namespace mizo::store
