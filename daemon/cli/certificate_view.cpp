#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

namespace mizo::cli {

namespace {

std::string age_or(const json::object& owner, std::string_view name, base::WallTime now,
                   std::string otherwise)
{
    const auto time = time_of(owner, name);
    return time ? age_text(*time, now) : otherwise;
}

std::string pfx_text(const json::object& certificate, base::WallTime now)
{
    if (flag_of(certificate, "pfx_available") != true) return "key destroyed";
    const auto until = time_of(certificate, "pfx_until");
    return until ? "to be had until " + time_and_age(*until, now) : "to be had";
}

} // namespace

std::string certificate_view(const json::object& certificate, base::WallTime now)
{
    Table facts;
    facts.add({"Id", text_of(certificate, "id")});
    facts.add({"Thumbprint", text_of(certificate, "thumbprint")});
    facts.add({"State", text_of(certificate, "state")});
    facts.add({"Key", "RSA " + std::to_string(count_of(certificate, "key_bits")) + ", profile " +
                          text_of(certificate, "profile")});
    if (const auto ends = time_of(certificate, "not_after"))
        facts.add({"Valid until", time_and_age(*ends, now)});
    facts.add({"PFX", pfx_text(certificate, now)});
    if (const auto retires = time_of(certificate, "retires_at"))
        facts.add({"Accepted until", time_and_age(*retires, now) + " at least"});
    return facts.text();
}

std::string certificates_view(const json::object& list, base::WallTime now)
{
    const json::array& items = array_of(list, "items");
    if (items.empty()) return "There is no certificate yet. Make one with: mizo-relay cert new\n";
    Table lines{{"ID", "THUMBPRINT", "STATE", "ENDS", "LAST USED", "SIGNATURES", "PFX"}};
    for (const json::value& one : items) {
        const json::object& certificate = as_object(one);
        const bool available = flag_of(certificate, "pfx_available") == true;
        lines.add(
            {text_of(certificate, "id"), text_of(certificate, "thumbprint"), text_of(certificate, "state"),
             age_or(certificate, "not_after", now, "-"), age_or(certificate, "last_used", now, "never"),
             std::to_string(count_of(certificate, "signatures")), available ? "to be had" : "destroyed"});
    }
    std::string text = lines.text();
    const json::object& rotation = object_of(list, "rotation");
    if (const auto alert = message_text(rotation, "alert"); !alert.empty())
        text += "\n" + printable(alert) + "\n";
    else if (const auto due = time_of(rotation, "due_at"))
        text += "\nThe next certificate is due " + age_text(*due, now) + ".\n";
    return text;
}

} // namespace mizo::cli
