#include "daemon/store/database.hpp"

#include "daemon/store/text_search.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace mizo::store {

namespace {

constexpr std::size_t cache_limit = 96;    // idle statements kept
constexpr int deadline_check_every = 1000; // steps of SQLite's machine
constexpr int busy_timeout_ms = 5000;      // a backup tool may hold the lock for a moment

std::string_view name_of(Synchronous synchronous)
{
    switch (synchronous) {
    case Synchronous::full: return "FULL";
    case Synchronous::normal: return "NORMAL";
    case Synchronous::off: return "OFF";
    }
    return "FULL";
}

// The beginning of a statement's text on one line.
std::string shortened(std::string_view sql)
{
    std::string text;
    for (const char c : sql.substr(0, 120)) {
        if (c != '\n' && c != ' ')
            text += c;
        else if (!text.empty() && text.back() != ' ')
            text += ' ';
    }
    return text;
}

// "file:" and the path, with what has a meaning in a URI escaped.
std::string uri_of(std::string_view path)
{
    std::string uri = "file:";
    for (const char c : path) {
        switch (c) {
        case '%': uri += "%25"; break;
        case '?': uri += "%3f"; break;
        case '#': uri += "%23"; break;
        default: uri += c;
        }
    }
    return uri;
}

} // namespace

// Idle statements by their text. One in use is not here, so the same text may be in use twice.
struct Database::Cache {
    std::map<std::string, sqlite3_stmt*, std::less<>> idle;
    std::int64_t frames = 0;     // in the log
    std::int64_t backfilled = 0; // of those, taken over by a checkpoint
    std::int64_t page_size = 4096;
};

Database::Database(const DatabaseOptions& options, Journal journal)
    : options_{options}, cache_{std::make_unique<Cache>()}
{
    try {
        open();
        configure(journal);
    } catch (...) {
        sqlite3_close_v2(handle_);
        throw;
    }
}

Database::~Database()
{
    for (auto& [sql, statement] : cache_->idle) sqlite3_finalize(statement);
    sqlite3_close_v2(handle_);
}

void Database::open()
{
    // Nobody reads SQLite's memory statistics, and keeping them is a lock at each allocation. Once, before
    // the first connection: later calls are refused, and change nothing.
    static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static_cast<void>(without_statistics);
    options_.read_only = options_.read_only || options_.immutable;
    const int access = options_.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    const char* vfs = options_.vfs.empty() ? nullptr : options_.vfs.c_str();
    const int uri = options_.immutable ? SQLITE_OPEN_URI : 0;
    const std::string name = options_.immutable ? uri_of(options_.path) + "?immutable=1" : options_.path;
    const int result = sqlite3_open_v2(name.c_str(), &handle_, access | uri | SQLITE_OPEN_NOMUTEX, vfs);
    if (handle_ == nullptr) throw Failure{SQLITE_NOMEM, "opening the database"};
    sqlite3_extended_result_codes(handle_, 1);
    if (result != SQLITE_OK) fail("opening the database");
    sqlite3_busy_timeout(handle_, busy_timeout_ms);
    add_text_search(handle_);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

void Database::configure(Journal journal)
{
    if (options_.exclusive) run("PRAGMA locking_mode = EXCLUSIVE");
    if (options_.read_only) {
        run("PRAGMA query_only = ON");
        run("PRAGMA cache_size = -1024");
    } else {
        if (journal == Journal::wal) run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = " + std::string{name_of(options_.synchronous)});
        run("PRAGMA wal_autocheckpoint = 0"); // the writer checkpoints when it is idle
        run("PRAGMA journal_size_limit = 33554432");
        run("PRAGMA secure_delete = FAST");
        run("PRAGMA cache_size = -2048");
    }
    run("PRAGMA foreign_keys = ON");
    run("PRAGMA cell_size_check = ON");
    run("PRAGMA temp_store = MEMORY");
    cache_->page_size = scalar("PRAGMA page_size");
    sqlite3_wal_hook(
        handle_,
        [](void* self, sqlite3*, const char*, int frames) {
            auto& db = *static_cast<Database*>(self);
            Cache& cache = *db.cache_;
            if (frames < cache.frames) cache.backfilled = 0; // the log began anew
            cache.frames = frames;
            db.wal_bytes_ = (cache.frames - cache.backfilled) * cache.page_size;
            return SQLITE_OK;
        },
        this);
}

Statement Database::prepare(std::string_view sql)
{
    const auto found = cache_->idle.find(sql);
    if (found != cache_->idle.end()) {
        sqlite3_stmt* statement = found->second;
        cache_->idle.erase(found);
        return Statement{*this, statement, true};
    }
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                          SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (result != SQLITE_OK) fail(shortened(sql));
    return Statement{*this, statement, true};
}

void Database::give_back(sqlite3_stmt* statement, bool cached) noexcept
{
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    try {
        if (cached && cache_->idle.size() < cache_limit &&
            cache_->idle.try_emplace(sqlite3_sql(statement), statement).second)
            return;
    } catch (const std::bad_alloc&) {
        // Not kept, then.
    }
    sqlite3_finalize(statement);
}

void Database::run(const std::string& sql)
{
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(shortened(sql));
}

std::int64_t Database::scalar(std::string_view sql)
{
    Statement query = prepare(sql);
    return query.bind().first().integer(0);
}

std::int64_t Database::changes() const
{
    return sqlite3_changes64(handle_);
}

std::int64_t Database::last_rowid() const
{
    return sqlite3_last_insert_rowid(handle_);
}

bool Database::in_transaction() const
{
    return sqlite3_get_autocommit(handle_) == 0;
}

std::int64_t Database::used_bytes()
{
    return (scalar("PRAGMA page_count") - scalar("PRAGMA freelist_count")) * cache_->page_size;
}

bool Database::checkpoint(bool truncate)
{
    int in_log = 0;
    int taken_over = 0;
    const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    const int result = sqlite3_wal_checkpoint_v2(handle_, nullptr, mode, &in_log, &taken_over);
    if (result != SQLITE_OK && result != SQLITE_BUSY) fail("moving the log into the database");
    cache_->frames = in_log;
    cache_->backfilled = taken_over;
    wal_bytes_ = (cache_->frames - cache_->backfilled) * cache_->page_size;
    return result == SQLITE_OK && in_log == taken_over;
}

void Database::set_secure_delete_fast() noexcept
{
    sqlite3_exec(handle_, "PRAGMA secure_delete = FAST", nullptr, nullptr, nullptr);
}

void Database::set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline)
{
    deadline_ = deadline;
    const auto overdue = [](void* self) {
        const auto& limit = static_cast<Database*>(self)->deadline_;
        return limit && base::SystemClock{}.steady() >= *limit ? 1 : 0;
    };
    sqlite3_progress_handler(handle_, deadline ? deadline_check_every : 0, overdue, this);
}

std::string Database::quick_check()
{
    std::string found;
    Statement check = prepare("PRAGMA quick_check(20)");
    check.bind();
    while (check.step()) {
        if (check.text(0) == "ok") continue;
        if (!found.empty()) found += "; ";
        found += check.text(0);
    }
    return found;
}

void Database::fail(std::string_view doing) const
{
    throw Failure{sqlite3_extended_errcode(handle_), std::string{doing} + ": " + sqlite3_errmsg(handle_)};
}

Statement::Statement(Database& db, sqlite3_stmt* statement, bool cached)
    : db_{&db}, statement_{statement}, cached_{cached}
{}

Statement::Statement(Statement&& other) noexcept
    : db_{other.db_}, statement_{std::exchange(other.statement_, nullptr)}, cached_{other.cached_}
{}

Statement::~Statement()
{
    if (statement_ != nullptr) db_->give_back(statement_, cached_);
}

void Statement::rewind(int values)
{
    sqlite3_reset(statement_);
    if (sqlite3_bind_parameter_count(statement_) != values)
        throw std::logic_error{"wrong number of values for a statement"};
}

Statement& Statement::bind_list(const std::vector<Value>& values)
{
    rewind(static_cast<int>(values.size()));
    int at = 0;
    for (const Value& value : values) {
        ++at;
        std::visit([&](const auto& plain) { bind_value(at, plain); }, value);
    }
    return *this;
}

Statement& Statement::bind_row(const Statement& row)
{
    rewind(row.columns());
    for (int column = 0; column < row.columns(); ++column)
        sqlite3_bind_value(statement_, column + 1, sqlite3_column_value(row.statement_, column));
    return *this;
}

int Statement::columns() const
{
    return sqlite3_column_count(statement_);
}

bool Statement::step()
{
    const int result = sqlite3_step(statement_);
    if (result == SQLITE_ROW) return true;
    if (result == SQLITE_DONE) return false;
    db_->fail(shortened(sqlite3_sql(statement_))); // its text holds no values
}

void Statement::run()
{
    while (step()) {}
    sqlite3_reset(statement_);
}

Statement& Statement::first()
{
    if (!step()) throw Failure{SQLITE_CORRUPT, "a row that must be there is missing"};
    return *this;
}

void Statement::bind_null(int at)
{
    sqlite3_bind_null(statement_, at);
}

void Statement::bind_integer(int at, std::int64_t value)
{
    sqlite3_bind_int64(statement_, at, value);
}

void Statement::bind_real(int at, double value)
{
    sqlite3_bind_double(statement_, at, value);
}

void Statement::bind_text(int at, std::string_view value)
{
    // A null pointer would bind NULL, which an empty view may have.
    const char* text = value.data() == nullptr ? "" : value.data();
    if (sqlite3_bind_text64(statement_, at, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) != SQLITE_OK)
        db_->fail("binding a text");
}

void Statement::bind_blob(int at, certs::ByteView value)
{
    const int result =
        value.empty() ? sqlite3_bind_zeroblob(statement_, at, 0)
                      : sqlite3_bind_blob64(statement_, at, value.data(), value.size(), SQLITE_TRANSIENT);
    if (result != SQLITE_OK) db_->fail("binding bytes");
}

bool Statement::is_null(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t Statement::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

double Statement::real(int column) const
{
    return sqlite3_column_double(statement_, column);
}

std::string_view Statement::text(int column) const
{
    return blob(column).text();
}

certs::ByteView Statement::blob(int column) const
{
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes == nullptr ? certs::ByteView{} : certs::ByteView{std::string_view{bytes, size}};
}

std::optional<std::int64_t> Statement::optional_integer(int column) const
{
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

std::optional<std::string> Statement::optional_string(int column) const
{
    if (is_null(column)) return std::nullopt;
    return string(column);
}

std::optional<base::WallTime> Statement::optional_time(int column) const
{
    if (is_null(column)) return std::nullopt;
    return time(column);
}

Transaction::Transaction(Database& db) : db_{db}
{
    db_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction()
{
    // SQLite itself rolls back after some failures.
    if (open_ && db_.in_transaction()) sqlite3_exec(db_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit()
{
    db_.run("COMMIT");
    open_ = false;
}

Savepoint::Savepoint(Database& db) : db_{db}
{
    db_.prepare("SAVEPOINT job").bind().run();
}

Savepoint::~Savepoint()
{
    if (open_ && db_.in_transaction())
        sqlite3_exec(db_.handle(), "ROLLBACK TO job; RELEASE job", nullptr, nullptr, nullptr);
}

void Savepoint::release()
{
    db_.prepare("RELEASE job").bind().run();
    open_ = false;
}

} // namespace mizo::store
