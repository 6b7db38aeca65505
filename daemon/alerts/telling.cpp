#include "daemon/alerts/telling.hpp"

#include <algorithm>
#include <utility>

namespace mizo::alerts {

namespace {

using store::AlertRow;
using store::Told;

bool waits(const AlertRow& row)
{
    return row.webhook == Told::waiting || row.ticket == Told::waiting;
}

Errand::Kind ticket_errand(const AlertRow& row)
{
    if (row.ticket_id) return Errand::Kind::add_note;
    return row.ticket_asked ? Errand::Kind::find_ticket : Errand::Kind::make_ticket;
}

void keep_earlier(std::optional<base::SteadyTime>& first, base::SteadyTime time)
{
    if (!first || time < *first) first = time;
}

} // namespace

void Telling::resume(std::vector<AlertRow> rows, base::WallTime wall, base::SteadyTime now)
{
    for (AlertRow& row : rows) {
        Item item{std::move(row), now + give_up_after, now + give_up_after, false};
        if (wall - item.row.ended.value_or(item.row.since) > too_old && waits(item.row)) {
            if (item.row.webhook == Told::waiting) item.row.webhook = Told::given_up;
            if (item.row.ticket == Told::waiting) item.row.ticket = Told::given_up;
            item.changed = true;
        }
        items_.push_back(std::move(item));
    }
    forget_what_is_told();
}

void Telling::raised(AlertRow row, bool halo_itself, Places places, base::SteadyTime now)
{
    row.webhook = places.webhook ? Told::waiting : Told::off;
    row.ticket = places.ticket && row.severe && !halo_itself ? Told::waiting : Told::off;
    items_.push_back(Item{std::move(row), now + give_up_after, now + give_up_after, true});
}

void Telling::ended(const std::string& id, bool replaced, base::WallTime at, base::SteadyTime now)
{
    Item* item = find(id);
    if (item == nullptr || item->row.ended) return;
    AlertRow& row = item->row;
    row.ended = at;
    item->changed = true;
    if (replaced && row.webhook == Told::waiting)
        row.webhook = Told::off;
    else if (!replaced && row.webhook != Told::off)
        row.webhook = Told::waiting;
    // No ticket for what is over; but one that may have been made must be found, to say so in it.
    if (row.ticket_id || row.ticket_asked)
        row.ticket = Told::waiting;
    else
        row.ticket = Told::off;
    item->webhook_until = item->ticket_until = now + give_up_after;
    const auto over = [](const Item& each) { return each.row.ended && waits(each.row); };
    if (static_cast<std::size_t>(std::count_if(items_.begin(), items_.end(), over)) > over_max) {
        const auto oldest = std::find_if(items_.begin(), items_.end(), over);
        if (oldest->row.webhook == Told::waiting) give_up(*oldest, true);
        if (oldest->row.ticket == Told::waiting) give_up(*oldest, false);
    }
    forget_what_is_told();
}

std::optional<Errand> Telling::next(Places places, base::SteadyTime now)
{
    expire(now);
    if (in_hand_) return {};
    for (Item& item : items_) {
        AlertRow& row = item.row;
        if (places.webhook && row.webhook == Told::waiting && now >= webhook_.not_before) {
            in_hand_ = true;
            return Errand{Errand::Kind::post, row};
        }
        if (places.ticket && row.ticket == Told::waiting && now >= ticket_.not_before) {
            in_hand_ = true;
            const Errand::Kind kind = ticket_errand(row);
            // Kept before it is asked for: a restart in between must look for it, not make a second.
            if (kind == Errand::Kind::make_ticket) row.ticket_asked = item.changed = true;
            return Errand{kind, row};
        }
    }
    return {};
}

void Telling::done(const Errand& errand, const Outcome& outcome, base::SteadyTime now)
{
    in_hand_ = false;
    const bool post = errand.kind == Errand::Kind::post;
    keep_pace(post ? webhook_ : ticket_, outcome, now);
    if (Item* item = find(errand.alert.id)) {
        item->changed = true;
        if (post)
            settle_post(*item, errand, outcome.kind);
        else
            settle_ticket(*item, errand, outcome);
    }
    forget_what_is_told();
}

void Telling::keep_pace(Pace& pace, const Outcome& outcome, base::SteadyTime now)
{
    const bool failed = outcome.kind == Outcome::Kind::not_now || outcome.kind == Outcome::Kind::uncertain;
    if (!failed) {
        pace = Pace{};
        return;
    }
    std::chrono::milliseconds pause = first_pause;
    for (int i = 0; i < pace.failures && pause < longest_pause; ++i) pause *= 2;
    ++pace.failures;
    pace.not_before =
        now + std::clamp<std::chrono::milliseconds>(std::max(pause, outcome.retry_after.value_or(pause)),
                                                    first_pause, longest_pause);
}

void Telling::settle_post(Item& item, const Errand& errand, Outcome::Kind outcome)
{
    // What ended while its beginning was being told has its end to be told still.
    const bool newest = errand.alert.ended == item.row.ended;
    if (outcome == Outcome::Kind::refused)
        give_up(item, true);
    else if (outcome == Outcome::Kind::done && newest)
        item.row.webhook = Told::told;
}

void Telling::settle_ticket(Item& item, const Errand& errand, const Outcome& outcome)
{
    AlertRow& row = item.row;
    if (errand.kind == Errand::Kind::add_note) {
        // A note that may be there is not made a second time.
        if (outcome.kind == Outcome::Kind::refused || outcome.kind == Outcome::Kind::uncertain)
            give_up(item, false);
        else if (outcome.kind == Outcome::Kind::done)
            row.ticket = Told::told;
        return;
    }
    switch (outcome.kind) {
    case Outcome::Kind::done:
        row.ticket_asked = false;
        row.ticket_id = outcome.ticket;
        if (row.ticket_id)
            row.ticket = row.ended ? Told::waiting : Told::told;
        else
            row.ticket = row.ended ? Told::off : Told::waiting;
        break;
    case Outcome::Kind::refused: give_up(item, false); break;
    case Outcome::Kind::not_now:
        if (errand.kind == Errand::Kind::make_ticket) row.ticket_asked = false;
        if (row.ended && !row.ticket_asked) row.ticket = Told::off;
        break;
    case Outcome::Kind::uncertain: break;
    }
}

std::optional<base::SteadyTime> Telling::wake(Places places) const
{
    std::optional<base::SteadyTime> first;
    if (in_hand_) return first;
    for (const Item& item : items_) {
        if (item.row.webhook == Told::waiting) {
            keep_earlier(first, item.webhook_until);
            if (places.webhook) keep_earlier(first, webhook_.not_before);
        }
        if (item.row.ticket == Told::waiting) {
            keep_earlier(first, item.ticket_until);
            if (places.ticket) keep_earlier(first, ticket_.not_before);
        }
    }
    return first;
}

std::vector<AlertRow> Telling::take_changed()
{
    std::vector<AlertRow> rows = std::exchange(finished_, {});
    for (Item& item : items_)
        if (std::exchange(item.changed, false)) rows.push_back(item.row);
    return rows;
}

std::vector<AlertRow> Telling::on() const
{
    std::vector<AlertRow> rows;
    for (const Item& item : items_)
        if (!item.row.ended) rows.push_back(item.row);
    return rows;
}

std::vector<Errand> Telling::take_given_up()
{
    return std::exchange(given_up_, {});
}

Telling::Item* Telling::find(const std::string& id)
{
    const auto found =
        std::find_if(items_.begin(), items_.end(), [&](const Item& each) { return each.row.id == id; });
    return found == items_.end() ? nullptr : &*found;
}

void Telling::give_up(Item& item, bool webhook)
{
    const Errand::Kind kind = webhook ? Errand::Kind::post : ticket_errand(item.row);
    given_up_.push_back(Errand{kind, item.row});
    (webhook ? item.row.webhook : item.row.ticket) = Told::given_up;
    item.changed = true;
}

void Telling::expire(base::SteadyTime now)
{
    if (in_hand_) return;
    for (Item& item : items_) {
        if (item.row.webhook == Told::waiting && now >= item.webhook_until) give_up(item, true);
        if (item.row.ticket == Told::waiting && now >= item.ticket_until) give_up(item, false);
    }
    forget_what_is_told();
}

void Telling::forget_what_is_told()
{
    std::erase_if(items_, [&](const Item& item) {
        const bool over = item.row.ended && !waits(item.row);
        if (over && item.changed) finished_.push_back(item.row);
        return over;
    });
}

} // namespace mizo::alerts
