#include "admin_rig.hpp"
#include "daemon/admin/hub.hpp"

#include <catch2/catch.hpp>

using namespace mizo;
using namespace mizo::admin;
using namespace mizo::admin::test;
using namespace std::chrono_literals;

namespace {

// What a connection does: asks for the next piece whenever it has sent the last.
class Reader {
public:
    explicit Reader(std::shared_ptr<web::BodySource> source) : source_{std::move(source)} { ask(); }
    // All that came so far.
    std::string text;
    bool ended = false;

    void leave() { source_.reset(); }

private:
    void ask()
    {
        source_->next([this](std::optional<std::string> piece) {
            if (!piece) {
                ended = true;
                return;
            }
            text += *piece;
            ask();
        });
    }
    std::shared_ptr<web::BodySource> source_;
};

Interest in(std::vector<Topic> topics)
{
    Interest interest;
    interest.topics = std::move(topics);
    return interest;
}

std::size_t count(const std::string& text, const std::string& piece)
{
    std::size_t found = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1)) ++found;
    return found;
}

std::string last_id(const std::string& text)
{
    const auto at = text.rfind("id: ") + 4;
    return text.substr(at, text.find('\n', at) - at);
}

} // namespace

TEST_CASE("a message reaches those who want its topic, each as event, id and one line of data",
          "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Reader deliveries{hub.listen(in({Topic::delivery}))};
    Reader logs{hub.listen(in({Topic::log}))};
    hub.publish(Topic::delivery, json::object{{"a", "line\nbreak"}});
    CHECK(deliveries.text.starts_with("retry: 2000\n\n"));
    CHECK(deliveries.text.ends_with("-1\ndata: {\"a\":\"line\\nbreak\"}\n\n"));
    CHECK(deliveries.text.find("event: delivery\n") != std::string::npos);
    CHECK(logs.text == "retry: 2000\n\n");
    hub.close();
}

TEST_CASE("log lines below the wanted level are left out", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Interest interest = in({Topic::log});
    interest.log_level = base::Level::warning;
    Reader reader{hub.listen(interest)};
    hub.publish_log(base::Level::info, json::object{});
    CHECK(count(reader.text, "event: log") == 0);
    hub.publish_log(base::Level::warning, json::object{});
    CHECK(count(reader.text, "event: log") == 1);
    hub.close();
}

TEST_CASE("who comes back gets what was missed, once", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Reader first{hub.listen(in({Topic::event}))};
    hub.publish(Topic::event, 1);
    Interest again = in({Topic::event});
    again.last_event_id = last_id(first.text);
    hub.publish(Topic::event, 2);
    hub.publish(Topic::delivery, 3);
    Reader second{hub.listen(again)};
    CHECK(count(second.text, "event: event") == 1);
    CHECK(second.text.find("data: 2\n") != std::string::npos);
    CHECK(count(second.text, "event: reset") == 0);
    hub.close();
}

TEST_CASE("who missed more than is kept, or comes from another start, is told to load anew", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Reader first{hub.listen(in({Topic::event}))};
    hub.publish(Topic::event, 0);
    const std::string id = last_id(first.text);
    const auto resets = [&](const std::string& from) {
        Interest interest = in({Topic::event});
        interest.last_event_id = from;
        Reader reader{hub.listen(interest)};
        return count(reader.text, "event: reset");
    };
    for (std::size_t i = 0; i < Hub::kept_max; ++i) hub.publish(Topic::event, 1);
    CHECK(resets(id) == 0);
    hub.publish(Topic::event, 2);
    CHECK(resets(id) == 1);
    for (const char* foreign : {"1-1", "x", "-", "99999999999999999999-1"}) CHECK(resets(foreign) == 1);
    CHECK(resets(id.substr(0, id.find('-')) + "-999999") == 1);
    hub.close();
}

TEST_CASE("a silent stream gets a comment every 15 s, a talking one none", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Reader reader{hub.listen(in({Topic::event}))};
    clock.advance(15s - 1ms);
    hub.tick();
    CHECK(count(reader.text, ":\n\n") == 0);
    clock.advance(1ms);
    hub.tick();
    hub.tick();
    CHECK(count(reader.text, ":\n\n") == 1);
    hub.close();
}

TEST_CASE("a listener that does not read is let go at its bound, and the others go on", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    auto stuck = hub.listen(in({Topic::event}));
    Reader reader{hub.listen(in({Topic::event}))};
    // The first message of every stream counts too.
    for (std::size_t i = 0; i + 1 < Hub::unread_max; ++i) hub.publish(Topic::event, 1);
    bool ended = false;
    std::string text;
    hub.publish(Topic::event, 2);
    stuck->next([&](std::optional<std::string> piece) { ended = !piece; });
    CHECK(ended);
    CHECK(count(reader.text, "event: event") == Hub::unread_max);
    hub.close();
}

TEST_CASE("a listener that reads at the bound is kept", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    auto slow = hub.listen(in({Topic::event}));
    for (std::size_t i = 0; i + 1 < Hub::unread_max; ++i) hub.publish(Topic::event, 1);
    std::string text;
    slow->next([&](std::optional<std::string> piece) { text = piece.value_or("ended"); });
    CHECK(count(text, "event: event") == Hub::unread_max - 1);
    hub.close();
}

TEST_CASE("one listener too many ends the oldest", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    std::vector<std::unique_ptr<Reader>> readers;
    for (std::size_t i = 0; i < Hub::listeners_max; ++i)
        readers.push_back(std::make_unique<Reader>(hub.listen(in({Topic::event}))));
    CHECK_FALSE(readers.front()->ended);
    Reader one_more{hub.listen(in({Topic::event}))};
    CHECK(readers.front()->ended);
    CHECK_FALSE(readers.at(1)->ended);
    hub.close();
}

TEST_CASE("streams end with their session, and all of them at the close", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Interest mine = in({Topic::event});
    mine.session = certs::Bytes{1, 2, 3};
    Reader reader{hub.listen(mine)};
    Reader other{hub.listen(in({Topic::event}))};
    CHECK(hub.sessions() == std::vector<certs::Bytes>{{1, 2, 3}});
    hub.end_session({1, 2, 3});
    CHECK(reader.ended);
    CHECK_FALSE(other.ended);
    hub.close();
    CHECK(other.ended);
    Reader late{hub.listen(in({Topic::event}))};
    CHECK(late.ended);
}

TEST_CASE("who has left is forgotten", "[admin][hub]")
{
    FakeClock clock;
    Hub hub{clock};
    Reader reader{hub.listen(in({Topic::event}))};
    CHECK(hub.wanted(Topic::event));
    reader.leave();
    CHECK_FALSE(hub.wanted(Topic::event));
    hub.close();
}
