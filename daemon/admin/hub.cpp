#include "daemon/admin/hub.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace mizo::admin {

namespace {

constexpr std::array<std::pair<Topic, std::string_view>, 8> topic_names{{{Topic::delivery, "delivery"},
                                                                         {Topic::event, "event"},
                                                                         {Topic::status, "status"},
                                                                         {Topic::halo, "halo"},
                                                                         {Topic::test_ticket, "test_ticket"},
                                                                         {Topic::agent, "agent"},
                                                                         {Topic::log, "log"},
                                                                         {Topic::checks, "checks"}}};

using Text = std::shared_ptr<const std::string>;

} // namespace

std::string_view name_of(Topic topic)
{
    for (const auto& [value, name] : topic_names)
        if (value == topic) return name;
    return "";
}

std::optional<Topic> topic_from(std::string_view name)
{
    for (const auto& [value, text] : topic_names)
        if (text == name) return value;
    return {};
}

// One open stream. The connection owns it; the hub sees it as long as it lives.
class Hub::Listener final : public web::BodySource {
public:
    Listener(Interest interest, base::SteadyTime now) : interest_{std::move(interest)}, last_sent_{now} {}

    const Interest& interest() const { return interest_; }
    bool wants(Topic topic, base::Level level) const
    {
        const auto& topics = interest_.topics;
        if (topic == Topic::log && level < interest_.log_level) return false;
        return std::find(topics.begin(), topics.end(), topic) != topics.end();
    }

    void push(Text text, base::SteadyTime now)
    {
        if (closed_) return;
        last_sent_ = now;
        unread_bytes_ += text->size();
        unread_.push_back(std::move(text));
        if (unread_.size() > unread_max || unread_bytes_ > unread_bytes_max) {
            unread_.clear();
            closed_ = true;
        }
        hand_over();
    }

    void close()
    {
        closed_ = true;
        hand_over();
    }
    bool closed() const { return closed_; }
    bool silent_since(base::SteadyTime limit) const { return last_sent_ <= limit; }

    void next(Deliver deliver) override
    {
        waiting_ = std::move(deliver);
        hand_over();
    }

private:
    void hand_over()
    {
        if (!waiting_ || (unread_.empty() && !closed_)) return;
        std::optional<std::string> piece;
        if (!unread_.empty()) {
            piece.emplace();
            for (const Text& text : unread_) *piece += *text;
            unread_.clear();
            unread_bytes_ = 0;
        }
        // Taken first: the receiver may ask for the next piece at once.
        Deliver deliver = std::exchange(waiting_, nullptr);
        deliver(std::move(piece));
    }

    Interest interest_;
    base::SteadyTime last_sent_;
    std::deque<Text> unread_;
    std::size_t unread_bytes_ = 0;
    Deliver waiting_;
    bool closed_ = false;
};

Hub::Hub(const base::Clock& clock) : clock_{clock}, start_{std::to_string(base::to_ms(clock.wall()))} {}

Hub::~Hub() = default;

std::string Hub::json_text(const json::value& value)
{
    return json::serialize(value); // one line: JSON has no line breaks outside its escapes
}

std::string Hub::frame(std::string_view event, const std::string& data)
{
    return "event: " + std::string{event} + "\nid: " + start_ + "-" + std::to_string(number_) +
           "\ndata: " + data + "\n\n";
}

std::vector<std::shared_ptr<Hub::Listener>> Hub::living()
{
    std::vector<std::shared_ptr<Listener>> alive;
    std::erase_if(listeners_, [&](const std::weak_ptr<Listener>& each) {
        auto listener = each.lock();
        if (!listener || listener->closed()) return true;
        alive.push_back(std::move(listener));
        return false;
    });
    return alive;
}

std::shared_ptr<web::BodySource> Hub::listen(Interest interest,
                                             const std::vector<std::pair<Topic, std::string>>& first)
{
    auto listener = std::make_shared<Listener>(std::move(interest), clock_.steady());
    const auto push = [&](std::string text) {
        listener->push(std::make_shared<const std::string>(std::move(text)), clock_.steady());
    };
    push("retry: 2000\n\n");
    for (const auto& [topic, data] : first)
        if (listener->wants(topic, base::Level::error)) push(frame(name_of(topic), data));
    if (!listener->interest().last_event_id.empty()) catch_up(*listener);
    if (closed_) {
        listener->close();
        return listener;
    }
    const auto alive = living();
    if (alive.size() >= listeners_max) alive.front()->close();
    listeners_.push_back(listener);
    return listener;
}

void Hub::catch_up(Listener& listener)
{
    const std::string& id = listener.interest().last_event_id;
    std::uint64_t seen = 0;
    const auto dash = id.find('-');
    bool known = dash != std::string::npos && id.substr(0, dash) == start_;
    if (known) {
        const char* end = id.data() + id.size();
        const auto [stop, failure] = std::from_chars(id.data() + dash + 1, end, seen);
        known = failure == std::errc{} && stop == end && seen >= forgotten_ && seen <= number_;
    }
    const base::SteadyTime now = clock_.steady();
    if (!known) {
        listener.push(std::make_shared<const std::string>(frame("reset", "{}")), now);
        return;
    }
    for (const Kept& kept : kept_)
        if (kept.number > seen && listener.wants(kept.topic, kept.level)) listener.push(kept.text, now);
}

void Hub::send(Topic topic, const std::string& data, base::Level level)
{
    if (closed_) return;
    ++number_;
    auto text = std::make_shared<const std::string>(frame(name_of(topic), data));
    // A page that comes back gets the present status first; earlier ones are of no use to it.
    if (topic != Topic::status && topic != Topic::checks) {
        kept_bytes_ += text->size();
        kept_.push_back(Kept{number_, topic, level, text});
    }
    while (kept_.size() > kept_max || kept_bytes_ > kept_bytes_max) {
        kept_bytes_ -= kept_.front().text->size();
        forgotten_ = kept_.front().number;
        kept_.pop_front();
    }
    for (const auto& listener : living())
        if (listener->wants(topic, level)) listener->push(text, clock_.steady());
}

void Hub::publish_log(base::Level level, const json::value& line)
{
    send(Topic::log, json_text(line), level);
}

void Hub::publish_reset()
{
    ++number_;
    forgotten_ = number_ - 1;
    kept_.clear();
    kept_bytes_ = 0;
    const auto text = std::make_shared<const std::string>(frame("reset", "{}"));
    for (const auto& listener : living()) listener->push(text, clock_.steady());
}

bool Hub::wanted(Topic topic)
{
    const auto alive = living();
    return std::any_of(alive.begin(), alive.end(),
                       [&](const auto& listener) { return listener->wants(topic, base::Level::error); });
}

std::vector<certs::Bytes> Hub::sessions()
{
    std::vector<certs::Bytes> all;
    for (const auto& listener : living()) {
        const certs::Bytes& session = listener->interest().session;
        if (!session.empty() && std::find(all.begin(), all.end(), session) == all.end())
            all.push_back(session);
    }
    return all;
}

void Hub::end_session(const certs::Bytes& id_hash)
{
    for (const auto& listener : living())
        if (listener->interest().session == id_hash) listener->close();
}

void Hub::tick()
{
    const base::SteadyTime now = clock_.steady();
    const auto comment = std::make_shared<const std::string>(":\n\n");
    for (const auto& listener : living())
        if (listener->silent_since(now - heartbeat)) listener->push(comment, now);
}

void Hub::close()
{
    closed_ = true;
    for (const auto& listener : living()) listener->close();
}

} // namespace mizo::admin
