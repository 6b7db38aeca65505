#include "daemon/cli/json_fields.hpp"
#include "daemon/cli/table.hpp"
#include "daemon/cli/views.hpp"
#include "daemon/cli/words.hpp"

#include <boost/json/serialize.hpp>

namespace mizo::cli {

namespace {

std::string joined(const json::array& values)
{
    std::string text;
    for (const json::value& value : values)
        text += (text.empty() ? "" : ", ") +
                (value.is_string() ? std::string{value.get_string()} : json::serialize(value));
    return text;
}

// The value of a setting as `config set` takes it; a secret only says whether it is there.
std::string value_text(const json::object& setting)
{
    const json::value* value = setting.if_contains("value");
    if (!value || value->is_null()) return "";
    if (flag_of(setting, "secret") == true) {
        const json::object& secret = as_object(*value);
        if (flag_of(secret, "set") != true) return "";
        const std::string last = text_of(secret, "last4");
        return last.empty() ? "(set)" : "(set, ends in " + last + ")";
    }
    if (value->is_string()) return std::string{value->get_string()};
    if (value->is_array()) return joined(value->get_array());
    if (value->is_bool()) return value->get_bool() ? "on" : "off";
    const std::string number = json::serialize(*value);
    const std::string unit = text_of(setting, "unit");
    if (unit == "bytes") return number + " (" + bytes_text(count_of(setting, "value")) + ")";
    return unit == "s" || unit == "days" ? number + " " + unit : number;
}

std::string shown(const json::object& setting)
{
    const std::string text = value_text(setting);
    return text.empty() ? "-" : text;
}

} // namespace

std::string settings_view(const json::object& settings, std::string_view prefix, bool with_origin)
{
    std::vector<std::string> names;
    for (const auto& [name, value] : settings)
        if (std::string_view{name}.starts_with(prefix)) names.emplace_back(name);
    Table lines{with_origin ? std::vector<std::string>{"SETTING", "ORIGIN", "VALUE"}
                            : std::vector<std::string>{"SETTING", "VALUE"}};
    for (const std::string& name : names) {
        const json::object& setting = object_of(settings, name);
        std::string origin = text_of(setting, "origin");
        if (flag_of(setting, "locked") == true && origin != "default") origin += ", locked";
        if (with_origin)
            lines.add({name, origin, shown(setting)});
        else
            lines.add({name, shown(setting)});
    }
    return lines.text();
}

} // namespace mizo::cli
