#pragma once

#include <stdexcept>
#include <string>

namespace mizo::store {

// Our own disk or database failed. Carries SQLite's extended result code, so that nobody has to read the
// message to decide what to do.
class Failure : public std::runtime_error {
public:
    Failure(int extended_code, const std::string& what) : std::runtime_error{what}, code_{extended_code} {}

    int extended_code() const { return code_; }
    bool disk_full() const; // SQLITE_FULL, or an I/O error that says so
    bool read_only() const; // the file or its directory cannot be written
    bool corrupt() const;   // the file is damaged, or is no database
    bool io() const;        // a read, write or sync failed: what is on disk is not known
    bool busy() const;      // somebody else holds the lock
    bool constraint() const;
    bool interrupted() const; // a reader's time was up

    // A stable word for the admin page and the log: "disk_full", "read_only", "corrupt", "io", …
    const char* name() const;

private:
    int code_;
};

} // namespace mizo::store
