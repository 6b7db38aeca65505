#include "daemon/admin/checks.hpp"

#include "daemon/admin/certificates.hpp"
#include "daemon/admin/contract.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/setup/wanted.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

using setup::Check;
using setup::Note;

json::value note_json(const std::optional<Note>& note)
{
    if (!note) return nullptr;
    return to_json(message(note->code, note->args));
}

json::array changes_json(const setup::Changes& changes)
{
    json::array out;
    for (const setup::Change& change : changes)
        out.push_back(json::object{
            {"object", change.object}, {"field", change.field}, {"from", change.from}, {"to", change.to}});
    return out;
}

json::object check_json(const setup::CheckState& state)
{
    const Check& check = state.check;
    const Note title = setup::title_of(check.id);
    json::object out{{"id", check.id},
                     {"section", setup::section_of(check.id)},
                     {"title", to_json(message(title.code, title.args))},
                     {"verdict", setup::name_of(check.verdict)},
                     {"found", note_json(check.found)},
                     {"expected", note_json(check.expected)},
                     {"advice", note_json(check.advice)},
                     {"link", text_or_null(check.link)},
                     {"since", to_json(state.since)},
                     {"checked_at", to_json(state.checked)}};
    json::array copies;
    for (const setup::Copy& copy : check.copy)
        copies.push_back(json::object{{"label", copy.label}, {"value", copy.value}});
    out["copy"] = std::move(copies);
    out["fix"] = nullptr;
    if (!check.fix.empty()) out["fix"] = json::object{{"changes", changes_json(check.fix)}};
    return out;
}

// An error in the words of the catalogue; its detail is the reason in its sentence.
json::value error_json(const std::optional<base::Error>& error)
{
    if (!error) return nullptr;
    if (Contract::get().message(error->code()) == nullptr)
        return json::object{{"code", error->code()}, {"text", error->text()}, {"args", json::object{}}};
    json::object args;
    if (!error->detail().empty()) args["reason"] = error->detail();
    return to_json(message(error->code(), std::move(args)));
}

json::object mended_json(Services& services, const setup::Mended& mended)
{
    const setup::CheckState* state = services.parts.guide.find(mended.check.id);
    const setup::CheckState now{mended.check, services.now(), services.now()};
    return {{"id", mended.check.id},
            {"changes", changes_json(mended.changes)},
            {"done", mended.done},
            {"error", error_json(mended.error)},
            {"check", check_json(state ? *state : now)}};
}

store::AuditEntry fixed_entry(Services& services, const Call& call, const setup::Mended& mended)
{
    return services.deed(call, "check_fixed", {{"id", mended.check.id}, {"done", mended.done}});
}

Checked<bool> read_dry_run(const Call& call)
{
    static constexpr std::array<std::string_view, 1> members{"dry_run"};
    const auto body = read_object(call, members);
    if (!body) return body.error();
    const auto dry_run = bool_member(*body, "dry_run");
    if (!dry_run) return dry_run.error();
    return dry_run->value_or(false);
}

json::object installed_json(const setup::Installed& installed)
{
    json::array steps;
    for (const setup::InstallStep& step : installed.steps)
        steps.push_back(json::object{{"step", step.step},
                                     {"ok", step.ok},
                                     {"text", to_json(message(step.text.code, step.text.args))}});
    return {{"state", setup::name_of(installed.state)}, {"steps", std::move(steps)}};
}

std::string install_code(const base::Error& error)
{
    return error.kind() == base::Errc::gone ? "key_destroyed" : error.code();
}

bool holds(const std::vector<std::int64_t>& ids, std::int64_t id)
{
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

json::value has_tab_json(const setup::Facts& facts, const setup::TicketType& type)
{
    const auto has = setup::has_own_tab(facts, type);
    if (!has) return nullptr;
    return *has;
}

} // namespace

json::object checks_json(const setup::GuideView& view)
{
    json::array items;
    for (const setup::CheckState& each : view.items) items.push_back(check_json(each));
    return {{"running", view.running},
            {"ran_at", to_json(view.ran)},
            {"next_at", to_json(view.next)},
            {"progress", json::object{{"done", view.done}, {"total", view.total}}},
            {"items", std::move(items)}};
}

std::vector<WrongCheck> wrong_checks(const setup::Guide& guide)
{
    std::vector<WrongCheck> out;
    for (const setup::CheckState& each : guide.turned_wrong()) {
        const Note title = setup::title_of(each.check.id);
        WrongCheck wrong{each.check.id, message(title.code, title.args), {}};
        if (each.check.advice) wrong.advice = message(each.check.advice->code, each.check.advice->args);
        out.push_back(std::move(wrong));
    }
    return out;
}

Answer get_checks(Services& services, Call)
{
    co_return json_answer(200, checks_json(services.parts.guide.view()));
}

Answer run_checks(Services& services, Call call)
{
    auto entry = services.deed(call, "checks_run");
    co_await services.audit(std::move(entry));
    services.parts.guide.run_now();
    co_return json_answer(202, checks_json(services.parts.guide.view()));
}

Answer fix_checks(Services& services, Call call)
{
    const auto dry_run = read_dry_run(call);
    if (!dry_run) co_return problem(dry_run.error());
    const auto all = co_await services.parts.guide.fix_all(*dry_run);
    if (!all) co_return problem_of(all.error(), all.error().code());
    json::array items;
    for (const setup::Mended& each : *all) {
        items.push_back(mended_json(services, each));
        if (*dry_run) continue;
        auto entry = fixed_entry(services, call, each);
        co_await services.audit(std::move(entry));
    }
    const json::object body{{"items", std::move(items)}};
    co_return json_answer(200, body);
}

Answer fix_check(Services& services, Call call)
{
    const auto dry_run = read_dry_run(call);
    if (!dry_run) co_return problem(dry_run.error());
    const auto mended = co_await services.parts.guide.fix(call.parameters.at(0), *dry_run);
    if (!mended) co_return problem_of(mended.error(), mended.error().code());
    const json::object body = mended_json(services, *mended);
    if (!*dry_run) {
        auto entry = fixed_entry(services, call, *mended);
        co_await services.audit(std::move(entry));
    }
    co_return json_answer(200, body);
}

Answer install_certificate(Services& services, Call call)
{
    const std::string id = call.parameters.at(0);
    const auto* certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    json::object args{{"id", id}, {"thumbprint", certificate->thumbprint}};
    auto entry = services.deed(call, "certificate_installed", std::move(args));
    const auto installed = co_await services.parts.guide.install(id);
    if (!installed) co_return problem_of(installed.error(), install_code(installed.error()));
    if (installed->state != setup::InstallState::by_hand) co_await services.audit(std::move(entry));
    certificate = services.parts.certificates.find(id);
    if (certificate == nullptr) co_return problem("not_found");
    json::object body = certificate_json(services, *certificate);
    body["install"] = installed_json(*installed);
    co_return json_answer(200, body);
}

Answer get_ticket_types(Services& services, Call)
{
    const base::Result<setup::Facts> read = co_await services.parts.guide.ticket_types();
    if (!read) {
        ProblemMore more;
        more.args["reason"] = read.error().text();
        co_return problem("halo_unavailable", std::move(more));
    }
    const setup::Facts& facts = *read;
    std::vector<setup::TicketType> types = facts.ticket_types.value;
    std::sort(types.begin(), types.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    const auto settings = services.parts.settings.current();
    const auto in_scope = settings->ids(config::Key::scope_ticket_types);
    const auto assignable = settings->ids(config::Key::scope_assignable_types);
    json::array items;
    for (const setup::TicketType& type : types)
        items.push_back(json::object{{"id", type.id},
                                     {"name", type.name},
                                     {"tab", has_tab_json(facts, type)},
                                     {"in_scope", holds(in_scope, type.id)},
                                     {"assignable", holds(assignable, type.id)}});
    const json::object body{{"items", std::move(items)}, {"fetched_at", to_json(services.now())}};
    co_return json_answer(200, body);
}

} // namespace mizo::admin
