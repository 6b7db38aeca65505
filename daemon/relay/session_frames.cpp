#include "daemon/relay/session_machine.hpp"
#include "daemon/relay/token.hpp"

// What the cloud says.
namespace mizo::relay {

namespace {

constexpr std::size_t text_bytes = 200;
// Answers that may wait to be sent, beside a window of events: what comes later is behind so much at most.
constexpr std::int64_t answers_unsent_max = 16 * 1024 * 1024;

bool may_come_before_welcome(const Frame& frame)
{
    return std::holds_alternative<Welcome>(frame) || std::holds_alternative<ErrorFrame>(frame) ||
           std::holds_alternative<Bye>(frame) || std::holds_alternative<Ping>(frame) ||
           std::holds_alternative<Pong>(frame);
}

// What an error answer is about: the request where there is one, else the type.
std::string subject_of(const Frame& frame)
{
    return std::visit(
        [&frame](const auto& value) {
            if constexpr (requires { value.rid; })
                if (!value.rid.empty()) return value.rid;
            return std::string{type_of(frame)};
        },
        frame);
}

} // namespace

void Session::Machine::frame(Connection& link, Frame frame, std::string_view text)
{
    if (!link.is_live() && !may_come_before_welcome(frame))
        return protocol_error(link.id(), std::string{type_of(frame)} + " before welcome", text);
    if (dialogue_.serves(frame)) return hand_on(link, std::move(frame));
    std::visit([&](const auto& value) { read(link, value); }, frame);
}

void Session::Machine::hand_on(Connection& link, Frame frame)
{
    if (dialogue_.take(frame) == Dialogue::Verdict::hand_on) {
        actions_.push_back(Hand{std::move(frame)});
        return;
    }
    send(link, Dialogue::failure(frame, "rate_limited",
                                 std::to_string(Dialogue::unanswered_max) +
                                     " requests and commands wait for their answers already."));
}

std::int64_t Session::Machine::unsent_max() const
{
    return flow_.window().bytes + answers_unsent_max;
}

void Session::Machine::handle(Outgoing& event)
{
    if (!is_live() || !dialogue_.settle(event.frame)) return;
    auto text = encode(event.frame);
    std::string_view code;
    std::string why;
    if (text.size() > current_->max_message()) {
        code = "too_large";
        why = std::to_string(text.size()) + " bytes, but the cloud takes " +
              std::to_string(current_->max_message()) + ".";
    } else if (event.unsent + static_cast<std::int64_t>(text.size()) > unsent_max()) {
        code = "rate_limited";
        why = "More answers wait to be sent than the relay keeps.";
    }
    if (code.empty()) {
        actions_.push_back(Send{current_->id(), std::move(text)});
        return;
    }
    log(base::Level::warning, "an answer could not be sent",
        {{"frame", std::string{type_of(event.frame)}}, {"code", std::string{code}}, {"why", why}});
    auto failure = Dialogue::failure(event.frame, code, std::move(why));
    // Who pressed a button of the tab waits for an answer here, not in the cloud.
    if (std::holds_alternative<TabAction>(event.frame))
        actions_.push_back(Hand{std::move(failure)});
    else
        send(*current_, failure);
}

void Session::Machine::read(Connection& link, const Welcome& frame)
{
    if (!link.is_live()) return go_live(link, frame);
    if (!link.is_batches()) return protocol_error(link.id(), "a second welcome", encode(frame));
    judge(link, flow_.welcomed_again(frame, now_, actions_), frame);
}

void Session::Machine::read(Connection& link, const Bye& frame)
{
    link.said_bye(frame, now_);
    if (!link.is_batches()) return;
    // No close frame follows in a batch.
    actions_.push_back(Close{link.id(), close_code::normal, "bye was said"});
    ended_by_cloud(link, close_code::no_status, {});
}

void Session::Machine::read(Connection& link, const Ack& frame)
{
    judge(link, flow_.ack(frame, now_, actions_), frame);
}

void Session::Machine::read(Connection& link, const Nack& frame)
{
    log(base::Level::warning,
        frame.final ? "the cloud refused an event for good" : "the cloud refused an event",
        {{"seq", std::to_string(frame.seq)},
         {"code", frame.code},
         {"text", frame.text.substr(0, text_bytes)}});
    judge(link, flow_.nack(frame, now_, actions_), frame);
}

void Session::Machine::read(Connection& link, const Rewind& frame)
{
    log(base::Level::info, "the cloud asks for events again",
        {{"from_seq", std::to_string(frame.from_seq)}, {"reason", frame.reason.substr(0, text_bytes)}});
    judge(link, flow_.rewind(frame, actions_), frame);
}

void Session::Machine::judge(Connection& link, const Flow::Problem& problem, const Frame& frame)
{
    if (problem) protocol_error(link.id(), *problem, encode(frame));
}

void Session::Machine::read(Connection& link, const Ping& frame)
{
    if (!link.may_answer(now_)) return protocol_error(link.id(), "too many pings", encode(frame));
    send(link, Pong{frame.n, now_.wall});
}

void Session::Machine::unsupported(Connection& link, const Frame& frame)
{
    if (!link.may_answer(now_))
        return protocol_error(link.id(), "too many unsupported frames", type_of(frame));
    send(link, ErrorFrame{"unsupported", "This relay does not serve \"" + std::string{type_of(frame)} + "\".",
                          subject_of(frame)});
}

void Session::Machine::read(Connection&, const ErrorFrame& frame)
{
    log(base::Level::warning, "the cloud reports an error",
        {{"code", frame.code}, {"text", frame.text.substr(0, text_bytes)}, {"re", frame.re}});
}

void Session::Machine::read(Connection&, const Drain& frame)
{
    if (draining_) return;
    log(base::Level::info, "the cloud drains this link", {{"reason", frame.reason.substr(0, text_bytes)}});
    draining_ = true;
    if (!frame.url.empty()) {
        if (const auto allowed = check_link_url(frame.url))
            drain_url_ = frame.url;
        else
            log(base::Level::warning, "the cloud named a url that is not allowed",
                {{"why", allowed.error().text()}});
    }
    schedule_at_once();
}

void Session::Machine::go_live(Connection& link, const Welcome& welcome)
{
    link.welcomed(welcome, now_);
    const bool link_was_batches = link.is_batches();
    Flow::LiveLink live{link.id(), "urn:mizo:relay:" + identity_->relay_id};
    if (flow_.open(std::move(live), welcome, now_, actions_) == Flow::Opening::needs_new_epoch)
        return start_new_epoch();

    log(base::Level::info, "link live",
        {{"session", welcome.session},
         {"acked", std::to_string(flow_.stream().acked)},
         {"next_seq", std::to_string(flow_.stream().next_seq)}});
    if (successor_ && successor_->id() == link.id()) {
        send(*current_, Bye{close_code::normal, "drained", {}});
        actions_.push_back(Close{current_->id(), close_code::normal, "drained"});
        remember_hello(*current_);
        current_ = std::move(successor_);
        successor_.reset();
    }
    if (!link_was_batches) choice_.websocket_is_live(now_);
    draining_ = false;
    attempt_ = 0;
    live_since_ = now_.steady;
    // In a batch the link is open for waiting requests once one has gone that knows its session.
    if (link_was_batches) send(*current_, current_->ping(now_));
    down_since_.reset();
    told_.reset();
    clear_all_but_reset();
}

void Session::Machine::start_new_epoch()
{
    let_go_of_all(close_code::normal, "a new epoch begins");
    clear_all_but_reset();
    alert("link.stream_reset",
          "The relay's database is older than what the cloud already has, as after restoring a "
          "backup. The relay goes on with a new stream.");
    log(base::Level::warning, "the cloud has more of this stream than the relay: a new epoch begins", {});
    flow_.new_epoch(actions_);
    waiting_for_ = Retry::at_once;
    not_before_ = now_.steady;
    schedule_at_once();
}

} // namespace mizo::relay
