#include "admin_rig.hpp"
#include "daemon/admin/contract.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>

namespace mizo::admin::test {

namespace {

const json::value& document()
{
    static const json::value parsed = boost::json::parse(Contract::get().document());
    return parsed;
}

class Checker {
public:
    std::string faults;

    void check(const json::value& value, const json::value& schema, const std::string& at)
    {
        const json::object& rules = schema.as_object();
        if (const json::value* ref = rules.if_contains("$ref")) check(value, resolved(*ref), at);
        if (const json::value* parts = rules.if_contains("allOf"))
            for (const json::value& part : parts->as_array()) check(value, part, at);
        if (const json::value* options = rules.if_contains("anyOf"))
            check_any(value, options->as_array(), at);
        if (const json::value* type = rules.if_contains("type"); type && !type_fits(value, *type))
            fault(at, "has the wrong type: " + boost::json::serialize(value));
        if (const json::value* words = rules.if_contains("enum")) {
            const auto& all = words->as_array();
            if (std::find(all.begin(), all.end(), value) == all.end())
                fault(at, "is no word of the list: " + boost::json::serialize(value));
        }
        if (value.is_object()) check_members(value.get_object(), rules, at);
        if (value.is_array()) check_items(value.get_array(), rules, at);
    }

private:
    void fault(const std::string& at, const std::string& what) { faults += at + " " + what + "; "; }

    static const json::value& resolved(const json::value& ref)
    {
        return document().at_pointer(std::string{ref.as_string()}.substr(1));
    }

    void check_any(const json::value& value, const json::array& options, const std::string& at)
    {
        for (const json::value& option : options) {
            Checker one;
            one.check(value, option, at);
            if (one.faults.empty()) return;
        }
        fault(at, "fits none of what it may be: " + boost::json::serialize(value));
    }

    static bool type_fits(const json::value& value, const json::value& type)
    {
        if (type.is_array())
            return std::any_of(type.get_array().begin(), type.get_array().end(),
                               [&](const json::value& each) { return type_fits(value, each); });
        const auto& name = type.as_string();
        return (name == "string" && value.is_string()) || (name == "boolean" && value.is_bool()) ||
               (name == "null" && value.is_null()) || (name == "number" && value.is_number()) ||
               (name == "integer" && (value.is_int64() || value.is_uint64())) ||
               (name == "object" && value.is_object()) || (name == "array" && value.is_array());
    }

    void check_members(const json::object& value, const json::object& rules, const std::string& at)
    {
        if (const json::value* required = rules.if_contains("required"))
            for (const json::value& name : required->as_array())
                if (!value.contains(name.as_string())) fault(at, "lacks " + std::string{name.as_string()});
        const json::value* properties = rules.if_contains("properties");
        for (const auto& [name, member] : value) {
            const json::value* schema = nullptr;
            if (properties != nullptr) schema = properties->as_object().if_contains(name);
            if (schema == nullptr) schema = rules.if_contains("additionalProperties");
            if (schema != nullptr && schema->is_object())
                check(member, *schema, at + "." + std::string{name});
        }
    }

    void check_items(const json::array& value, const json::object& rules, const std::string& at)
    {
        const json::value* items = rules.if_contains("items");
        for (std::size_t i = 0; items != nullptr && i < value.size(); ++i)
            check(value[i], *items, at + "[" + std::to_string(i) + "]");
        const json::value* least = rules.if_contains("minItems");
        if (least != nullptr && value.size() < least->to_number<std::size_t>()) fault(at, "is too short");
    }
};

} // namespace

std::string faults(const json::value& value, const std::string& schema_name)
{
    Checker checker;
    checker.check(value, document().at("components").at("schemas").at(schema_name), schema_name);
    return checker.faults;
}

std::string answer_faults(const json::value& value, const std::string& call, int status)
{
    std::string method = call.substr(0, call.find(' '));
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    const std::string path = call.substr(call.find(' ') + 1);
    const auto& operation = document().at("paths").at(path).at(method);
    const auto& answer = operation.at("responses").at(std::to_string(status));
    Checker checker;
    checker.check(value, answer.at("content").at("application/json").at("schema"), call);
    return checker.faults;
}

} // namespace mizo::admin::test
