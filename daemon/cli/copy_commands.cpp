#include "daemon/base/environment.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <ostream>

namespace mizo::cli {

namespace {

// Large databases are copied before the first byte of the answer.
constexpr std::chrono::minutes copy_limit{30};

// Saves an answer as a file; how many bytes.
std::int64_t save(Context& context, const ApiRequest& request, OutputFile& file)
{
    std::int64_t bytes = 0;
    const auto on_piece = [&](std::string_view piece) {
        file.write(piece);
        bytes += std::ssize(piece);
        return true;
    };
    const ApiAnswer answer = context.api->stream(request, on_piece);
    if (answer.interrupted) throw Stop{Exit::failed, "interrupted; nothing was kept"};
    if (!is_good(answer)) throw refusal(answer);
    file.finish();
    return bytes;
}

} // namespace

Exit backup_command(Context& context)
{
    OutputFile file{base::path_of(context.operand(0))};
    const auto bytes = save(context, {.method = "POST", .path = "/backup", .answer_limit = copy_limit}, file);
    context.console.out
        << "Backup " << file.path().string() << " (" << bytes_text(bytes)
        << ").\nIts secrets are sealed with a key that is not in it (seal.key); keep a copy of that "
           "apart.\n";
    return Exit::done;
}

Exit diagnostics_command(Context& context)
{
    const auto request = [](bool dry_run) {
        return ApiRequest{.method = "POST",
                          .path = "/diagnostics",
                          .body = json::object{{"dry_run", dry_run}},
                          .answer_limit = copy_limit};
    };
    const bool list_only = context.given.has("list");
    if (context.given.operands.empty() && !list_only)
        throw Stop{Exit::usage, "name the file to write, or look first with --list"};
    const std::string listing = ask_text(*context.api, request(true));
    if (!context.printed_as_json(listing)) context.console.out << diagnostics_view(parse_object(listing));
    if (list_only) return Exit::done;
    OutputFile file{base::path_of(context.operand(0))};
    const auto bytes = save(context, request(false), file);
    if (!context.given.has("json"))
        context.console.out << "\nWritten to " << file.path().string() << " (" << bytes_text(bytes)
                            << "). Secrets and the content of tickets are not in it.\n";
    return Exit::done;
}

} // namespace mizo::cli
