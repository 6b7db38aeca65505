#include "daemon/admin/accounts.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/admin/secret_file.hpp"
#include "daemon/base/environment.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/service_words.hpp"
#include "daemon/cli/words.hpp"
#include "daemon/store/backup.hpp"
#include "daemon/store/instance_lock.hpp"
#include "daemon/store/migrate.hpp"

#include <optional>
#include <ostream>

// What is done to the data directory itself, while no daemon works on it; a daemon that runs is asked.
namespace mizo::cli {

namespace {

// The lock of the data directory; empty where a daemon has it.
std::optional<store::InstanceLock> take_hold(const std::filesystem::path& data_dir)
{
    std::error_code unknown;
    if (!std::filesystem::is_directory(data_dir, unknown))
        throw Stop{Exit::failed,
                   "there is no data directory " + data_dir.string() + "; name it with --data-dir"};
    auto lock = store::InstanceLock::take(data_dir / "lock");
    if (lock) return std::move(*lock);
    if (lock.error().kind() == base::Errc::conflict) return std::nullopt;
    throw Stop{Exit::failed, lock.error().text() + " " + use_another_account};
}

std::string password_problem(std::string_view code)
{
    const auto* problem = admin::Contract::get().problem(code);
    return "the password was not taken: " + (problem ? problem->text : std::string{code}) + " (" +
           std::string{code} + ")";
}

base::Secret read_new_password(Console& console)
{
    base::Secret password = read_secret(console, "New password for the admin page");
    if (!console.in_is_terminal) return password;
    const base::Secret again = read_secret(console, "The same again");
    if (again.reveal() != password.reveal())
        throw Stop{Exit::failed, "the two are not the same; nothing was changed"};
    return password;
}

void set_password(Context& context, const base::Secret& password)
{
    store::DatabaseOptions options;
    options.path = (context.data_dir / "relay.db").string();
    store::Database db{options};
    // A database of another version is brought up to date by the daemon alone, which keeps a copy first.
    if (db.version() != store::newest_version())
        throw Stop{Exit::failed,
                   "the database is of another version; start the service once, stop it, and repeat"};
    base::SystemRandom random;
    const base::WallTime now = context.clock.wall();
    if (const auto code = admin::reset_password(db, password.reveal(), now); !code.empty())
        throw Stop{Exit::failed, password_problem(code)};
    store::add_audit(db, admin::audit_entry({.who = "key", .action = "password_reset"}, now, random));
}

} // namespace

Exit restore_command(Context& context)
{
    const auto lock = take_hold(context.data_dir);
    if (!lock) throw Stop{Exit::failed, "the daemon is running; stop it first: " + stop_service};
    base::SystemRandom random;
    const std::filesystem::path database = context.data_dir / "relay.db";
    const auto restored = store::restore_backup(base::path_of(context.operand(0)), database,
                                                base::uuid_v4(random), context.clock.wall());
    if (!restored) throw Stop{Exit::failed, restored.error().text() + " (" + restored.error().code() + ")"};
    give_to_owner(context.data_dir);
    context.console.out << "Restored (" << bytes_text(restored->bytes)
                        << "). What was there before is in a folder replaced-... beside it.\n"
                           "Start the service again: "
                        << start_service << "\n";
    return Exit::done;
}

Exit reset_password_command(Context& context)
{
    const bool elsewhere = context.given.has("url");
    auto lock = elsewhere ? std::nullopt : take_hold(context.data_dir);
    if (lock && !std::filesystem::exists(context.data_dir / "relay.db"))
        throw Stop{Exit::failed,
                   "there is no database yet: start the service, and sign in with the set-up code"};
    // Before a person is asked for anything: whether the daemon can be reached.
    const auto api = lock ? nullptr : context.connect();
    const base::Secret password = read_new_password(context.console);
    if (lock) {
        set_password(context, password);
        admin::remove_setup_code(context.data_dir);
        give_to_owner(context.data_dir);
    } else {
        const json::object body{{"password", password.reveal()}};
        const ApiAnswer answer = api->send({.method = "POST", .path = "/password", .body = body});
        if (!is_good(answer)) throw refusal(answer);
    }
    context.console.out << "The password is set, and every session has ended.\n";
    return Exit::done;
}

} // namespace mizo::cli
