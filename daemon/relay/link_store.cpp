#include "daemon/relay/link_store.hpp"

#include "daemon/store/outgoing.hpp"

#include <stdexcept>

namespace mizo::relay {

namespace {

OutgoingEvent outgoing(const store::OutgoingEvent& event)
{
    OutgoingEvent out;
    out.id = event.id;
    out.type = "com.halopsa.ticket." + std::string{store::name_of(event.kind)};
    if (event.ticket) out.subject = "ticket/" + std::to_string(*event.ticket);
    out.time = event.occurred.value_or(event.received);
    out.data = *event.body;
    out.received_at = event.received;
    out.origin = store::name_of(event.origin);
    out.batch_index = event.batch_index;
    out.dedupkey = event.dedup_key;
    out.signature = event.signature.value_or("");
    out.signature_alg = event.signature_alg.value_or("");
    out.thumbprint = event.thumbprint.value_or("");
    out.replay_of = event.replay_of.value_or("");
    return out;
}

store::GivenUpBy given_up_by(DeadLetterBy by)
{
    return by == DeadLetterBy::cloud ? store::GivenUpBy::cloud : store::GivenUpBy::relay;
}

} // namespace

StreamPosition position_of(const store::Stream& stream)
{
    return {stream.epoch, stream.first_seq, stream.next_seq, stream.acked};
}

Loaded load(store::Database& db, const Load& wanted)
{
    Loaded loaded;
    loaded.load = wanted.load;
    loaded.first_seq = store::load_stream(db).first_seq;
    for (const auto& event : store::load_events(db, wanted.from_seq, {wanted.max_events, wanted.max_bytes})) {
        LoadedEvent& out = loaded.events.emplace_back();
        out.seq = event.seq;
        out.attempts = event.attempts;
        out.nacks = event.nacks;
        out.dead_reason = event.dead_code.value_or("");
        if (event.dead_code)
            out.state = LoadedEvent::State::dead;
        else if (event.body_state != store::BodyState::whole)
            out.state = LoadedEvent::State::damaged;
        else
            out.event = outgoing(event);
    }
    return loaded;
}

void mark(store::Database& db, const MarkAcked& mark, const std::vector<store::Send>& ended)
{
    for (const AckTime& ack : mark.acks) {
        const auto stream = store::mark_acked(db, {ack.upto, mark.session, {}}, ack.at);
        if (!stream) throw std::logic_error{"acked beyond what is stored: " + stream.error().detail()};
    }
    store::record_sends(db, ended);
}

void record_nack(store::Database& db, const RecordNack& nack, const std::string& session)
{
    store::Send send;
    send.first_seq = nack.seq;
    send.last_seq = nack.seq;
    send.sent = nack.at;
    send.ended = nack.at;
    send.session = session;
    send.outcome = store::SendOutcome::nacked;
    send.code = nack.code;
    send.text = nack.text;
    store::record_sends(db, std::span{&send, 1});
}

void record_dead_letter(store::Database& db, const DeadLetter& letter)
{
    const store::DeadLetter row{letter.seq, given_up_by(letter.by), letter.code, letter.text};
    const auto added = store::add_dead_letter(db, row, letter.at);
    if (!added) throw std::logic_error{"a dead letter for what is not stored: " + added.error().detail()};
}

} // namespace mizo::relay
