#include "daemon/admin/filters.hpp"
#include "daemon/admin/json_rows.hpp"
#include "daemon/admin/resources.hpp"
#include "daemon/base/time_text.hpp"

#include <boost/asio/post.hpp>
#include <boost/json/serialize.hpp>

namespace mizo::admin {

namespace {

constexpr std::int64_t rows_each = 200;

// A cell as RFC 4180 has it. Foreign text that a spreadsheet would compute is made text by an apostrophe.
std::string cell(std::string_view text)
{
    const bool computed =
        !text.empty() && std::string_view{"=+-@\t\r"}.find(text.front()) != std::string_view::npos;
    std::string out = computed ? "'" : "";
    out += text;
    if (out.find_first_of(",\"\r\n") == std::string::npos) return out;
    std::string quoted = "\"";
    for (const char c : out) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

std::string number(const std::optional<std::int64_t>& value)
{
    return value ? std::to_string(*value) : std::string{};
}

std::string time(const std::optional<base::WallTime>& value)
{
    return value ? base::rfc3339(*value) : std::string{};
}

constexpr std::string_view csv_head =
    "id,seq,delivery_id,kind,event_text,ticket,title,occurred_at,received_at,origin,state,acked_at,"
    "attempts_count,dead_code,dead_text,replay_of,batch_index,size,sha256,thumbprint\r\n";

std::string csv_line(const store::EventDetail& event)
{
    const store::EventRow& row = event.row;
    std::string line;
    const auto add = [&](const std::string& text) { line += (line.empty() ? "" : ",") + text; };
    add(row.id);
    add(number(row.seq));
    add(row.delivery_id);
    add(std::string{name_of(row.kind)});
    add(cell(row.event_text));
    add(number(row.ticket));
    add(cell(row.title.value_or("")));
    add(time(row.occurred));
    add(base::rfc3339(row.received));
    add(std::string{name_of(row.origin)});
    add(std::string{name_of(row.state)});
    add(time(row.acked));
    add(std::to_string(row.attempts_count));
    add(cell(row.dead_code.value_or("")));
    add(cell(row.dead_text.value_or("")));
    add(row.replay_of.value_or(""));
    add(number(row.batch_index));
    add(std::to_string(event.size));
    add(event.sha256);
    add(event.thumbprint.value_or(""));
    return line + "\r\n";
}

// Reads a page of events at a time, and no further page before the last was sent: a slow reader holds up
// neither the store nor the memory. The store lists newest first, so the ids of all are fetched before (36
// bytes each), and read from the end.
class EventExport final : public web::BodySource, public std::enable_shared_from_this<EventExport> {
public:
    EventExport(store::Readers& readers, asio::any_io_executor executor, store::EventFilter filter)
        : readers_{readers}, executor_{std::move(executor)}, filter_{std::move(filter)}
    {
        page_.limit = 500;
    }

    void as_csv()
    {
        csv_ = true;
        head_ = csv_head;
    }

    void next(Deliver deliver) override
    {
        if (!listed_)
            list(std::move(deliver));
        else if (ids_.empty() && head_.empty())
            deliver(std::nullopt);
        else
            read(std::move(deliver));
    }

private:
    // Runs `work` on the store's thread, then `done` back on the loop; the stream ends where the store fails.
    template <class Work, class Done>
    void on_store(Work work, Deliver deliver, Done done)
    {
        auto self = shared_from_this();
        auto finish = [self, deliver, done](std::exception_ptr failure) {
            asio::post(self->executor_, [self, deliver, done, failure] {
                if (failure)
                    deliver(std::nullopt);
                else
                    done(deliver);
            });
        };
        if (!readers_.submit(std::move(work), std::move(finish))) deliver(std::nullopt);
    }

    void list(Deliver deliver)
    {
        auto self = shared_from_this();
        auto found = std::make_shared<store::Page<store::EventRow>>();
        auto work = [self, found](store::Database& db) {
            if (auto listed = store::list_events(db, self->filter_, self->page_)) *found = std::move(*listed);
        };
        on_store(std::move(work), std::move(deliver), [self, found](const Deliver& then) {
            for (const store::EventRow& row : found->items) self->ids_.push_back(row.id);
            self->page_.cursor = found->next_cursor;
            self->listed_ = !found->next_cursor;
            self->next(then);
        });
    }

    void read(Deliver deliver)
    {
        auto self = shared_from_this();
        auto some = std::make_shared<std::vector<std::string>>();
        for (; !ids_.empty() && static_cast<std::int64_t>(some->size()) < rows_each; ids_.pop_back())
            some->push_back(std::move(ids_.back()));
        auto text = std::make_shared<std::string>(std::exchange(head_, {}));
        auto work = [some, text, csv = csv_](store::Database& db) {
            for (const std::string& id : *some) {
                const auto event = store::event_detail(db, id);
                if (event) *text += csv ? csv_line(*event) : json::serialize(to_json(*event)) + "\n";
            }
        };
        on_store(std::move(work), std::move(deliver), [self, text](const Deliver& then) {
            if (text->empty())
                self->next(then);
            else
                then(std::move(*text));
        });
    }

    store::Readers& readers_;
    asio::any_io_executor executor_;
    store::EventFilter filter_;
    store::PageRequest page_;
    std::vector<std::string> ids_;
    std::string head_;
    bool csv_ = false;
    bool listed_ = false;
};

} // namespace

Answer export_events(Services& services, Call call)
{
    const std::string format = call.param("format");
    if (format != "csv" && format != "ndjson")
        co_return problem(BadRequest{"bad_request", "format is csv or ndjson."});
    auto filter = event_filter(call.query);
    if (!filter) co_return problem(filter.error());
    json::object args{{"format", format}};
    auto entry = services.deed(call, "events_exported", std::move(args));
    co_await services.audit(std::move(entry));

    auto source =
        std::make_shared<EventExport>(services.parts.readers, services.parts.executor, std::move(*filter));
    if (format == "csv") source->as_csv();
    web::Response response;
    response.headers.add("Content-Type",
                         format == "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson");
    response.headers.add("Content-Disposition", "attachment; filename=\"events." + format + "\"");
    response.source = std::move(source);
    co_return response;
}

} // namespace mizo::admin
