#include "certs/encoding.hpp"
#include "daemon/base/time_text.hpp"
#include "daemon/relay/wire.hpp"

#include <boost/json.hpp>

#include <array>
#include <functional>

namespace mizo::relay {

namespace {

namespace json = boost::json;
using base::Errc;
using base::Error;

// JSON numbers are doubles in many languages: whole numbers beyond this are not safe there.
constexpr std::int64_t greatest_integer = (std::int64_t{1} << 53) - 1;
constexpr std::int64_t greatest_duration_ms = 24 * 60 * 60 * 1000;
// Ids, codes and names; what is longer is no such thing.
constexpr std::size_t id_bytes = 256;

// `nullable`: must be there, but may be null.
enum class Need { required, optional, nullable };

// Reads the members of one object, and remembers the first thing that is wrong; afterwards the values are
// of no use.
class Members {
public:
    Members(const json::object& object, std::string& problem, std::string path = {})
        : object_{object}, problem_{problem}, path_{std::move(path)}
    {}

    std::string text(std::string_view name, Need need = Need::optional,
                     std::size_t limit = std::string_view::npos) const
    {
        const auto* value = find(name, need);
        if (!value) return {};
        if (!value->is_string()) return wrong(name, "is not a string"), std::string{};
        if (value->get_string().size() > limit) return wrong(name, "is too long"), std::string{};
        return std::string{std::string_view{value->get_string()}};
    }
    std::string id(std::string_view name, Need need = Need::required) const
    {
        return text(name, need, id_bytes);
    }

    std::int64_t integer(std::string_view name, std::int64_t least,
                         std::int64_t most = greatest_integer) const
    {
        return integer_or(name, least, most, Need::required).value_or(least);
    }
    std::optional<std::int64_t> integer_or(std::string_view name, std::int64_t least, std::int64_t most,
                                           Need need = Need::optional) const
    {
        const auto* value = find(name, need);
        if (!value) return {};
        const bool whole = value->is_int64() || value->is_uint64();
        if (!whole) return wrong(name, "is not an integer"), std::nullopt;
        const auto number = value->is_int64() ? value->get_int64() : greatest_integer + 1;
        if (number < least || number > most) return wrong(name, "is out of range"), std::nullopt;
        return number;
    }
    std::int64_t duration_ms(std::string_view name, std::int64_t least, std::int64_t otherwise) const
    {
        return integer_or(name, least, greatest_duration_ms).value_or(otherwise);
    }

    bool boolean(std::string_view name, Need need = Need::optional) const
    {
        return boolean_or(name, need).value_or(false);
    }
    std::optional<bool> boolean_or(std::string_view name, Need need) const
    {
        const auto* value = find(name, need);
        if (!value) return {};
        if (!value->is_bool()) return wrong(name, "is not true or false"), std::nullopt;
        return value->get_bool();
    }

    std::optional<WallTime> time(std::string_view name, Need need = Need::optional) const
    {
        const auto* value = find(name, need);
        if (!value) return {};
        if (!value->is_string()) return wrong(name, "is not a time"), std::nullopt;
        const auto parsed = base::parse_time(value->get_string());
        if (!parsed) wrong(name, "is not a time");
        return parsed;
    }

    json::value any(std::string_view name) const
    {
        const auto* value = object_.get().if_contains(name);
        return value ? json::value(*value, json::storage_ptr{}) : json::value{};
    }

    std::optional<Members> object(std::string_view name, Need need = Need::required) const
    {
        const auto* value = find(name, need);
        if (!value) return {};
        if (!value->is_object()) return wrong(name, "is not an object"), std::nullopt;
        return Members{value->get_object(), problem_, path_ + std::string{name} + "."};
    }

    std::vector<std::int64_t> integers(std::string_view name) const
    {
        std::vector<std::int64_t> out;
        for_each(name, [&](const json::value& item) {
            if (!item.is_int64()) return wrong(name, "holds something that is not an integer");
            out.push_back(item.get_int64());
        });
        return out;
    }

    std::vector<std::string> texts(std::string_view name) const
    {
        std::vector<std::string> out;
        for_each(name, [&](const json::value& item) {
            if (!item.is_string()) return wrong(name, "holds something that is not a string");
            out.emplace_back(std::string_view{item.get_string()});
        });
        return out;
    }

    template <class Item, class Read>
    std::vector<Item> list(std::string_view name, Read read) const
    {
        std::vector<Item> out;
        for_each(name, [&](const json::value& item) {
            if (!item.is_object()) return wrong(name, "holds something that is not an object");
            out.push_back(read(Members{item.get_object(), problem_, path_ + std::string{name} + "[]."}));
        });
        return out;
    }

    void wrong(std::string_view name, std::string_view why) const
    {
        if (problem_.empty()) problem_ = path_ + std::string{name} + " " + std::string{why};
    }
    bool has(std::string_view name) const { return object_.get().contains(name); }

private:
    // Nothing where the member is not there, or is null and may be.
    const json::value* find(std::string_view name, Need need) const
    {
        const auto* value = object_.get().if_contains(name);
        if (!value && need != Need::optional) wrong(name, "is missing");
        if (!value || !value->is_null()) return value;
        if (need != Need::nullable) wrong(name, "is null");
        return nullptr;
    }

    template <class Each>
    void for_each(std::string_view name, Each each) const
    {
        const auto* value = find(name, Need::optional);
        if (!value) return;
        if (!value->is_array()) return wrong(name, "is not a list");
        for (const auto& item : value->get_array()) each(item);
    }

    std::reference_wrapper<const json::object> object_;
    std::string& problem_;
    std::string path_;
};

Frame read_hello(const Members& in)
{
    Hello frame;
    frame.relay_id = in.id("relay_id");
    frame.boot_id = in.id("boot_id");
    frame.fence = in.integer("fence", 0);
    frame.version = in.id("version", Need::optional);
    frame.os = in.id("os", Need::optional);
    frame.now = in.time("now").value_or(WallTime{});
    if (const auto stream = in.object("stream")) {
        frame.stream.epoch = stream->id("epoch");
        frame.stream.first_seq = stream->integer("first_seq", 1);
        frame.stream.next_seq = stream->integer("next_seq", 1);
        frame.stream.acked = stream->integer("acked", 0);
    }
    frame.caps = in.texts("caps");
    frame.session = in.id("session", Need::optional);
    return frame;
}

Window read_window(const Members& in)
{
    return {in.integer("events", 0), in.integer("bytes", 0)};
}

Frame read_welcome(const Members& in)
{
    Welcome frame;
    frame.session = in.id("session");
    if (const auto resume = in.object("resume", Need::nullable))
        frame.resume = Resume{resume->id("epoch"), resume->integer("durable_seq", 0)};
    if (const auto window = in.object("window")) frame.window = read_window(*window);
    frame.heartbeat_ms = in.duration_ms("heartbeat_ms", 100, frame.heartbeat_ms);
    frame.dead_ms = in.duration_ms("dead_ms", 200, frame.dead_ms);
    frame.progress_ms = in.duration_ms("progress_ms", 200, frame.progress_ms);
    frame.max_message = in.integer_or("max_message", 1024, 1024 * 1024 * 1024).value_or(frame.max_message);
    frame.now = in.time("now").value_or(WallTime{});
    frame.caps = in.texts("caps");
    if (frame.dead_ms <= frame.heartbeat_ms) in.wrong("dead_ms", "is not more than heartbeat_ms");
    return frame;
}

OutgoingEvent read_event_members(const Members& in)
{
    OutgoingEvent event;
    if (in.text("specversion", Need::required) != "1.0") in.wrong("specversion", "is not 1.0");
    event.id = in.id("id");
    event.source = in.id("source");
    event.type = in.id("type");
    event.subject = in.id("subject", Need::optional);
    event.time = in.time("time", Need::required).value_or(WallTime{});
    if (auto data = certs::from_base64(in.text("data_base64")))
        event.data.assign(data->begin(), data->end());
    else
        in.wrong("data_base64", "is not base64");
    event.received_at = in.time("receivedat", Need::required).value_or(WallTime{});
    event.origin = in.id("origin", Need::optional);
    event.batch_index = in.integer_or("batchindex", 0, greatest_integer);
    event.dedupkey = in.text("dedupkey", Need::required);
    event.signature = in.text("signature");
    event.signature_alg = in.id("signaturealg", Need::optional);
    event.thumbprint = in.id("thumbprint", Need::optional);
    event.replay_of = in.id("replayof", Need::optional);
    return event;
}

Frame read_event(const Members& in)
{
    EventFrame frame;
    frame.seq = in.integer("seq", 1);
    frame.attempt = in.integer("attempt", 1);
    if (const auto event = in.object("event")) frame.event = read_event_members(*event);
    return frame;
}

Frame read_ack(const Members& in)
{
    Ack frame;
    frame.upto = in.integer("upto", 0);
    if (const auto window = in.object("window", Need::optional)) frame.window = read_window(*window);
    return frame;
}

Frame read_nack(const Members& in)
{
    Nack frame;
    frame.seq = in.integer("seq", 1);
    frame.code = in.id("code", Need::optional);
    frame.text = in.text("text");
    frame.final = in.boolean("final");
    if (!frame.final) frame.retry_ms = in.integer("retry_ms", 0, greatest_duration_ms);
    return frame;
}

Frame read_skip(const Members& in)
{
    return Skip{in.integer("seq", 1), in.text("reason", Need::required)};
}
Frame read_rewind(const Members& in)
{
    return Rewind{in.integer("from_seq", 1), in.text("reason")};
}
Frame read_gap(const Members& in)
{
    return Gap{in.integer("from_seq", 1), in.integer("first_seq", 1)};
}
Frame read_ping(const Members& in)
{
    return Ping{in.integer("n", 0), in.time("at").value_or(WallTime{})};
}
Frame read_pong(const Members& in)
{
    return Pong{in.integer("n", 0), in.time("at").value_or(WallTime{})};
}

ChosenSettings read_chosen(const Members& in)
{
    ChosenSettings chosen;
    if (const auto scope = in.object("scope")) {
        chosen.ticket_types = scope->integers("ticket_types");
        chosen.assignable_types = scope->integers("assignable_types");
    }
    if (const auto automation = in.object("automation")) {
        chosen.triage = automation->boolean("triage", Need::required);
        chosen.dispatch = automation->boolean("dispatch", Need::required);
        chosen.resolve = automation->boolean("resolve", Need::required);
        chosen.request_info = automation->boolean("request_info", Need::required);
    }
    chosen.poll = in.id("poll");
    return chosen;
}

Frame read_status(const Members& in)
{
    Status frame;
    frame.queued = in.integer("queued", 0);
    frame.oldest_ms = in.integer("oldest_ms", 0);
    frame.dead_letters = in.integer("dead_letters", 0);
    frame.disk_free = in.integer("disk_free", 0);
    frame.certificates = in.list<CertificateStatus>("certificates", [](const Members& item) {
        return CertificateStatus{item.id("thumbprint"), item.id("state"),
                                 item.time("not_after", Need::required).value_or(WallTime{}),
                                 item.time("last_used", Need::nullable)};
    });
    if (const auto halo = in.object("halo"))
        frame.halo =
            HaloStatus{halo->boolean_or("ok", Need::nullable), halo->time("checked_at", Need::nullable)};
    frame.version = in.id("version");
    if (const auto settings = in.object("settings", Need::optional)) frame.settings = read_chosen(*settings);
    if (!in.has("alerts")) return frame;
    frame.alerts = in.list<AlertStatus>("alerts", [](const Members& item) {
        return AlertStatus{item.id("code"), item.boolean("severe", Need::required),
                           item.time("since", Need::required).value_or(WallTime{})};
    });
    return frame;
}

Frame read_request(const Members& in)
{
    Request frame;
    frame.rid = in.id("rid");
    frame.deadline_ms = in.integer("deadline_ms", 0, greatest_duration_ms);
    frame.method = in.id("method");
    if (frame.method != "GET" && frame.method != "POST" && frame.method != "DELETE")
        in.wrong("method", "is not GET, POST or DELETE");
    frame.path = in.text("path", Need::required);
    if (frame.path.starts_with('/')) in.wrong("path", "is not relative");
    frame.query = in.any("query");
    frame.body = in.any("body");
    frame.idempotency_key = in.id("idempotency_key", Need::optional);
    return frame;
}

Frame read_cancel(const Members& in)
{
    return Cancel{in.id("rid")};
}

Frame read_response(const Members& in)
{
    Response frame;
    frame.rid = in.id("rid");
    if (const auto error = in.object("error", Need::optional)) {
        frame.error = Failure{error->id("code"), error->text("text")};
        return frame;
    }
    frame.status = in.integer("status", 100, 599);
    frame.headers = in.any("headers");
    frame.body = in.any("body");
    return frame;
}

Frame read_insight(const Members& in)
{
    Insight frame;
    frame.ticket_id = in.integer("ticket_id", 0);
    frame.revision = in.integer("revision", 0);
    frame.title = in.text("title", Need::required);
    frame.sections = in.list<InsightSection>("sections", [](const Members& item) {
        return InsightSection{item.text("heading"), item.text("markdown")};
    });
    frame.actions = in.list<InsightAction>("actions", [](const Members& item) {
        return InsightAction{item.id("id"), item.text("label")};
    });
    frame.expires_at = in.time("expires_at");
    return frame;
}

Frame read_tab_action(const Members& in)
{
    return TabAction{in.id("rid"), in.integer("ticket_id", 0), in.integer("agent_id", 0), in.id("action_id")};
}
Frame read_command(const Members& in)
{
    return Command{in.id("rid"), in.id("name"), in.any("args")};
}
Frame read_done(const Members& in)
{
    Done frame{in.id("rid"), in.boolean("ok", Need::required), in.id("code", Need::optional), in.text("text"),
               in.any("result")};
    if (!frame.ok && frame.code.empty()) in.wrong("code", "is missing");
    return frame;
}
Frame read_drain(const Members& in)
{
    Drain frame{in.text("reason"), in.duration_ms("deadline_ms", 0, 0), in.text("url", Need::optional, 2048)};
    if (in.has("url") && !frame.url.starts_with("wss://") && !frame.url.starts_with("ws://"))
        in.wrong("url", "is no link");
    return frame;
}
Frame read_bye(const Members& in)
{
    return Bye{in.integer("code", 1000, 4999), in.text("text"),
               in.integer_or("retry_ms", 0, greatest_duration_ms)};
}
Frame read_error(const Members& in)
{
    return ErrorFrame{in.id("code"), in.text("text"), in.id("re", Need::optional)};
}

struct Reader {
    std::string_view t;
    Frame (*read)(const Members&);
};
constexpr std::array readers{
    Reader{"hello", read_hello},
    Reader{"welcome", read_welcome},
    Reader{"event", read_event},
    Reader{"ack", read_ack},
    Reader{"nack", read_nack},
    Reader{"skip", read_skip},
    Reader{"rewind", read_rewind},
    Reader{"gap", read_gap},
    Reader{"ping", read_ping},
    Reader{"pong", read_pong},
    Reader{"status", read_status},
    Reader{"request", read_request},
    Reader{"cancel", read_cancel},
    Reader{"response", read_response},
    Reader{"insight", read_insight},
    Reader{"command", read_command},
    Reader{"tab_action", read_tab_action},
    Reader{"done", read_done},
    Reader{"drain", read_drain},
    Reader{"bye", read_bye},
    Reader{"error", read_error},
};

Error malformed(std::string why)
{
    return Error{Errc::malformed, "link.malformed", "The cloud sent a message that is no frame.",
                 std::move(why)};
}

} // namespace

Result<Frame> decode(std::string_view text, const DecodeLimits& limits)
{
    if (text.size() > limits.max_message)
        return Error{Errc::too_large, "link.too_large", "The cloud sent a message over the limit.",
                     std::to_string(text.size()) + " bytes"};

    json::parse_options options;
    options.max_depth = limits.max_depth;
    json::monotonic_resource memory;
    boost::system::error_code failure;
    const auto value = json::parse(text, failure, &memory, options);
    if (failure) return malformed("not JSON: " + failure.message());
    if (!value.is_object()) return malformed("not an object");

    std::string problem;
    const Members members{value.get_object(), problem};
    const auto t = members.id("t");
    if (!problem.empty()) return malformed(problem);
    for (const auto& reader : readers) {
        if (reader.t != t) continue;
        auto frame = reader.read(members);
        if (!problem.empty()) return malformed(t + ": " + problem);
        return frame;
    }
    // Whatever else stands in it is not for us to judge, not even a "rid" of another type.
    const auto* rid = value.get_object().if_contains("rid");
    const bool is_text = rid && rid->is_string() && rid->get_string().size() <= id_bytes;
    return Frame{Unknown{t, is_text ? std::string{std::string_view{rid->get_string()}} : std::string{}}};
}

} // namespace mizo::relay
