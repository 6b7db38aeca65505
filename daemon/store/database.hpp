#pragma once

#include "certs/bytes.hpp"
#include "daemon/base/clock.hpp"
#include "daemon/store/failure.hpp"

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace mizo::store {

class Database;

// A value whose type is known only when a query is put together.
using Value = std::variant<std::int64_t, std::string>;

// A prepared statement, on loan from its database's cache: it goes back, reset, at the end of its scope.
// Values are copied when they are bound; text and blobs that are read live until the next step.
class Statement {
public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();

    // Binds every parameter; a wrong number of them is a programmer's error (std::logic_error).
    template <class... Values>
    Statement& bind(const Values&... values)
    {
        rewind(static_cast<int>(sizeof...(values)));
        int at = 0;
        (bind_value(++at, values), ...);
        return *this;
    }

    Statement& bind_list(const std::vector<Value>& values);
    // Binds what the columns of a row of another statement hold, as it is; of another connection, too.
    Statement& bind_row(const Statement& row);
    int columns() const;

    bool step();        // whether there is a row
    void run();         // for statements without rows
    Statement& first(); // the row that must be there

    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    bool boolean(int column) const { return integer(column) != 0; }
    double real(int column) const;
    base::WallTime time(int column) const { return base::from_ms(integer(column)); }
    std::string_view text(int column) const;
    certs::ByteView blob(int column) const;
    std::string string(int column) const { return std::string{text(column)}; }
    std::optional<std::int64_t> optional_integer(int column) const;
    std::optional<std::string> optional_string(int column) const;
    std::optional<base::WallTime> optional_time(int column) const;

private:
    friend class Database;
    Statement(Database& db, sqlite3_stmt* statement, bool cached);

    void rewind(int values);
    void bind_null(int at);
    void bind_integer(int at, std::int64_t value);
    void bind_real(int at, double value);
    void bind_text(int at, std::string_view value);
    void bind_blob(int at, certs::ByteView value);

    template <class Value>
    void bind_value(int at, const Value& value)
    {
        if constexpr (requires { value.has_value(); }) {
            if (value.has_value())
                bind_value(at, *value);
            else
                bind_null(at);
        } else if constexpr (std::same_as<Value, std::nullptr_t>) {
            bind_null(at);
        } else if constexpr (std::is_integral_v<Value>) {
            bind_integer(at, static_cast<std::int64_t>(value));
        } else if constexpr (std::is_floating_point_v<Value>) {
            bind_real(at, value);
        } else if constexpr (std::same_as<Value, base::WallTime>) {
            bind_integer(at, base::to_ms(value));
        } else if constexpr (std::convertible_to<const Value&, std::string_view>) {
            bind_text(at, value);
        } else {
            bind_blob(at, value);
        }
    }

    Database* db_;
    sqlite3_stmt* statement_;
    bool cached_;
};

enum class Synchronous { full, normal, off };

struct DatabaseOptions {
    std::string path;
    Synchronous synchronous = Synchronous::full; // less only where a test shows what would be lost
    std::string vfs;                             // empty: the system's
    bool read_only = false;
    bool immutable = false; // nobody writes it, and nothing beside it is looked at; implies read_only
    bool exclusive = false; // keeps the file locked and the WAL index in memory; no other connection then
};

// One connection to one SQLite file in WAL mode, for use by one thread at a time.
class Database {
public:
    // `none`: opened as the file is, for what writes whole files.
    enum class Journal { wal, none };

    explicit Database(const DatabaseOptions& options, Journal journal = Journal::wal);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    Statement prepare(std::string_view sql);
    // Runs statements that have no parameters, several at once where there are.
    void run(const std::string& sql);
    // The one integer that a query without parameters answers.
    std::int64_t scalar(std::string_view sql);

    int version() { return static_cast<int>(scalar("PRAGMA user_version")); }
    std::int64_t changes() const;
    std::int64_t last_rowid() const;
    bool in_transaction() const;

    // Bytes in use: pages less the free ones.
    std::int64_t used_bytes();
    // Bytes of the write-ahead log that no checkpoint has taken over yet.
    std::int64_t wal_bytes() const { return wal_bytes_; }
    // Moves the log into the database. `truncate` also waits for readers and empties the log file; false
    // where a reader was in the way.
    bool checkpoint(bool truncate);

    // What was overwritten must also leave the log: asks whoever commits to checkpoint with truncation.
    void request_truncate() { truncate_requested_ = true; }
    bool take_truncate_request() { return std::exchange(truncate_requested_, false); }

    // Back to what a connection begins with: zeros where that costs no further write.
    void set_secure_delete_fast() noexcept;

    // Ends statements that run longer than this, with Failure::interrupted(); nullopt: no limit.
    void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline);

    // What is wrong with the file, or empty: `PRAGMA quick_check`.
    std::string quick_check();

    const DatabaseOptions& options() const { return options_; }
    sqlite3* handle() { return handle_; }

private:
    friend class Statement;
    struct Cache;

    void open();
    void configure(Journal journal);
    [[noreturn]] void fail(std::string_view doing) const;
    void give_back(sqlite3_stmt* statement, bool cached) noexcept;

    DatabaseOptions options_;
    sqlite3* handle_ = nullptr;
    std::unique_ptr<Cache> cache_;
    std::int64_t wal_bytes_ = 0;
    bool truncate_requested_ = false;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
};

// BEGIN IMMEDIATE, and ROLLBACK unless committed.
class Transaction {
public:
    explicit Transaction(Database& db);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    void commit();

private:
    Database& db_;
    bool open_ = true;
};

// A part of a transaction that can be undone alone.
class Savepoint {
public:
    explicit Savepoint(Database& db);
    Savepoint(const Savepoint&) = delete;
    Savepoint& operator=(const Savepoint&) = delete;
    ~Savepoint();
    void release();

private:
    Database& db_;
    bool open_ = true;
};

} // namespace mizo::store
