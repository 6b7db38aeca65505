#pragma once

#include "daemon/halo/api_fault.hpp"
#include "daemon/halo/fields.hpp"
#include "tests/support/fake_halo_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <map>
#include <optional>
#include <string>

namespace mizo::setup::test {

namespace json = boost::json;

// As much of a HaloPSA as the guide touches: rows that are listed, made and changed. One call can be lost,
// before or after it was done.
class MiniHalo {
public:
    MiniHalo()
    {
        add("Agent", R"({"id":31,"name":"Mizo Agent","initials":"MZ","isapiagent":true,"team":""})");
        add("Application", R"({"id":7,"clientId":"client","displayName":"Mizo Agent","loginas_agent_id":31,)"
                           R"("loginas_agent_name":"Mizo Agent","scopes":[{"id":"all","name":"all"}]})");
        add("TicketType", R"({"id":1,"name":"Incident","allowed_iframe_customtabs":[]})");
        add("Outcome", R"({"id":2,"outcome":"Private Note","buttonname":"Private Note"})");
        add("Outcome", R"({"id":3,"outcome":"Email User","buttonname":"Email User"})");
        add("Status", R"({"id":9,"name":"Closed"})");
        add("Lookup", R"({"id":203,"name":"Action added by Agent"})");
    }

    base::Result<halo_api::Answer> answer(const halo_api::Call& call)
    {
        if (dead) return halo::api_fault("halo_unreachable", "nobody there");
        const bool lost = lose_at && number++ == *lose_at;
        if (lost && !lost_when_done) return halo::api_fault("halo_unreachable", "lost");
        halo_api::Answer answer = tests::halo_answer(200, serve(call));
        if (denied == resource_of(call.path)) answer = tests::halo_answer(403, R"({"error":"no right"})");
        if (lost) return halo::api_fault("halo_timeout", "lost");
        return answer;
    }

    std::size_t count(const std::string& resource) const
    {
        const auto rows = tables.find(resource);
        return rows == tables.end() ? 0 : rows->second.size();
    }
    json::object& row(const std::string& resource, std::size_t at = 0)
    {
        return tables.at(resource).at(at).as_object();
    }

    std::map<std::string, json::array> tables;
    std::optional<std::size_t> lose_at; // the call that is lost
    bool lost_when_done = false;
    bool dead = false;
    std::size_t number = 0; // of calls
    std::size_t posts = 0;
    std::string denied;
    std::string thumbprint; // what the PFX that is uploaded turns out to be; empty: PFXs are ignored

private:
    static std::string resource_of(const std::string& path) { return path.substr(1, path.find('/', 1) - 1); }

    void add(const std::string& resource, const char* text) { tables[resource].push_back(json::parse(text)); }

    std::string serve(const halo_api::Call& call)
    {
        const std::string resource = resource_of(call.path);
        const std::string id =
            call.path.size() > resource.size() + 1 ? call.path.substr(resource.size() + 2) : "";
        if (resource == "InstanceInfo") return R"({"version":"2.206"})";
        if (resource == "Agent" && id == "me") return json::serialize(row("Agent"));
        if (call.method == "POST") return save(resource, json::parse(call.body).as_array().at(0).as_object());
        if (id.empty()) return json::serialize(tables[resource]);
        for (const json::value& each : tables[resource])
            if (halo::Fields{each.as_object()}.id("id") == id) return json::serialize(each);
        return "{}";
    }

    std::string save(const std::string& resource, json::object item)
    {
        if (denied == resource) return "{}";
        ++posts;
        json::array& rows = tables[resource];
        if (resource == "Certificate" && item.contains("data_base64")) item["thumbprint"] = thumbprint;
        item.erase("data_base64");
        for (json::value& each : rows) {
            if (!item.contains("id") || each.at("id") != item.at("id")) continue;
            for (const auto& [name, value] : item) each.as_object()[name] = value;
            return json::serialize(each);
        }
        item["id"] = 100 + static_cast<int>(posts);
        rows.push_back(item);
        return json::serialize(item);
    }
};

} // namespace mizo::setup::test
