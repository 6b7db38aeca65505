#include "daemon/admin/filters.hpp"
#include "daemon/admin/json_rows.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/base/uuid.hpp"
#include "daemon/store/deliveries.hpp"

#include <algorithm>
#include <array>

namespace mizo::admin {

namespace {

constexpr std::int64_t replay_max = 10'000;
constexpr std::int64_t sample_max = 10;
constexpr std::int64_t replay_page = 200; // events of one transaction: webhooks come in between

// Why an event is not sent again.
web::Response replay_problem(const base::Error& error)
{
    return problem_of(error, error.kind() == base::Errc::gone ? "body_gone" : "nothing_to_replay");
}

struct ReplaysRequest {
    store::EventFilter filter;
    bool dry_run = true;
};

Checked<ReplaysRequest> read_replays(const Call& call)
{
    static constexpr std::array<std::string_view, 2> members{"filter", "dry_run"};
    const auto body = read_object(call, members);
    if (!body) return body.error();
    const auto dry_run = bool_member(*body, "dry_run");
    if (!dry_run) return dry_run.error();
    const json::value* filter = body->if_contains("filter");
    if (filter == nullptr || !filter->is_object() || !*dry_run)
        return BadRequest{"invalid_json", "filter and dry_run are needed."};
    auto read = event_filter(filter->get_object());
    if (!read) return read.error();
    return ReplaysRequest{std::move(*read), **dry_run};
}

struct Preview {
    store::ReplayCount count;
    std::vector<store::EventRow> sample;
};

json::object replays_json(const Preview& preview, bool dry_run, std::int64_t created)
{
    json::array sample;
    for (const store::EventRow& row : preview.sample) sample.emplace_back(to_json(row));
    const store::ReplayCount& count = preview.count;
    return {{"dry_run", dry_run},
            {"matched", count.matched},
            {"replayable", count.replayable},
            {"without_body", count.without_body},
            {"unscoped", count.unscoped},
            {"created", created},
            {"oldest", to_json(count.oldest)},
            {"newest", to_json(count.newest)},
            {"sample", std::move(sample)}};
}

asio::awaitable<Preview> preview_of(Services& services, store::EventFilter filter)
{
    auto read = [filter = std::move(filter)](store::Database& db) {
        Preview preview;
        preview.count = store::count_replayable(db, filter);
        store::PageRequest page;
        page.limit = sample_max;
        if (auto listed = store::list_events(db, filter, page)) preview.sample = std::move(listed->items);
        return preview;
    };
    co_return co_await net::on_readers(services.parts.readers, std::move(read));
}

// The ids of all that the filter holds, before any of it is sent again: what is made must not be found too.
asio::awaitable<std::vector<std::string>> ids_of(Services& services, store::EventFilter filter)
{
    std::vector<std::string> ids;
    store::PageRequest page;
    page.limit = 500;
    do {
        auto read = [filter, page](store::Database& db) {
            return std::optional{store::list_events(db, filter, page)};
        };
        auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
        if (!*listed) break;
        for (const store::EventRow& row : (*listed)->items)
            if (row.state != store::EventState::unscoped) ids.push_back(row.id);
        page.cursor = (*listed)->next_cursor;
    } while (page.cursor && ids.size() < static_cast<std::size_t>(replay_max));
    // Oldest first, so that they reach the cloud in the order in which they happened.
    std::reverse(ids.begin(), ids.end());
    co_return ids;
}

struct NewIds {
    std::string of;
    std::string id;
};

// Sends some again in one transaction; how many had their bytes.
asio::awaitable<std::int64_t> replay_some(Services& services, std::vector<NewIds> some)
{
    auto write = [some = std::move(some), now = services.now()](store::Database& db) {
        std::int64_t made = 0;
        for (const NewIds& each : some)
            if (store::replay_event(db, each.of, each.id, now)) ++made;
        return made;
    };
    store::JobTraits traits;
    traits.grows = true;
    co_return co_await net::on_writer(services.parts.writer, std::move(write), traits);
}

asio::awaitable<std::int64_t> replay_all(Services& services, std::vector<std::string> ids)
{
    std::int64_t created = 0;
    std::vector<NewIds> some;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        some.push_back({std::move(ids[i]), base::uuid_v7(services.now(), services.parts.random)});
        if (static_cast<std::int64_t>(some.size()) < replay_page && i + 1 < ids.size()) continue;
        created += co_await replay_some(services, std::exchange(some, std::vector<NewIds>()));
    }
    co_return created;
}

} // namespace

Answer get_events(Services& services, Call call)
{
    auto page = read_page(call.query);
    if (!page) co_return problem(page.error());
    auto filter = event_filter(call.query);
    if (!filter) co_return problem(filter.error());
    auto read = [wanted = *page, by = *filter](store::Database& db) {
        return std::optional{store::list_events(db, by, wanted)};
    };
    auto listed = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*listed) co_return problem_of(listed->error(), "cursor_invalid");
    const auto show = [](const store::EventRow& row) { return to_json(row); };
    co_return json_answer(200, page_json(**listed, show));
}

Answer get_event(Services& services, Call call)
{
    auto read = [id = call.parameters.at(0)](store::Database& db) {
        return std::optional{store::event_detail(db, id)};
    };
    auto found = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*found) co_return problem_of(found->error(), "internal");
    co_return json_answer(200, to_json(**found));
}

Answer replay_event(Services& services, Call call)
{
    const std::string of = call.parameters.at(0);
    const std::string id = base::uuid_v7(services.now(), services.parts.random);
    json::object args{{"event", of}, {"made", id}};
    auto entry = services.deed(call, "event_replayed", std::move(args));
    auto write = [of, id, now = services.now(), entry = std::move(entry)](store::Database& db) {
        auto replayed = store::replay_event(db, of, id, now);
        if (replayed) store::add_audit(db, entry);
        return std::optional{std::move(replayed)};
    };
    store::JobTraits traits;
    traits.grows = true;
    auto replayed = co_await net::on_writer(services.parts.writer, std::move(write), traits);
    if (!*replayed) co_return replay_problem(replayed->error());
    services.on_replayed((*replayed)->seq + 1);

    auto read = [id](store::Database& db) { return std::optional{store::event_detail(db, id)}; };
    auto made = co_await net::on_readers(services.parts.readers, std::move(read));
    if (!*made) co_return problem_of(made->error(), "internal");
    services.feed.delivery((*made)->row.delivery_id);
    co_return json_answer(201, to_json((*made)->row));
}

Answer replay_events(Services& services, Call call)
{
    auto wanted = read_replays(call);
    if (!wanted) co_return problem(wanted.error());
    const Preview preview = co_await preview_of(services, wanted->filter);
    if (wanted->dry_run) co_return json_answer(200, replays_json(preview, true, 0));
    if (preview.count.matched > replay_max) {
        ProblemMore more;
        more.args["matched"] = preview.count.matched;
        co_return problem("replay_too_many", std::move(more));
    }
    std::vector<std::string> ids = co_await ids_of(services, wanted->filter);
    const std::int64_t created = co_await replay_all(services, std::move(ids));
    json::object args{{"count", created}};
    auto entry = services.deed(call, "events_replayed", std::move(args));
    co_await services.audit(std::move(entry));
    const auto read = [](store::Database& db) { return store::load_stream(db).next_seq; };
    const auto next_seq = co_await net::on_readers(services.parts.readers, read);
    services.on_replayed(next_seq);
    services.hub.publish_reset();
    co_return json_answer(200, replays_json(preview, false, created));
}

} // namespace mizo::admin
