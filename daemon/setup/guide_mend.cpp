// How the guide mends what is wrong.
#include "daemon/setup/busy.hpp"
#include "daemon/setup/guide.hpp"
#include "daemon/setup/judge.hpp"

#include <algorithm>
#include <array>

namespace mizo::setup {

namespace {

using base::Errc;
using base::Error;

constexpr std::chrono::milliseconds mend_limit{60'000};

// Each after what it needs: a webhook is made with its certificate, an event with its webhook and actions.
constexpr std::array mended_in_order{Area::agents,   Area::application,  Area::tabs,    Area::ticket_types,
                                     Area::outcomes, Area::certificates, Area::webhook, Area::events};

Error under_way()
{
    return Error{Errc::conflict, "checks_running", "The checks are being run, or something is being mended."};
}

const Check* find_in(const Checks& checks, std::string_view id)
{
    const auto found =
        std::find_if(checks.begin(), checks.end(), [&](const Check& each) { return each.id == id; });
    return found == checks.end() ? nullptr : &*found;
}

Mended mended(const Check& before, const Check* after, bool dry_run, const std::optional<Error>& error)
{
    Mended result{after ? *after : before, before.fix};
    if (dry_run) return result;
    result.done = result.check.verdict == Verdict::right;
    // What was done although its answer did not come is done.
    if (!result.done)
        result.error =
            error ? *error
                  : Error{Errc::refused, "fix_not_taken", "HaloPSA took the change, but does not show it."};
    return result;
}

} // namespace

asio::awaitable<void> Guide::begin_mending()
{
    // Judged is always the whole, so all of it has to have been looked at once.
    if (facts_.version.seen == Seen::not_read) co_await look();
    running_ = false;
    co_await own_facts();
    collector_.set_deadline(parts_.clock.steady() + mend_limit);
}

asio::awaitable<void> Guide::read_for(Area area)
{
    for (const Area each : needed_for(area)) co_await collector_.read(each, facts_);
}

asio::awaitable<void> Guide::end_mending()
{
    // A webhook that was not there before has deliveries to be looked at.
    co_await collector_.read(Area::deliveries, facts_);
    take(judge(facts_));
    co_await save();
}

asio::awaitable<std::optional<Error>> Guide::mend(std::set<std::string> checks, Area area)
{
    std::optional<Error> first;
    if (checks.contains("certificate.installed") && certificate_wanted(facts_))
        first = co_await install_newest();
    for (Edit& edit : plan(facts_, checks)) {
        const Changes changes = edit.changes;
        const auto written = co_await mender_.apply(std::move(edit));
        if (!written && !first) first = written.error();
        for (const Change& change : changes)
            logger_.info(written ? "changed in HaloPSA" : "not changed in HaloPSA",
                         {{"object", change.object}, {"field", change.field}});
    }
    if (area == Area::application && parts_.renew_token) co_await parts_.renew_token();
    co_await own_facts();
    co_await read_for(area);
    co_return first;
}

asio::awaitable<std::optional<Error>> Guide::install_newest()
{
    std::string id;
    for (const OwnCertificate& own : facts_.own.certificates)
        if (own.available && id.empty()) id = own.id;
    if (id.empty()) {
        custody::CertificateOrder order;
        order.valid_days =
            static_cast<int>(parts_.settings.current()->integer(config::Key::rotation_valid_days));
        const auto made = co_await parts_.certificates.make(order);
        if (!made) co_return made.error();
        id = *made;
    }
    const auto installed = co_await installer_.install(id, facts_, switched_);
    if (!installed) co_return installed.error();
    co_await keep_switched();
    const InstallState state = installed->state;
    if (state == InstallState::waiting || state == InstallState::active) co_return std::nullopt;
    std::string why;
    for (const InstallStep& step : installed->steps)
        if (const json::value* reason = step.text.args.if_contains("reason"); reason && reason->is_string())
            why = reason->get_string();
    co_return Error{Errc::refused, "halo_refused", "HaloPSA refused: " + why, why};
}

asio::awaitable<base::Result<Mended>> Guide::fix(std::string id, bool dry_run)
{
    if (running_ || mending_) co_return under_way();
    const Busy busy{mending_};
    co_await begin_mending();
    const Area area = area_of(id);
    co_await read_for(area);
    const Checks before = judge(facts_);
    const Check* check = find_in(before, id);
    if (!check) co_return Error{Errc::not_found, "not_found", "There is no such check."};
    if (check->fix.empty() && check->verdict != Verdict::right)
        co_return Error{Errc::conflict, "check_not_fixable", "There is nothing the relay could mend here."};
    std::optional<Error> error;
    if (!dry_run && !check->fix.empty()) {
        std::set<std::string> only{id};
        error = co_await mend(std::move(only), area);
    }
    const Checks after = judge(facts_);
    co_await end_mending();
    co_return mended(*check, find_in(after, id), dry_run, error);
}

asio::awaitable<base::Result<std::vector<Mended>>> Guide::fix_all(bool dry_run)
{
    if (running_ || mending_) co_return under_way();
    const Busy busy{mending_};
    co_await begin_mending();
    std::vector<Mended> all;
    for (const Area area : mended_in_order) {
        co_await read_for(area);
        Checks wrong;
        std::set<std::string> ids;
        for (Check& check : judge(facts_)) {
            if (check.fix.empty() || area_of(check.id) != area) continue;
            ids.insert(check.id);
            wrong.push_back(std::move(check));
        }
        if (wrong.empty()) continue;
        std::optional<Error> error;
        if (!dry_run) error = co_await mend(ids, area);
        const Checks after = judge(facts_);
        for (const Check& check : wrong)
            all.push_back(mended(check, find_in(after, check.id), dry_run, error));
    }
    co_await end_mending();
    co_return all;
}

} // namespace mizo::setup
