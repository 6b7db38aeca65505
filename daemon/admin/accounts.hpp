#pragma once

#include "daemon/admin/audit.hpp"
#include "daemon/base/random.hpp"
#include "daemon/base/secret.hpp"
#include "daemon/net/store_io.hpp"
#include "daemon/store/accounts.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace mizo::admin {

namespace asio = boost::asio;

inline constexpr std::chrono::minutes session_idle{30};
inline constexpr std::chrono::hours session_life{12};
inline constexpr std::chrono::minutes password_fresh{10};

base::WallTime expiry_of(const store::SessionRow& session);
bool is_alive(const store::SessionRow& session, base::WallTime now);
bool is_fresh(const store::SessionRow& session, base::WallTime now);

// How long no further try is taken: nothing for the first five failures, then 1 s, doubling up to 15 min.
// A last failure in the future means that the clock was moved; then one try is taken.
std::chrono::seconds sign_in_wait(const store::SignInFailures& failures, base::WallTime now);

// A new password, by the command line on a closed database or by the daemon: checks it, ends every session,
// forgives failures. The problem's code, or empty. Takes some tenths of a second.
std::string_view reset_password(store::Database& db, std::string_view password, base::WallTime now);

struct SignedIn {
    std::string problem; // its code; empty when signed in
    std::chrono::seconds retry_after{0};
    std::string token; // for the cookie
    store::SessionRow session;
};

// The one account, its sessions, and the limit on guessing. Passwords are hashed on the worker, sessions are
// kept as hashes. On the loop's thread.
class Accounts {
public:
    struct Parts {
        store::Writer& writer;
        store::Readers& readers;
        asio::any_io_executor worker;
        const base::Clock& clock;
        base::Random& random;
        std::filesystem::path data_dir;
    };
    explicit Accounts(Parts parts) : parts_{std::move(parts)} {}

    asio::awaitable<bool> exists();

    struct SetUp {
        base::Secret code;
        base::Secret password;
        std::string remote;
        SetUp(base::Secret c, base::Secret p, std::string r)
            : code{std::move(c)}, password{std::move(p)}, remote{std::move(r)}
        {}
    };
    // Problems: setup_done, setup_code_wrong, password_…, too_many_tries.
    asio::awaitable<SignedIn> set_up(SetUp wanted);

    struct SignIn {
        base::Secret password;
        std::string remote;
        std::string earlier_token; // of this browser's session so far, which ends
        SignIn(base::Secret p, std::string r, std::string e)
            : password{std::move(p)}, remote{std::move(r)}, earlier_token{std::move(e)}
        {}
    };
    // Problems: wrong_password, too_many_tries.
    asio::awaitable<SignedIn> sign_in(SignIn wanted);

    // A session that is alive; being asked for it counts as use.
    asio::awaitable<std::optional<store::SessionRow>> find(std::string token);
    // Whether it is still alive, without counting as use.
    asio::awaitable<bool> alive(certs::Bytes id_hash);
    asio::awaitable<void> sign_out(store::SessionRow session, std::string remote);

    // Problems: password_….
    asio::awaitable<std::string> change_password(base::Secret password, Deed deed);

private:
    asio::awaitable<std::chrono::seconds> begin_try();
    asio::awaitable<void> fail_try(std::string remote);
    asio::awaitable<SignedIn> open_session(std::string remote, std::string earlier_token, std::string action);
    asio::awaitable<bool> store_first_password(std::string hash);
    void touch(const store::SessionRow& session, base::WallTime now);

    Parts parts_;
    bool exists_ = false; // an account never goes away again
};

} // namespace mizo::admin
