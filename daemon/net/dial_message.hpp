#pragma once

#include "daemon/net/dial_trace.hpp"

namespace mizo::net {

// A message of the catalogue with its text filled in.
Message make_message(std::string code, Message::Args args = {});

// How a stage failed, on the way to becoming a step of the trace and an Error.
struct Fault {
    Fault(base::Errc error_kind, Message what, std::string log_detail = {})
        : kind{error_kind}, message{std::move(what)}, detail{std::move(log_detail)}
    {}
    Fault advise(Message what) &&
    {
        advice = std::move(what);
        return std::move(*this);
    }

    base::Errc kind;
    Message message;
    std::optional<Message> advice;
    std::string detail;
};

// Takes the time of one stage, and writes its step.
class StageRecorder {
public:
    StageRecorder(Trace& trace, DialStage stage);

    void done(Message message);
    base::Error failed(Fault fault);

private:
    void record(bool ok, Message message, std::optional<Message> advice);

    Trace& trace_;
    DialStage stage_;
    base::SteadyTime began_;
};

// The owner gave the connection up.
Fault given_up();

// An upgrade that was answered with something else than 101, as the trace has noted it.
Fault upgrade_refusal(const Trace& answer, const std::string& host);

// Notes what the head of an answer says: its status, Retry-After (seconds or a date), Date, Content-Type.
struct AnswerHead {
    int status = 0;
    std::string_view retry_after;
    std::string_view date;
    std::string_view content_type = {};
};
void note_answer(Trace& trace, const AnswerHead& head, base::WallTime now);

} // namespace mizo::net
