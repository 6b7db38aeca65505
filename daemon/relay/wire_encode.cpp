#include "daemon/relay/wire.hpp"
#include "daemon/relay/wire_writer.hpp"

namespace mizo::relay {

namespace {

// One function for each frame: its members, after "t".
class Members {
public:
    explicit Members(std::string& out) : out_{out}, object_{out} {}

    void type(std::string_view t) { object_.text("t", t); }

    void operator()(const Hello& frame)
    {
        object_.text("relay_id", frame.relay_id);
        object_.text("boot_id", frame.boot_id);
        object_.integer("fence", frame.fence);
        object_.text("version", frame.version);
        object_.text("os", frame.os);
        object_.time("now", frame.now);
        object_.begin("stream");
        {
            ObjectWriter stream{out_};
            stream.text("epoch", frame.stream.epoch);
            stream.integer("first_seq", frame.stream.first_seq);
            stream.integer("next_seq", frame.stream.next_seq);
            stream.integer("acked", frame.stream.acked);
        }
        object_.texts("caps", frame.caps);
        if (!frame.session.empty()) object_.text("session", frame.session);
    }

    void operator()(const Welcome& frame)
    {
        object_.text("session", frame.session);
        if (frame.resume) {
            object_.begin("resume");
            ObjectWriter resume{out_};
            resume.text("epoch", frame.resume->epoch);
            resume.integer("durable_seq", frame.resume->durable_seq);
        } else {
            object_.null("resume");
        }
        window(frame.window);
        object_.integer("heartbeat_ms", frame.heartbeat_ms);
        object_.integer("dead_ms", frame.dead_ms);
        object_.integer("progress_ms", frame.progress_ms);
        object_.integer("max_message", frame.max_message);
        object_.time("now", frame.now);
        object_.texts("caps", frame.caps);
    }

    void operator()(const Ack& frame)
    {
        object_.integer("upto", frame.upto);
        if (frame.window) window(*frame.window);
    }

    void operator()(const Nack& frame)
    {
        object_.integer("seq", frame.seq);
        object_.text("code", frame.code);
        object_.text("text", frame.text);
        if (frame.final)
            object_.boolean("final", true);
        else
            object_.integer("retry_ms", frame.retry_ms);
    }

    void operator()(const Skip& frame)
    {
        object_.integer("seq", frame.seq);
        object_.text("reason", frame.reason);
    }

    void operator()(const Rewind& frame)
    {
        object_.integer("from_seq", frame.from_seq);
        object_.text("reason", frame.reason);
    }

    void operator()(const Gap& frame)
    {
        object_.integer("from_seq", frame.from_seq);
        object_.integer("first_seq", frame.first_seq);
    }

    void operator()(const Ping& frame) { beat(frame.n, frame.at); }
    void operator()(const Pong& frame) { beat(frame.n, frame.at); }

    void operator()(const Status& frame)
    {
        object_.integer("queued", frame.queued);
        object_.integer("oldest_ms", frame.oldest_ms);
        object_.integer("dead_letters", frame.dead_letters);
        object_.integer("disk_free", frame.disk_free);
        list("certificates", frame.certificates,
             [](ObjectWriter& item, const CertificateStatus& certificate) {
                 item.text("thumbprint", certificate.thumbprint);
                 item.text("state", certificate.state);
                 item.time("not_after", certificate.not_after);
                 if (certificate.last_used)
                     item.time("last_used", *certificate.last_used);
                 else
                     item.null("last_used");
             });
        object_.begin("halo");
        {
            ObjectWriter halo{out_};
            if (frame.halo.ok)
                halo.boolean("ok", *frame.halo.ok);
            else
                halo.null("ok");
            if (frame.halo.checked_at)
                halo.time("checked_at", *frame.halo.checked_at);
            else
                halo.null("checked_at");
        }
        object_.text("version", frame.version);
        if (frame.settings) settings(*frame.settings);
        if (frame.alerts.empty()) return;
        list("alerts", frame.alerts, [](ObjectWriter& item, const AlertStatus& alert) {
            item.text("code", alert.code);
            item.boolean("severe", alert.severe);
            item.time("since", alert.since);
        });
    }

    void operator()(const Request& frame)
    {
        object_.text("rid", frame.rid);
        object_.integer("deadline_ms", frame.deadline_ms);
        object_.text("method", frame.method);
        object_.text("path", frame.path);
        object_.json_if_any("query", frame.query);
        object_.json_if_any("body", frame.body);
        object_.text_if_any("idempotency_key", frame.idempotency_key);
    }

    void operator()(const Cancel& frame) { object_.text("rid", frame.rid); }

    void operator()(const Response& frame)
    {
        object_.text("rid", frame.rid);
        if (frame.error) {
            object_.begin("error");
            ObjectWriter error{out_};
            error.text("code", frame.error->code);
            error.text("text", frame.error->text);
            return;
        }
        object_.integer("status", frame.status);
        object_.json_if_any("headers", frame.headers);
        object_.json_if_any("body", frame.body);
    }

    void operator()(const Insight& frame)
    {
        object_.integer("ticket_id", frame.ticket_id);
        object_.integer("revision", frame.revision);
        object_.text("title", frame.title);
        list("sections", frame.sections, [](ObjectWriter& item, const InsightSection& section) {
            item.text("heading", section.heading);
            item.text("markdown", section.markdown);
        });
        list("actions", frame.actions, [](ObjectWriter& item, const InsightAction& action) {
            item.text("id", action.id);
            item.text("label", action.label);
        });
        if (frame.expires_at) object_.time("expires_at", *frame.expires_at);
    }

    void operator()(const TabAction& frame)
    {
        object_.text("rid", frame.rid);
        object_.integer("ticket_id", frame.ticket_id);
        object_.integer("agent_id", frame.agent_id);
        object_.text("action_id", frame.action_id);
    }

    void operator()(const Command& frame)
    {
        object_.text("rid", frame.rid);
        object_.text("name", frame.name);
        object_.json_if_any("args", frame.args);
    }

    void operator()(const Done& frame)
    {
        object_.text("rid", frame.rid);
        object_.boolean("ok", frame.ok);
        object_.text_if_any("code", frame.code);
        object_.text_if_any("text", frame.text);
        object_.json_if_any("result", frame.result);
    }

    void operator()(const Drain& frame)
    {
        object_.text("reason", frame.reason);
        object_.integer("deadline_ms", frame.deadline_ms);
        object_.text_if_any("url", frame.url);
    }

    void operator()(const Bye& frame)
    {
        object_.integer("code", frame.code);
        object_.text("text", frame.text);
        if (frame.retry_ms) object_.integer("retry_ms", *frame.retry_ms);
    }

    void operator()(const ErrorFrame& frame)
    {
        object_.text("code", frame.code);
        object_.text("text", frame.text);
        object_.text_if_any("re", frame.re);
    }

    void operator()(const Unknown& frame) { object_.text_if_any("rid", frame.rid); }

private:
    void settings(const ChosenSettings& chosen)
    {
        object_.begin("settings");
        ObjectWriter members{out_};
        members.begin("scope");
        {
            ObjectWriter scope{out_};
            scope.integers("ticket_types", chosen.ticket_types);
            scope.integers("assignable_types", chosen.assignable_types);
        }
        members.begin("automation");
        {
            ObjectWriter automation{out_};
            automation.boolean("triage", chosen.triage);
            automation.boolean("dispatch", chosen.dispatch);
            automation.boolean("resolve", chosen.resolve);
            automation.boolean("request_info", chosen.request_info);
        }
        members.text("poll", chosen.poll);
    }

    void window(const Window& window)
    {
        object_.begin("window");
        ObjectWriter members{out_};
        members.integer("events", window.events);
        members.integer("bytes", window.bytes);
    }

    void beat(std::int64_t n, WallTime at)
    {
        object_.integer("n", n);
        object_.time("at", at);
    }

    template <class Item, class Write>
    void list(std::string_view name, const std::vector<Item>& items, Write write)
    {
        object_.begin(name);
        out_ += '[';
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (i > 0) out_ += ',';
            ObjectWriter object{out_};
            write(object, items[i]);
        }
        out_ += ']';
    }

    std::string& out_;
    ObjectWriter object_;
};

template <class... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace

std::string_view type_of(const Frame& frame)
{
    return std::visit(Overloaded{
                          [](const Hello&) -> std::string_view { return "hello"; },
                          [](const Welcome&) -> std::string_view { return "welcome"; },
                          [](const EventFrame&) -> std::string_view { return "event"; },
                          [](const Ack&) -> std::string_view { return "ack"; },
                          [](const Nack&) -> std::string_view { return "nack"; },
                          [](const Skip&) -> std::string_view { return "skip"; },
                          [](const Rewind&) -> std::string_view { return "rewind"; },
                          [](const Gap&) -> std::string_view { return "gap"; },
                          [](const Ping&) -> std::string_view { return "ping"; },
                          [](const Pong&) -> std::string_view { return "pong"; },
                          [](const Status&) -> std::string_view { return "status"; },
                          [](const Request&) -> std::string_view { return "request"; },
                          [](const Cancel&) -> std::string_view { return "cancel"; },
                          [](const Response&) -> std::string_view { return "response"; },
                          [](const Insight&) -> std::string_view { return "insight"; },
                          [](const TabAction&) -> std::string_view { return "tab_action"; },
                          [](const Command&) -> std::string_view { return "command"; },
                          [](const Done&) -> std::string_view { return "done"; },
                          [](const Drain&) -> std::string_view { return "drain"; },
                          [](const Bye&) -> std::string_view { return "bye"; },
                          [](const ErrorFrame&) -> std::string_view { return "error"; },
                          [](const Unknown& unknown) -> std::string_view { return unknown.t; },
                      },
                      frame);
}

std::string encode(const Frame& frame)
{
    if (const auto* event = std::get_if<EventFrame>(&frame))
        return encode_event(event->seq, event->attempt, event->event);
    std::string out;
    {
        Members members{out};
        members.type(type_of(frame));
        std::visit(
            [&members](const auto& value) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, EventFrame>) members(value);
            },
            frame);
    }
    return out;
}

} // namespace mizo::relay
