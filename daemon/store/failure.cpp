#include "daemon/store/failure.hpp"

#include <sqlite3.h>

namespace mizo::store {

namespace {

int primary(int extended_code)
{
    return extended_code & 0xff;
}

} // namespace

bool Failure::disk_full() const
{
    return primary(code_) == SQLITE_FULL;
}

bool Failure::read_only() const
{
    // SQLite cannot open the log or the journal where the directory may not be written.
    const int code = primary(code_);
    return code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM;
}

bool Failure::corrupt() const
{
    return primary(code_) == SQLITE_CORRUPT || primary(code_) == SQLITE_NOTADB;
}

bool Failure::io() const
{
    return primary(code_) == SQLITE_IOERR;
}

bool Failure::busy() const
{
    return primary(code_) == SQLITE_BUSY || primary(code_) == SQLITE_LOCKED;
}

bool Failure::constraint() const
{
    return primary(code_) == SQLITE_CONSTRAINT;
}

bool Failure::interrupted() const
{
    return primary(code_) == SQLITE_INTERRUPT;
}

const char* Failure::name() const
{
    if (disk_full()) return "disk_full";
    if (read_only()) return "read_only";
    if (corrupt()) return "corrupt";
    if (io()) return "io";
    if (busy()) return "busy";
    if (constraint()) return "constraint";
    if (interrupted()) return "interrupted";
    return "database";
}

} // namespace mizo::store
