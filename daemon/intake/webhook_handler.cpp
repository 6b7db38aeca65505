#include "daemon/intake/webhook_handler.hpp"

#include "certs/digest.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace mizo::intake {

namespace {

constexpr std::size_t recording_max = 1'024;
constexpr double rejected_per_second = 20;
constexpr double rejected_burst = 100;

web::Response sealed_off(web::Response response)
{
    response.headers.add("X-Content-Type-Options", "nosniff");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("Content-Security-Policy", "default-src 'none'");
    return response;
}

bool is_json(const std::string& content_type)
{
    const auto end = content_type.find_first_of("; \t");
    return web::equals_ignoring_case(std::string_view{content_type}.substr(0, end), "application/json");
}

web::Response accepted(const store::Recorded& recorded)
{
    const std::string_view status = recorded.outcome == store::Outcome::repeated ? "repeated" : "accepted";
    std::string json = "{\"status\":\"";
    json += status;
    json += "\",\"delivery\":\"" + recorded.delivery_id + "\"";
    if (recorded.outcome == store::Outcome::accepted)
        json += ",\"events\":" + std::to_string(recorded.events.size());
    return sealed_off(web::json_response(200, json + "}"));
}

} // namespace

// A request on its way to the bounded space of the rejected ones.
struct WebhookHandler::Rejected {
    web::Request request;
    VerificationRules rules;
    std::vector<custody::KnownKey> keys;
    std::string code; // empty: to be found out
    bool learning = false;
    Explanation explanation;
    Lesson lesson;
};

WebhookHandler::WebhookHandler(Parts parts)
    : parts_{std::move(parts)},
      path_{"/webhooks/halopsa/" + parts_.token},
      rejected_rate_{rejected_per_second, rejected_burst}
{
    take_settings(*parts_.settings.current());
    parts_.settings.subscribe([this](const config::Settings& settings) { take_settings(settings); });
}

void WebhookHandler::take_settings(const config::Settings& settings)
{
    using config::Key;
    rules_.body_max = static_cast<std::size_t>(settings.integer(Key::webhook_max_body));
    rules_.store_bytes_max = settings.integer(Key::store_max_bytes);
    rules_.age_max = settings.duration(Key::webhook_max_age);
}

net::Admission WebhookHandler::admit(const web::RequestHead& head)
{
    net::Admission admission;
    const auto turn_away = [&](web::Response response) {
        ++parts_.counters.refused[response.status];
        admission.refusal = sealed_off(std::move(response));
        return admission;
    };
    // The token is as good as a password: the comparison must not tell how much of it was right.
    if (!certs::equal_in_constant_time(head.path, path_)) return turn_away(web::empty_response(404));
    if (head.method != "POST") {
        web::Response response = web::empty_response(405);
        response.headers.add("Allow", "POST");
        return turn_away(std::move(response));
    }
    const std::string* type = head.headers.find("Content-Type");
    const std::string* coding = head.headers.find("Content-Encoding");
    const bool coded = coding && !web::equals_ignoring_case(*coding, "identity");
    if (!type || !is_json(*type) || coded) return turn_away(web::empty_response(415));

    parts_.counters.last_request = parts_.clock.wall();
    if (const auto problem = not_ready()) {
        admission.refusal = busy(problem->code());
        return admission;
    }
    admission.body_max = rules_.body_max;
    return admission;
}

web::Response WebhookHandler::refuse(int status, std::string_view what)
{
    ++parts_.counters.refused[status];
    parts_.logger.debug("request refused", {{"status", std::to_string(status)}, {"why", std::string{what}}});
    return web::empty_response(status);
}

std::optional<base::Error> WebhookHandler::not_ready() const
{
    using base::Errc;
    using base::Error;
    const store::Health health = parts_.writer.health();
    if (!health.ok) return Error{Errc::unavailable, "store." + health.code, health.text};
    if (parts_.writer.stored_bytes() >= rules_.store_bytes_max)
        return Error{
            Errc::unavailable, "store.over_limit",
            "The store has reached store.max_bytes with events that Mizo does not have yet. They are "
            "kept; new webhooks are refused until Mizo takes some, or the limit is raised."};
    if (recording_ >= recording_max)
        return Error{Errc::unavailable, "store.busy", "More webhooks come at once than the disk can take."};
    return {};
}

asio::awaitable<web::Response> WebhookHandler::handle(web::Request request)
{
    const base::WallTime received = request.received;
    auto expectation = parts_.writer.expect();
    auto proof = parts_.recorder.verify(request);
    if (!proof) co_return reject(std::move(request), {});

    if (proof->signer) parts_.certificates.on_signature_seen(proof->signer->id);
    store::NewDelivery delivery = parts_.recorder.verified(request, std::move(*proof));
    if (too_old(delivery, received)) {
        request.body = std::move(delivery.body);
        co_return reject(std::move(request), "too_old");
    }
    expectation = {}; // it is submitted in the next step, before anything else can run
    co_return co_await record(std::move(delivery), received);
}

bool WebhookHandler::too_old(const store::NewDelivery& delivery, base::WallTime now) const
{
    if (rules_.age_max.count() == 0) return false;
    return std::any_of(delivery.occurrences.begin(), delivery.occurrences.end(),
                       [&](const store::Occurrence& each) {
                           return each.occurred && now - *each.occurred > rules_.age_max;
                       });
}

asio::awaitable<web::Response> WebhookHandler::record(store::NewDelivery delivery, base::WallTime received)
{
    const std::string id = delivery.id;
    ++recording_;
    store::Recorded recorded;
    std::string failure;
    try {
        recorded = co_await parts_.recorder.record(std::move(delivery), received);
    } catch (const std::exception& error) {
        failure = error.what();
    }
    --recording_;
    if (!failure.empty()) {
        parts_.logger.error("webhook not stored, answered 503", {{"delivery", id}, {"why", failure}});
        co_return busy(failure);
    }

    Counters& counters = parts_.counters;
    counters.last_accepted = received;
    counters.rejected_in_a_row = 0;
    ++(recorded.outcome == store::Outcome::repeated ? counters.repeated : counters.accepted);
    counters.events += recorded.events.size();
    if (parts_.logger.wants(base::Level::debug))
        parts_.logger.debug("webhook stored",
                            {{"delivery", id}, {"events", std::to_string(recorded.events.size())}});
    co_return accepted(recorded);
}

web::Response WebhookHandler::reject(web::Request request, std::string_view code)
{
    Counters& counters = parts_.counters;
    ++counters.rejected;
    ++counters.rejected_in_a_row;
    counters.last_rejected = request.received;
    web::Response response = sealed_off(web::empty_response(401));
    // A flood of forged requests costs neither disk nor time: beyond this rate they are only counted.
    if (!rejected_rate_.take(parts_.clock.steady())) return response;

    auto rejected = std::make_shared<Rejected>();
    rejected->request = std::move(request);
    rejected->rules = parts_.recorder.rules();
    rejected->keys = parts_.certificates.keys();
    rejected->code = code;
    rejected->learning = parts_.learner.waiting(rejected->request.received);
    // The answer does not wait: it says the same whatever is found, and whether it can be kept or not.
    asio::post(parts_.worker, [this, rejected] {
        rejected->explanation = explain(rejected->rules, rejected->keys, rejected->request, rejected->code);
        if (rejected->learning) rejected->lesson = learn(rejected->request, rejected->keys);
        asio::post(parts_.loop, [this, rejected] { keep_rejected(*rejected); });
    });
    return response;
}

void WebhookHandler::keep_rejected(const Rejected& rejected)
{
    web::Request request = rejected.request;
    const base::WallTime received = request.received;
    store::NewDelivery delivery = parts_.recorder.delivery_of(request);
    delivery.status = 401;
    delivery.verification = rejected.explanation.json;
    const std::string id = delivery.id;
    parts_.logger.warning(
        "webhook rejected",
        {{"delivery", id}, {"remote", delivery.remote}, {"why", rejected.explanation.code}});
    if (rejected.learning) parts_.learner.observe(rejected.lesson, id, received);
    auto work = [delivery = std::move(delivery), code = rejected.explanation.code,
                 received](store::Database& db) { store::record_rejected(db, delivery, code, received); };
    auto done = [this, id](std::exception_ptr failure) {
        if (!failure) asio::post(parts_.loop, [this, id] { parts_.recorder.announce(id); });
    };
    store::JobTraits traits;
    traits.grows = true;
    traits.patient = true;
    if (!parts_.writer.submit(std::move(work), std::move(done), traits))
        parts_.logger.debug("a rejected webhook could not be kept", {{"delivery", id}});
}

web::Response WebhookHandler::busy(std::string_view why)
{
    ++parts_.counters.not_stored;
    parts_.logger.debug("webhook refused for now", {{"why", std::string{why}}});
    web::Response response = sealed_off(web::empty_response(503));
    response.headers.add("Retry-After", "60");
    return response;
}

} // namespace mizo::intake
