// Section 5 of the guide: the action "Mizo resolve".
#include "daemon/halo/fields.hpp"
#include "daemon/setup/wanted.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

namespace {

constexpr std::string_view resolve_name = "Mizo resolve";

Note resolve_advice(std::string_view tab, std::string_view field)
{
    return {"guide_resolve", {{"tab", tab}, {"field", field}}};
}

bool means_closed(const Status& status)
{
    static constexpr std::array<std::string_view, 6> words{"closed", "resolved", "complete",
                                                           "fermé",  "résolu",   "clos"};
    const std::string name = halo::lower_case(status.name);
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

// "Closed" before "Resolved" before others, as the guide names them.
const Status* closing_status(const std::vector<Status>& statuses)
{
    for (const std::string_view exact : {"Resolved", "Closed"})
        for (const Status& each : statuses)
            if (same_name(each.name, exact)) return &each;
    const auto found = std::find_if(statuses.begin(), statuses.end(), means_closed);
    return found == statuses.end() ? nullptr : &*found;
}

Field status_field(const Facts& facts, const Outcome* outcome)
{
    const auto& statuses = facts.outcomes.value.statuses;
    Field field{"resolve.status_after", "Status After Action", "", "", "newstatus"};
    if (const Status* closing = closing_status(statuses)) {
        field.wanted = closing->name;
        field.value = closing->id;
    }
    field.expected = Note{"check_status_closed"};
    field.advice = resolve_advice("Details", "Status After Action = Closed / Resolved");
    if (!outcome) return field;
    const std::int64_t set = outcome->status.value_or(0);
    if (set <= 0) {
        field.remark = Note{"check_status_none"};
        return field;
    }
    field.right = true; // which status means what is the admin's to know
    const auto found =
        std::find_if(statuses.begin(), statuses.end(), [&](const Status& each) { return each.id == set; });
    field.found = found == statuses.end() ? std::to_string(set) : found->name;
    if (found != statuses.end() && !means_closed(*found))
        field.remark = Note{"check_status_unusual", {{"value", found->name}}};
    return field;
}

// A box to be ticked; `on` where it is.
struct Box {
    std::string_view check;
    std::string_view label;
    std::string_view member;
    json::value value;
    std::optional<bool> on;
};

Field box_field(Box box)
{
    Field field{
        std::string{box.check}, std::string{box.label}, "", "Yes", std::string{box.member}, box.value};
    field.right = box.on.value_or(false);
    if (box.on) field.found = *box.on ? "Yes" : "No";
    field.advice = resolve_advice("Details", "Enable " + std::string{box.label});
    return field;
}

bool has_private_note(const Outcome& outcome)
{
    if (!outcome.fields) return false;
    return std::any_of(outcome.fields->begin(), outcome.fields->end(), [](const json::value& row) {
        if (!row.is_object()) return false;
        const halo::Fields fields{row.get_object()};
        const std::string name =
            halo::lower_case(fields.first_text({"fieldname", "field.name", "name", "label"}, 200));
        return name.find("private") != std::string::npos && name.find("note") != std::string::npos;
    });
}

Field note_field(const Outcome* outcome)
{
    Field field{"resolve.private_note", "Field List", "", "Private Note", "fields"};
    field.advice = resolve_advice("Field List", "Add Private Note");
    field.right = outcome && has_private_note(*outcome);
    if (field.right) field.found = "Private Note";
    field.value = json::object{{"fieldname", "Private Note"}};
    field.rows = outcome && outcome->fields ? *outcome->fields : json::array{};
    return field;
}

} // namespace

Target resolve_target(const Facts& facts)
{
    const auto& read = facts.outcomes.value.resolve;
    const Outcome* outcome = facts.outcomes.ok() && read ? &*read : nullptr;
    Target target;
    target.area = Area::outcomes;
    target.exists = "resolve.exists";
    target.path = "/Outcome";
    target.object = "Action \"" + std::string{resolve_name} + "\"";
    target.guide_new = {"guide_resolve_new"};
    target.link = link_to(facts, target.area);
    target.first = {{"outcome", resolve_name}};
    if (outcome) target.id = outcome->id;
    Field button{"resolve.button_name",     "Button Name", outcome ? outcome->button : "",
                 std::string{resolve_name}, "buttonname",  json::string{resolve_name}};
    button.right = button.found == resolve_name;
    button.advice = resolve_advice("Details", "Button Name = Mizo resolve");
    button.copy = {{"Button Name", std::string{resolve_name}}};
    const auto of = [&](auto member) { return outcome ? outcome->*member : std::optional<bool>{}; };
    std::optional<bool> visible;
    if (outcome) visible = !outcome->hidden;
    target.fields = {std::move(button),
                     status_field(facts, outcome),
                     box_field({"resolve.visible", "Action is visible", "hidden", false, visible}),
                     box_field({"resolve.visible_outside_workflows", "Action is visible outside of Workflows",
                                "actionvisibility", 1, of(&Outcome::outside_workflows)}),
                     box_field({"resolve.hide_header", "Hide from Ticket Header", "hide_header_button", true,
                                of(&Outcome::hide_header)}),
                     box_field({"resolve.hide_from_user", "Hide from User", "hidefromuser", true,
                                of(&Outcome::hide_from_user)}),
                     note_field(outcome)};
    return target;
}

} // namespace mizo::setup
