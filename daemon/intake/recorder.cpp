#include "daemon/intake/recorder.hpp"

#include "daemon/base/uuid.hpp"
#include "daemon/halo/signature_header.hpp"
#include "daemon/halo/webhook.hpp"
#include "daemon/web/json_text.hpp"

#include <algorithm>

namespace mizo::intake {

namespace {

// What is shown of the path: the token is a secret, and is not kept with each delivery.
constexpr std::string_view mask = "••••";
constexpr std::string_view masked_path = "/webhooks/halopsa/••••";

// A proxy may repeat the path in a header of its own (X-Original-URL).
std::string without_token(std::string value, std::string_view token)
{
    for (auto at = token.empty() ? std::string::npos : value.find(token); at != std::string::npos;
         at = value.find(token, at + mask.size()))
        value.replace(at, token.size(), mask);
    return value;
}

std::string headers_json(const web::Headers& headers, std::string_view token)
{
    std::string json = "[";
    for (const auto& [name, value] : headers) {
        if (json.size() > 1) json += ',';
        const bool secret = halo::is_secret_header(name);
        const std::string shown = secret ? std::string{mask} : without_token(value, token);
        json += "{\"name\":" + web::json_quoted(name);
        json += ",\"value\":" + web::json_quoted(shown);
        json += shown != value ? ",\"masked\":true}" : ",\"masked\":false}";
    }
    return json + "]";
}

store::EventKind kind_of(halo::Kind kind)
{
    switch (kind) {
    case halo::Kind::created: return store::EventKind::created;
    case halo::Kind::status_changed: return store::EventKind::status_changed;
    case halo::Kind::changed: return store::EventKind::changed;
    case halo::Kind::action_added: return store::EventKind::action_added;
    case halo::Kind::other: break;
    }
    return store::EventKind::other;
}

std::int64_t last_seq(const store::Recorded& recorded)
{
    std::int64_t last = 0;
    for (const auto& event : recorded.events) last = std::max(last, event.seq.value_or(0));
    return last;
}

} // namespace

Recorder::Recorder(Parts parts) : parts_{std::move(parts)}
{
    take_settings(*parts_.settings.current());
    parts_.settings.subscribe([this](const config::Settings& settings) { take_settings(settings); });
}

void Recorder::take_settings(const config::Settings& settings)
{
    rules_ = verification_rules(settings);
    ticket_types_ = settings.ids(config::Key::scope_ticket_types);
    parts_.certificates.set_scheme(rules_.scheme);
}

std::optional<Proof> Recorder::verify(const web::Request& request) const
{
    return intake::verify(rules_, parts_.certificates, request);
}

std::optional<std::int64_t> Recorder::own_agent() const
{
    return parts_.own_agent ? parts_.own_agent() : std::nullopt;
}

std::string Recorder::new_id(base::WallTime now) const
{
    return base::uuid_v7(now, parts_.random);
}

store::NewDelivery Recorder::delivery_of(web::Request& request) const
{
    store::NewDelivery delivery;
    delivery.id = base::uuid_v7(request.received, parts_.random);
    delivery.remote = request.head.remote;
    delivery.method = request.head.method;
    delivery.path = masked_path;
    delivery.headers = headers_json(request.head.headers, parts_.token);
    if (const std::string* type = request.head.headers.find("Content-Type")) delivery.content_type = *type;
    delivery.body = std::move(request.body);
    return delivery;
}

store::NewDelivery Recorder::verified(web::Request& request, Proof proof) const
{
    store::NewDelivery delivery = delivery_of(request);
    delivery.signature = std::move(proof.signature);
    delivery.signature_alg = std::move(proof.algorithm);
    if (proof.signer) delivery.thumbprint = proof.signer->thumbprint;
    add_occurrences(delivery, request.received);
    return delivery;
}

void Recorder::add_occurrences(store::NewDelivery& delivery, base::WallTime now) const
{
    halo::Decoded decoded = halo::decode(delivery.body);
    delivery.ticket_types = ticket_types_;
    delivery.occurrences.reserve(decoded.occurrences.size());
    const std::optional<std::int64_t> own = own_agent();
    for (auto& occurrence : decoded.occurrences) {
        store::Occurrence out;
        out.event_id = base::uuid_v7(now, parts_.random);
        out.kind = kind_of(occurrence.kind);
        out.event_text = std::move(occurrence.event_text);
        out.ticket = occurrence.ticket;
        out.ticket_type = occurrence.ticket_type;
        out.status = occurrence.status;
        out.action = occurrence.action;
        if (!occurrence.title.empty()) out.title = std::move(occurrence.title);
        out.occurred = occurrence.time;
        out.batch_index = occurrence.batch_index;
        out.dedup_key = std::move(occurrence.dedupkey);
        out.own = own && occurrence.agent == own;
        out.understood = decoded.understood;
        delivery.occurrences.push_back(std::move(out));
    }
}

asio::awaitable<store::Recorded> Recorder::record(store::NewDelivery delivery, base::WallTime received)
{
    auto work = [delivery = std::move(delivery), received](store::Database& db) {
        return store::record_delivery(db, delivery, received);
    };
    store::JobTraits traits;
    traits.grows = true;
    store::Recorded recorded = co_await net::on_writer(parts_.writer, std::move(work), traits);
    tell(recorded);
    co_return recorded;
}

void Recorder::tell(const store::Recorded& recorded)
{
    if (const auto last = last_seq(recorded); last > 0) parts_.wake(last + 1);
    parts_.announce(recorded.delivery_id);
}

} // namespace mizo::intake
