#include "daemon/base/environment.hpp"
#include "daemon/cli/commands.hpp"
#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cctype>
#include <ostream>

namespace mizo::cli {

namespace {

std::string upper(std::string text)
{
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

// The certificate's id, found by the beginning of its id or thumbprint; there are never many.
std::string certificate_id(Context& context)
{
    constexpr std::size_t shortest = 4;
    const std::string wanted = upper(context.operand(0));
    if (wanted.size() < shortest)
        throw Stop{Exit::usage, "name at least four characters of the id or the thumbprint"};
    const json::object list = ask(*context.api, {.path = "/certificates?limit=500"});
    std::vector<std::string> found;
    for (const json::value& one : array_of(list, "items")) {
        const json::object& certificate = as_object(one);
        const std::string id = text_of(certificate, "id");
        if (upper(id).starts_with(wanted) || text_of(certificate, "thumbprint").starts_with(wanted))
            found.push_back(id);
    }
    if (found.size() == 1) return found.front();
    const std::string named = "\"" + printable(context.operand(0)) + "\"";
    if (found.empty())
        throw Stop{Exit::failed,
                   "there is no certificate " + named + "; list them with: mizo-relay cert list"};
    throw Stop{Exit::usage, counted(std::ssize(found), "certificate begins", "certificates begin") +
                                " with " + named + "; name more of the id"};
}

// The password reaches a person or a private file, never a pipe or a log by accident.
void check_password_has_a_place(const Context& context)
{
    if (context.console.out_is_terminal || context.given.has("password-out")) return;
    throw Stop{Exit::usage,
               "the password is printed to a terminal only, and this is none: add --password-out FILE"};
}

} // namespace

Exit cert_new_command(Context& context)
{
    json::object wanted;
    if (const auto profile = context.given.text("profile"); !profile.empty()) wanted["profile"] = profile;
    if (const auto bits = number_option(context, "key-bits")) wanted["key_bits"] = *bits;
    if (const auto days = number_option(context, "valid-days")) wanted["valid_days"] = *days;
    const std::string answer = ask_text(
        *context.api,
        {.method = "POST", .path = "/certificates", .body = wanted, .answer_limit = std::chrono::minutes{1}});
    if (context.printed_as_json(answer)) return Exit::done;
    const json::object certificate = parse_object(answer);
    context.console.out
        << certificate_view(certificate, context.clock.wall()) << "\nNext: mizo-relay cert export "
        << text_of(certificate, "id")
        << " --out mizo-webhook.pfx\n"
           "and load the file into HaloPSA (Configuration > Advanced Settings > Certificates).\n";
    return Exit::done;
}

Exit cert_list_command(Context& context)
{
    const base::WallTime now = context.clock.wall();
    return show(context, {.path = "/certificates?limit=500"},
                [now](const json::object& list) { return certificates_view(list, now); });
}

Exit cert_export_command(Context& context)
{
    if (!context.given.has("out")) throw Stop{Exit::usage, "name the file with --out FILE"};
    check_password_has_a_place(context);
    const std::string path = "/certificates/" + certificate_id(context);
    const std::string pfx = ask_text(*context.api, {.path = path + "/pfx"});
    const base::Secret password{text_of(ask(*context.api, {.path = path + "/password"}), "password")};

    std::optional<OutputFile> password_file;
    if (context.given.has("password-out"))
        password_file.emplace(base::path_of(context.given.text("password-out")));
    OutputFile file{base::path_of(context.given.text("out"))};
    file.write(pfx);
    if (password_file) {
        password_file->write(std::string{password.reveal()} + "\n");
        password_file->finish();
    }
    file.finish();
    context.console.out << "PFX       " << file.path().string() << "\n";
    if (password_file)
        context.console.out << "Password  in " << password_file->path().string() << "\n";
    else
        context.console.out << "Password  " << password.reveal() << "\n";
    context.console.out << "Delete both once HaloPSA has them.\n";
    return Exit::done;
}

Exit cert_retire_command(Context& context)
{
    json::object body;
    if (context.given.has("confirm")) body["confirm"] = true;
    const std::string path = "/certificates/" + certificate_id(context) + "/retire";
    const ApiAnswer answer = context.api->send({.method = "POST", .path = path, .body = body});
    if (problem_code(answer) == "last_certificate")
        throw Stop{Exit::failed, "no webhook could be accepted without this certificate (last_certificate).\n"
                                 "Make and load a new one first, or do it all the same with --confirm"};
    if (!is_good(answer)) throw refusal(answer);
    context.console.out << certificate_view(parse_object(answer.body), context.clock.wall());
    return Exit::done;
}

} // namespace mizo::cli
