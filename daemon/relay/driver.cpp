#include "daemon/relay/driver.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/net/task_report.hpp"
#include "daemon/relay/batch.hpp"
#include "daemon/relay/batch_channel.hpp"
#include "daemon/relay/link_store.hpp"
#include "daemon/relay/session_dialogue.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mizo::relay {

namespace {

using boost::system::error_code;

// Frames from the cloud that may wait to be looked at; beyond them the socket is not read.
constexpr std::size_t mailbox_max = 1'024;
constexpr std::size_t mailbox_bytes_max = 16 * 1024 * 1024;
constexpr std::chrono::milliseconds persist_again_after{1'000};

template <class... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

DialStage stage_of(net::DialStage stage)
{
    switch (stage) {
    case net::DialStage::resolve: return DialStage::resolve;
    case net::DialStage::connect: return DialStage::connect;
    case net::DialStage::proxy: return DialStage::proxy;
    case net::DialStage::tls: return DialStage::tls;
    case net::DialStage::upgrade: break;
    }
    return DialStage::upgrade;
}

DialFailed dial_failed(LinkId link, const base::Error& error, const net::Trace& trace)
{
    DialFailed failed;
    failed.link = link;
    if (const net::DialStep* step = trace.failed()) failed.stage = stage_of(step->stage);
    failed.http_status = trace.http_status;
    failed.retry_after = trace.retry_after;
    failed.date = trace.date;
    failed.is_page = trace.is_page;
    failed.code = error.code();
    failed.text = error.text();
    return failed;
}

} // namespace

Link::Driver::Driver(Parts parts, Settings session_settings, LinkSettings settings)
    : parts_{std::move(parts)},
      session_settings_{std::move(session_settings)},
      settings_{std::move(settings)},
      logger_{parts_.log, "link"},
      session_{session_settings_, now()},
      mail_{parts_.executor},
      room_{parts_.executor},
      tick_timer_{parts_.executor},
      tasks_{parts_.executor, net::report_to(logger_)}
{
    for (auto* timer : {&mail_, &room_, &tick_timer_})
        timer->expires_at(asio::steady_timer::time_point::max());
}

asio::awaitable<void> Link::Driver::start()
{
    auto work = [](store::Database& db) { return position_of(store::load_stream(db)); };
    Start start;
    start.stream = co_await net::on_readers(parts_.readers, std::move(work));
    if (parts_.identity.enrolled())
        start.identity = Identity{parts_.identity.relay_id(), parts_.identity.connect_url()};
    if (inbox_) post(Serves{inbox_->serves()});
    post(std::move(start));
    tasks_.spawn("run", run());
    tasks_.spawn("tick", tick());
}

asio::awaitable<void> Link::Driver::stop()
{
    if (tasks_.size() == 0) co_return; // it never began: nothing would take the Stop
    post(Stop{});
    while (!ended_) {
        error_code ignored;
        asio::steady_timer pause{parts_.executor, std::chrono::milliseconds{10}};
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    // Closing channels say goodbye for at most two seconds; each ends its own task.
    for (auto& [link, wire] : wires_) wire->abort->fire();
    tick_timer_.cancel();
    co_await tasks_.join();
}

void Link::Driver::post(Event event)
{
    mailbox_.push_back(std::move(event));
    mail_.cancel();
}

void Link::Driver::stored(Seq next_seq)
{
    // Rings as often as webhooks come: one note of the newest is enough.
    const bool told = doorbell_ != 0;
    doorbell_ = std::max(doorbell_, next_seq);
    if (!told) mail_.cancel();
}

asio::awaitable<void> Link::Driver::run()
{
    while (!ended_) {
        while (mailbox_.empty() && doorbell_ == 0) {
            error_code ignored;
            co_await mail_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
        if (mailbox_.empty()) {
            Event stored = Stored{std::exchange(doorbell_, 0)};
            co_await turn(std::move(stored));
            continue;
        }
        Event event = next_event();
        co_await turn(std::move(event));
    }
    room_.cancel();
}

Event Link::Driver::next_event()
{
    Event event = std::move(mailbox_.front());
    mailbox_.pop_front();
    if (auto* received = std::get_if<Received>(&event)) {
        mailbox_bytes_ -= received->text.size();
        received->unsent = unsent();
    }
    if (auto* outgoing = std::get_if<Outgoing>(&event)) outgoing->unsent = unsent();
    if (!is_mailbox_full()) room_.cancel();
    return event;
}

bool Link::Driver::is_mailbox_full() const
{
    return mailbox_.size() >= mailbox_max || mailbox_bytes_ >= mailbox_bytes_max;
}

std::int64_t Link::Driver::unsent() const
{
    std::size_t bytes = 0;
    for (const auto& [link, wire] : wires_)
        if (wire->channel) bytes += wire->channel->queued_bytes();
    return static_cast<std::int64_t>(bytes);
}

bool Link::Driver::send(Frame frame)
{
    if (!session_.is_live()) return false;
    post(Outgoing{std::move(frame)});
    return true;
}

asio::awaitable<void> Link::Driver::turn(Event event)
{
    std::vector<Action> actions = session_.on(std::move(event), now());
    for (Action& action : actions) co_await perform(std::move(action));
    arm_timer();
    ended_ = session_.view(now()).state == LinkState::ended;
}

void Link::Driver::arm_timer()
{
    const auto wake = session_.wake();
    tick_timer_.expires_at(wake.value_or(asio::steady_timer::time_point::max()));
}

asio::awaitable<void> Link::Driver::tick()
{
    while (!ended_) {
        error_code moved;
        co_await tick_timer_.async_wait(asio::redirect_error(asio::use_awaitable, moved));
        if (moved || ended_) continue; // moved: wait for the new time
        tick_timer_.expires_at(asio::steady_timer::time_point::max());
        post(Tick{});
    }
}

asio::awaitable<void> Link::Driver::perform(Action action)
{
    if (auto* send = std::get_if<Send>(&action)) {
        perform_send(*send);
        co_return;
    }
    if (auto* letter = std::get_if<DeadLetter>(&action)) {
        auto work = [letter = *letter](store::Database& db) { record_dead_letter(db, letter); };
        co_return co_await persist("dead letter", std::move(work));
    }
    if (auto* nack = std::get_if<RecordNack>(&action)) {
        const std::string session = session_.view(now()).session;
        auto work = [nack = *nack, session](store::Database& db) { record_nack(db, nack, session); };
        co_return co_await persist("nack", std::move(work));
    }
    if (auto* go_back = std::get_if<GoBack>(&action)) co_return co_await perform_go_back(*go_back);
    if (std::holds_alternative<NewEpoch>(action)) co_return co_await perform_new_epoch();
    std::visit(Overloaded{[this](const Dial& dial) { perform_dial(dial); },
                          [this](const Close& close) { perform_close(close); },
                          [this](const Load& wanted) { perform_load(wanted); },
                          [this](MarkAcked& mark) { perform_mark(std::move(mark)); },
                          [this](Hand& hand) { perform_hand(hand); },
                          [this](const Live& live) { perform_live(live); },
                          [this](const Alert& alert) { raise(alert); },
                          [this](const Clear& clear) { alerts_.erase(clear.code); },
                          [this](const LogEntry& entry) { write_log(entry); }, [](const auto&) {}},
               action);
}

void Link::Driver::perform_dial(const Dial& dial)
{
    auto wire = std::make_shared<Wire>();
    wires_[dial.link] = wire;
    tasks_.spawn("link " + std::to_string(dial.link), connect(dial, std::move(wire)));
}

void Link::Driver::perform_send(Send& send)
{
    const auto wire = wires_.find(send.link);
    if (wire != wires_.end() && wire->second->channel) wire->second->channel->send(std::move(send.text));
}

void Link::Driver::perform_close(const Close& close)
{
    const auto wire = wires_.find(close.link);
    if (wire == wires_.end()) return;
    if (wire->second->channel)
        wire->second->channel->close(close.code, close.reason);
    else
        wire->second->abort->fire();
}

void Link::Driver::perform_load(const Load& wanted)
{
    auto loaded = std::make_shared<Loaded>();
    auto work = [loaded, wanted](store::Database& db) { *loaded = load(db, wanted); };
    auto done = [this, loaded, wanted, executor = parts_.executor](std::exception_ptr failure) {
        asio::post(executor, [this, loaded, wanted, failure] {
            if (ended_) return;
            if (!failure) {
                sent_.note(*loaded);
                latencies_.loaded(*loaded);
                return post(std::move(*loaded));
            }
            // The store's own alarm says why; the link asks again.
            logger_.debug("events could not be read, trying again");
            auto again = std::make_shared<asio::steady_timer>(parts_.executor, persist_again_after);
            again->async_wait([this, again, wanted](error_code ended) {
                if (!ended && !ended_) perform_load(wanted);
            });
        });
    };
    const auto submitted = parts_.readers.submit(std::move(work), done);
    if (!submitted) done(std::make_exception_ptr(net::StoreRefused{submitted.error()}));
}

void Link::Driver::perform_mark(MarkAcked marked)
{
    sent_.add(marked);
    latencies_.acked(marked.acks);
    std::vector<store::Send> ended;
    for (const AckTime& ack : marked.acks)
        for (store::Send& send : sent_.acked(ack.upto, ack.at)) ended.push_back(std::move(send));
    auto work = [marked, ended = std::move(ended)](store::Database& db) { mark(db, marked, ended); };
    auto done = [this, upto = marked.upto, executor = parts_.executor](std::exception_ptr failure) {
        asio::post(executor, [this, upto, failure] {
            // A mark that is lost costs a duplicate, and the next one holds it too.
            if (failure) logger_.warning("acks could not be recorded yet", {{"upto", std::to_string(upto)}});
        });
    };
    store::JobTraits traits;
    traits.patient = true;
    if (!parts_.writer.submit(std::move(work), done, traits))
        logger_.warning("acks could not be recorded yet", {{"upto", std::to_string(marked.upto)}});
}

void Link::Driver::perform_hand(Hand& hand)
{
    if (!inbox_) return;
    // What serves a frame may fail; the stream of events goes on, and the cloud hears of it.
    auto failure =
        Dialogue::failure(hand.frame, "upstream_down", "The relay could not serve this; its log says why.");
    try {
        std::visit(Overloaded{[this](Request& frame) { inbox_->on(std::move(frame)); },
                              [this](Cancel& frame) { inbox_->on(std::move(frame)); },
                              [this](Insight& frame) { inbox_->on(std::move(frame)); },
                              [this](Command& frame) { inbox_->on(std::move(frame)); },
                              [this](Done& frame) { inbox_->on(std::move(frame)); }, [](const auto&) {}},
                   hand.frame);
    } catch (const std::exception& error) {
        logger_.error("a frame of the cloud's could not be served",
                      {{"frame", std::string{type_of(hand.frame)}}, {"why", error.what()}});
        post(Outgoing{std::move(failure)});
    }
}

void Link::Driver::perform_live(const Live& live)
{
    if (!inbox_) return;
    try {
        inbox_->on_live(live.live);
    } catch (const std::exception& error) {
        logger_.error("what the link serves could not be told of it", {{"why", error.what()}});
    }
}

asio::awaitable<void> Link::Driver::perform_go_back(GoBack go_back)
{
    auto moved = std::make_shared<StreamMoved>();
    auto work = [moved, go_back](store::Database& db) {
        moved->stream = position_of(store::go_back(db, go_back.durable_seq));
    };
    co_await persist("going back", std::move(work));
    if (!ended_) post(std::move(*moved));
}

asio::awaitable<void> Link::Driver::perform_new_epoch()
{
    auto moved = std::make_shared<StreamMoved>();
    const std::string epoch = base::uuid_v4(parts_.random);
    auto work = [moved, epoch](store::Database& db) {
        moved->stream = position_of(store::new_epoch(db, epoch));
    };
    co_await persist("new epoch", std::move(work));
    if (!ended_) post(std::move(*moved));
}

asio::awaitable<void> Link::Driver::persist(std::string what, std::function<void(store::Database&)> work)
{
    for (;;) {
        std::string failure;
        try {
            auto job = [work](store::Database& db) {
                work(db);
                return true;
            };
            co_await net::on_writer(parts_.writer, std::move(job));
            co_return;
        } catch (const std::exception& error) {
            failure = error.what();
        }
        logger_.error("the link waits for the store", {{"for", what}, {"why", failure}});
        const bool stopping = std::any_of(mailbox_.begin(), mailbox_.end(), [](const Event& event) {
            return std::holds_alternative<Stop>(event);
        });
        if (stopping) co_return;
        error_code ignored;
        asio::steady_timer pause{parts_.executor, persist_again_after};
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

void Link::Driver::record_lost(int code, const std::string& reason)
{
    std::vector<store::Send> lost = sent_.lost(std::to_string(code), reason, parts_.clock.wall());
    if (lost.empty()) return;
    auto work = [lost = std::move(lost)](store::Database& db) { store::record_sends(db, lost); };
    store::JobTraits traits;
    traits.patient = true;
    // What is lost here is a line of the delivery log, not an event.
    if (!parts_.writer.submit(
            std::move(work), [](std::exception_ptr) {}, traits))
        logger_.debug("lost sendings could not be recorded");
}

void Link::Driver::raise(const Alert& alert)
{
    alerts_.try_emplace(alert.code, LinkAlert{alert.code, alert.text, parts_.clock.wall()});
    logger_.warning(alert.text, {{"alert", alert.code}});
}

std::vector<LinkAlert> Link::Driver::alerts() const
{
    std::vector<LinkAlert> all;
    for (const auto& [code, alert] : alerts_) all.push_back(alert);
    return all;
}

void Link::Driver::write_log(const LogEntry& entry)
{
    switch (entry.level) {
    case base::Level::debug: return logger_.debug(entry.text, entry.fields);
    case base::Level::info: return logger_.info(entry.text, entry.fields);
    case base::Level::warning: return logger_.warning(entry.text, entry.fields);
    case base::Level::error: return logger_.error(entry.text, entry.fields);
    case base::Level::off: return;
    }
}

base::Result<net::Route> Link::Driver::route_to(const std::string& url, std::shared_ptr<net::Abort> abort)
{
    auto route = net::make_route(url, settings_);
    if (route) route->abort = std::move(abort);
    return route;
}

asio::awaitable<void> Link::Driver::connect(Dial dial, std::shared_ptr<Wire> wire)
{
    net::Trace trace;
    base::Result<std::unique_ptr<net::Channel>> opened = std::unique_ptr<net::Channel>{};
    if (dial.transport == Transport::websocket)
        opened = co_await open_websocket(dial, wire, trace);
    else
        opened = co_await open_batches_of(dial, wire, trace);
    // It may have been given up in the turn in which its last step succeeded: nobody would close it.
    if (opened && wire->abort->fired())
        opened = base::Error{base::Errc::shutting_down, "link_aborted", "The connection was given up."};
    if (!opened) {
        post(dial_failed(dial.link, opened.error(), trace));
        wires_.erase(dial.link);
        co_return;
    }
    wire->channel = std::move(*opened);
    post(Dialled{dial.link});
    co_await receive(dial.link, std::move(wire));
}

Link::Driver::Opening Link::Driver::open_websocket(const Dial& dial, std::shared_ptr<Wire> wire,
                                                   net::Trace& trace)
{
    base::Result<net::Route> route = route_to(dial.url, wire->abort);
    if (!route) co_return route.error();
    base::Result<base::Secret> bearer = parts_.identity.bearer(dial.url);
    if (!bearer) co_return bearer.error();
    net::ChannelRequest request;
    request.route = std::move(*route);
    request.bearer = std::move(*bearer);
    request.protocol = "mizo-link.v1";
    request.user_agent = "mizo-relay";
    co_return co_await net::open_channel(request, trace);
}

Link::Driver::Opening Link::Driver::open_batches_of(const Dial& dial, std::shared_ptr<Wire> wire,
                                                    net::Trace& trace)
{
    const std::string url = batch_url(dial.url);
    base::Result<net::Route> route = route_to(url, wire->abort);
    if (!route) co_return route.error();
    base::Result<net::Route> waiting_route = net::make_route(url, settings_, route->tls);
    if (!waiting_route) co_return waiting_route.error();
    BatchParts parts{std::move(*route),
                     std::move(*waiting_route),
                     [this, link = dial.link] { return session_.hello(link, now()); },
                     [this, url = dial.url] { return parts_.identity.bearer(url); },
                     tasks_,
                     {}};
    co_return co_await open_batches(std::move(parts), trace);
}

asio::awaitable<void> Link::Driver::receive(LinkId link, std::shared_ptr<Wire> wire)
{
    for (;;) {
        base::Result<std::string> text = co_await wire->channel->receive();
        if (!text) break;
        mailbox_bytes_ += text->size();
        post(Received{link, std::move(*text)});
        while (is_mailbox_full() && !ended_) {
            error_code ignored;
            co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        }
    }
    const net::ChannelEnd& end = wire->channel->end();
    record_lost(end.code, end.reason);
    post(Closed{link, end.code, end.reason});
    wires_.erase(link);
}

} // namespace mizo::relay
