#pragma once

#include "daemon/base/clock.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The setup guide, alive: each of its steps is a check with a verdict. Facts go in, verdicts come out.
namespace mizo::setup {

namespace json = boost::json;

// A text for people: a code of the admin API's catalogue, and what fills it in.
struct Note {
    std::string code;
    json::object args = {};
};

// unknown_rights: it cannot be looked at with the permissions that there are. not_yet: something else comes
// first, or HaloPSA did not answer.
enum class Verdict { right, wrong, unknown_rights, not_yet };
std::string_view name_of(Verdict verdict);
std::optional<Verdict> verdict_from(std::string_view name);

// What a fix changes, in HaloPSA's own words.
struct Change {
    std::string object; // Webhook "Mizo ticket webhook"
    std::string field;
    std::string from; // empty: not set, or not there
    std::string to;
    bool operator==(const Change&) const = default;
};
using Changes = std::vector<Change>;

struct Copy {
    std::string label; // HaloPSA's name of the field
    std::string value;
};

struct Check {
    std::string id; // stable: "webhook.url"
    Verdict verdict = Verdict::not_yet;
    std::optional<Note> found = {};
    std::optional<Note> expected = {};
    std::optional<Note> advice = {}; // the guide's own step
    std::vector<Copy> copy = {};
    std::string link = {}; // into HaloPSA's configuration; may be empty
    Changes fix = {};      // empty: nothing the relay could do
};
using Checks = std::vector<Check>;

// The section of the guide, 1 to 6, and the title, from the id.
int section_of(std::string_view id);
Note title_of(std::string_view id);
// "read:tickets" of "permission.read_tickets" and back; empty for another check.
std::string permission_of(std::string_view id);
std::string permission_check(std::string_view scope);

} // namespace mizo::setup
