#include "daemon/setup/check_json.hpp"

#include "daemon/halo/fields.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::setup {

namespace {

constexpr std::size_t text_bytes = 2000;

void put(json::object& out, std::string_view name, const std::optional<Note>& note)
{
    if (note) out[name] = json::object{{"code", note->code}, {"args", note->args}};
}

std::optional<Note> note_in(const json::object& content, std::string_view name)
{
    const json::object* note = halo::Fields{content}.object(name);
    if (!note) return {};
    const halo::Fields fields{*note};
    const json::object* args = fields.object("args");
    return Note{fields.text("code", text_bytes), args ? *args : json::object{}};
}

template <class Take>
void each_object(const json::object& content, std::string_view name, Take take)
{
    const json::array* rows = halo::Fields{content}.array(name);
    if (!rows) return;
    for (const json::value& row : *rows)
        if (row.is_object()) take(halo::Fields{row.get_object()});
}

} // namespace

std::string content_of(const CheckState& state)
{
    const Check& check = state.check;
    json::object out;
    put(out, "found", check.found);
    put(out, "expected", check.expected);
    put(out, "advice", check.advice);
    out["link"] = check.link;
    json::array copies;
    for (const Copy& copy : check.copy)
        copies.push_back(json::object{{"label", copy.label}, {"value", copy.value}});
    out["copy"] = std::move(copies);
    json::array changes;
    for (const Change& change : check.fix)
        changes.push_back(json::object{
            {"object", change.object}, {"field", change.field}, {"from", change.from}, {"to", change.to}});
    out["fix"] = std::move(changes);
    out["was_right"] = state.was_right;
    return json::serialize(out);
}

std::optional<CheckState> from_content(std::string id, Verdict verdict, std::string_view content)
{
    boost::system::error_code error;
    const json::value parsed = json::parse(content, error);
    if (error || !parsed.is_object()) return {};
    const json::object& object = parsed.get_object();
    const halo::Fields fields{object};
    CheckState state;
    state.check.id = std::move(id);
    state.check.verdict = verdict;
    state.check.found = note_in(object, "found");
    state.check.expected = note_in(object, "expected");
    state.check.advice = note_in(object, "advice");
    state.check.link = fields.text("link", text_bytes);
    state.was_right = fields.flag("was_right").value_or(false);
    each_object(object, "copy", [&](const halo::Fields& row) {
        state.check.copy.push_back({row.text("label", text_bytes), row.text("value", text_bytes)});
    });
    each_object(object, "fix", [&](const halo::Fields& row) {
        state.check.fix.push_back({row.text("object", text_bytes), row.text("field", text_bytes),
                                   row.text("from", text_bytes), row.text("to", text_bytes)});
    });
    return state;
}

} // namespace mizo::setup
