#include "certs/encoding.hpp"
#include "daemon/relay/wire.hpp"
#include "daemon/relay/wire_writer.hpp"

namespace mizo::relay {

namespace {

// What the members of an event take beside its data, a little more than ever seen: one allocation is enough.
constexpr std::size_t envelope_bytes = 1536;

void write_event(std::string& out, const OutgoingEvent& event)
{
    ObjectWriter members{out};
    members.text("specversion", "1.0");
    members.text("id", event.id);
    members.text("source", event.source);
    members.text("type", event.type);
    members.text_if_any("subject", event.subject);
    members.time("time", event.time);
    members.text("datacontenttype", "application/json");
    members.begin("data_base64");
    out += '"';
    out += certs::base64(event.data);
    out += '"';
    members.time("receivedat", event.received_at);
    members.text_if_any("origin", event.origin);
    if (event.batch_index) members.integer("batchindex", *event.batch_index);
    members.text("dedupkey", event.dedupkey);
    members.text_if_any("signature", event.signature);
    members.text_if_any("signaturealg", event.signature_alg);
    members.text_if_any("thumbprint", event.thumbprint);
    members.text_if_any("replayof", event.replay_of);
}

} // namespace

std::string encode_event(Seq seq, std::int64_t attempt, const OutgoingEvent& event)
{
    std::string out;
    out.reserve(envelope_bytes + event.data.size() / 3 * 4);
    {
        ObjectWriter frame{out};
        frame.text("t", "event");
        frame.integer("seq", seq);
        frame.integer("attempt", attempt);
        frame.begin("event");
        write_event(out, event);
    }
    return out;
}

} // namespace mizo::relay
