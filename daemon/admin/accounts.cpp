#include "daemon/admin/accounts.hpp"

#include "certs/digest.hpp"
#include "certs/password.hpp"
#include "certs/random.hpp"
#include "daemon/admin/password_rules.hpp"
#include "daemon/admin/secret_file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace mizo::admin {

namespace {

constexpr std::int64_t free_tries = 5;
constexpr std::chrono::seconds longest_wait = std::chrono::minutes{15};
constexpr std::chrono::seconds touch_every{60};

certs::Bytes hash_of(std::string_view token)
{
    const certs::Sha256Digest digest = certs::sha256(token);
    return certs::Bytes(digest.begin(), digest.end());
}

asio::awaitable<std::string> hash_it(base::Secret password)
{
    co_return certs::hash_password(password.reveal());
}

asio::awaitable<bool> compare(base::Secret password, std::string hash)
{
    co_return certs::password_matches(password.reveal(), hash);
}

} // namespace

base::WallTime expiry_of(const store::SessionRow& session)
{
    return std::min<base::WallTime>(session.last_seen + session_idle, session.created + session_life);
}

bool is_alive(const store::SessionRow& session, base::WallTime now)
{
    return now < expiry_of(session);
}

bool is_fresh(const store::SessionRow& session, base::WallTime now)
{
    return now < session.authenticated + password_fresh;
}

std::chrono::seconds sign_in_wait(const store::SignInFailures& failures, base::WallTime now)
{
    using std::chrono::seconds;
    if (failures.count < free_tries || !failures.last || *failures.last > now) return seconds{0};
    const auto doublings = std::min<std::int64_t>(failures.count - free_tries, 10);
    const seconds wait = std::min(seconds{std::int64_t{1} << doublings}, longest_wait);
    const auto left = *failures.last + wait - now;
    return std::max(seconds{0}, std::chrono::ceil<seconds>(left));
}

std::string_view reset_password(store::Database& db, std::string_view password, base::WallTime now)
{
    const std::string_view code = check_password(password);
    if (!code.empty()) return code;
    store::set_password(db, certs::hash_password(password), now);
    store::clear_sign_in_failures(db);
    return {};
}

asio::awaitable<bool> Accounts::exists()
{
    if (exists_) co_return true;
    const auto read = [](store::Database& db) { return store::load_account(db).has_value(); };
    exists_ = co_await net::on_readers(parts_.readers, read);
    co_return exists_;
}

// Counts the try as failed before it is looked at, so that neither many at once nor a crash make it free.
asio::awaitable<std::chrono::seconds> Accounts::begin_try()
{
    const base::WallTime now = parts_.clock.wall();
    auto count = [now](store::Database& db) {
        const auto wait = sign_in_wait(store::load_sign_in_failures(db), now);
        if (wait.count() == 0) store::count_sign_in_failure(db, now);
        return wait;
    };
    co_return co_await net::on_writer(parts_.writer, std::move(count));
}

asio::awaitable<void> Accounts::fail_try(std::string remote)
{
    Deed deed{"admin", "sign_in_failed"};
    deed.remote = std::move(remote);
    auto entry = audit_entry(deed, parts_.clock.wall(), parts_.random);
    auto write = [entry = std::move(entry)](store::Database& db) {
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(write));
}

asio::awaitable<bool> Accounts::store_first_password(std::string hash)
{
    const base::WallTime now = parts_.clock.wall();
    auto write = [now, hash = std::move(hash)](store::Database& db) {
        if (store::load_account(db)) return false;
        store::set_password(db, hash, now);
        return true;
    };
    co_return co_await net::on_writer(parts_.writer, std::move(write));
}

asio::awaitable<SignedIn> Accounts::set_up(SetUp wanted)
{
    SignedIn answer;
    if (co_await exists()) {
        answer.problem = "setup_done";
        co_return answer;
    }
    answer.retry_after = co_await begin_try();
    if (answer.retry_after.count() > 0) {
        answer.problem = "too_many_tries";
        co_return answer;
    }
    if (!setup_code_matches(parts_.data_dir, wanted.code.reveal(), parts_.clock.wall())) {
        co_await fail_try(wanted.remote);
        answer.problem = "setup_code_wrong";
        co_return answer;
    }
    answer.problem = check_password(wanted.password.reveal());
    if (!answer.problem.empty()) {
        // The code was right: this was no guess.
        const auto forgive = [](store::Database& db) {
            store::clear_sign_in_failures(db);
            return true;
        };
        co_await net::on_writer(parts_.writer, forgive);
        co_return answer;
    }
    auto hashing = hash_it(std::move(wanted.password));
    std::string hash = co_await asio::co_spawn(parts_.worker, std::move(hashing), asio::use_awaitable);
    const bool first = co_await store_first_password(std::move(hash));
    if (!first) {
        answer.problem = "setup_done";
        co_return answer;
    }
    exists_ = true;
    remove_setup_code(parts_.data_dir);
    co_return co_await open_session(std::move(wanted.remote), std::string(), std::string("setup"));
}

asio::awaitable<SignedIn> Accounts::sign_in(SignIn wanted)
{
    SignedIn answer;
    answer.retry_after = co_await begin_try();
    if (answer.retry_after.count() > 0) {
        answer.problem = "too_many_tries";
        co_return answer;
    }
    const auto read = [](store::Database& db) {
        const auto account = store::load_account(db);
        return account ? account->password_hash : std::string{};
    };
    std::string hash = co_await net::on_readers(parts_.readers, read);
    auto comparing = compare(std::move(wanted.password), std::move(hash));
    const bool right = co_await asio::co_spawn(parts_.worker, std::move(comparing), asio::use_awaitable);
    if (!right) {
        co_await fail_try(std::move(wanted.remote));
        answer.problem = "wrong_password";
        co_return answer;
    }
    co_return co_await open_session(std::move(wanted.remote), std::move(wanted.earlier_token),
                                    std::string("signed_in"));
}

asio::awaitable<SignedIn> Accounts::open_session(std::string remote, std::string earlier_token,
                                                 std::string action)
{
    const base::WallTime now = parts_.clock.wall();
    SignedIn answer;
    answer.token = certs::random_token(32);
    answer.session.id_hash = hash_of(answer.token);
    answer.session.csrf = certs::random_token(32);
    answer.session.created = answer.session.last_seen = answer.session.authenticated = now;
    answer.session.remote = remote;

    Deed deed{"admin", std::move(action)};
    deed.remote = std::move(remote);
    auto entry = audit_entry(deed, now, parts_.random);
    auto write = [now, entry = std::move(entry), session = answer.session,
                  earlier = std::move(earlier_token)](store::Database& db) {
        store::clear_sign_in_failures(db);
        store::prune_sessions(db, now - session_life, now - session_idle);
        if (!earlier.empty()) store::end_session(db, hash_of(earlier));
        store::insert_session(db, session);
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(write));
    co_return answer;
}

asio::awaitable<std::optional<store::SessionRow>> Accounts::find(std::string token)
{
    auto read = [hash = hash_of(token)](store::Database& db) { return store::find_session(db, hash); };
    std::optional<store::SessionRow> session = co_await net::on_readers(parts_.readers, std::move(read));
    const base::WallTime now = parts_.clock.wall();
    if (!session || !is_alive(*session, now)) co_return std::nullopt;
    // Written once a minute at most, and shown as if it were at once.
    if (now - session->last_seen >= touch_every) touch(*session, now);
    session->last_seen = std::max(session->last_seen, now);
    co_return session;
}

// Not waited for: a full disk must not lock the admin out of the page that says so.
void Accounts::touch(const store::SessionRow& session, base::WallTime now)
{
    store::JobTraits traits;
    traits.patient = true;
    auto work = [hash = session.id_hash, now](store::Database& db) { store::touch_session(db, hash, now); };
    (void)parts_.writer.submit(
        std::move(work), [](std::exception_ptr) {}, traits);
}

asio::awaitable<bool> Accounts::alive(certs::Bytes id_hash)
{
    auto read = [hash = std::move(id_hash)](store::Database& db) { return store::find_session(db, hash); };
    const auto session = co_await net::on_readers(parts_.readers, std::move(read));
    co_return session&& is_alive(*session, parts_.clock.wall());
}

asio::awaitable<void> Accounts::sign_out(store::SessionRow session, std::string remote)
{
    Deed deed{"admin", "signed_out"};
    deed.remote = std::move(remote);
    auto entry = audit_entry(deed, parts_.clock.wall(), parts_.random);
    auto write = [entry = std::move(entry), hash = std::move(session.id_hash)](store::Database& db) {
        store::end_session(db, hash);
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(write));
}

asio::awaitable<std::string> Accounts::change_password(base::Secret password, Deed deed)
{
    const std::string_view code = check_password(password.reveal());
    if (!code.empty()) co_return std::string{code};
    auto hashing = hash_it(std::move(password));
    std::string hash = co_await asio::co_spawn(parts_.worker, std::move(hashing), asio::use_awaitable);
    const base::WallTime now = parts_.clock.wall();
    auto entry = audit_entry(deed, now, parts_.random);
    auto write = [now, hash = std::move(hash), entry = std::move(entry)](store::Database& db) {
        store::set_password(db, hash, now);
        store::clear_sign_in_failures(db);
        store::add_audit(db, entry);
        return true;
    };
    co_await net::on_writer(parts_.writer, std::move(write));
    exists_ = true;
    remove_setup_code(parts_.data_dir);
    co_return std::string();
}

} // namespace mizo::admin
