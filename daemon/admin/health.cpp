#include "daemon/admin/certificates.hpp"
#include "daemon/admin/resources.hpp"

#include <cstdio>

namespace mizo::admin {

namespace {

// Why a webhook would not be stored now; from what is in memory, so that a broken store can be told of.
std::vector<Message> not_ready_reasons(const Services& services)
{
    Facts facts;
    facts.now = services.now();
    facts.listening = services.parts.service.webhook_listening;
    const auto settings = services.parts.settings.current();
    facts.listen_address = settings->text(config::Key::webhook_listen);
    facts.listen_problem = services.parts.service.webhook_problem;
    facts.not_ready = services.parts.not_ready();
    facts.health = services.parts.writer.health();
    facts.queue.bytes = services.parts.writer.stored_bytes();
    facts.max_bytes = settings->integer(config::Key::store_max_bytes);
    std::vector<Message> reasons;
    for (Stage& stage : judge_strip(facts)) {
        const bool decides = stage.stage == "receive" || stage.stage == "store";
        if (decides && stage.ok == false) reasons.push_back(std::move(stage.what));
    }
    if (services.parts.service.stopping)
        reasons.push_back(message("receive_refusing", {{"reason", "the service is stopping"}}));
    if (reasons.empty() && facts.not_ready)
        reasons.push_back(message("receive_refusing", {{"reason", facts.not_ready->text()}}));
    return reasons;
}

json::object health_json(const std::vector<Message>& reasons)
{
    return {{"status", reasons.empty() ? "ok" : "unavailable"}, {"reasons", to_json(reasons)}};
}

// The text format of Prometheus, version 0.0.4.
class MetricsText {
public:
    void family(std::string_view name, std::string_view type, std::string_view help)
    {
        text_ += "# HELP " + std::string{name} + ' ' + std::string{help} + '\n';
        text_ += "# TYPE " + std::string{name} + ' ' + std::string{type} + '\n';
        name_ = name;
    }
    void value(double number, std::string_view labels = {})
    {
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.17g", number);
        text_ += name_;
        if (!labels.empty()) text_ += '{' + std::string{labels} + '}';
        text_ += ' ' + std::string{digits} + '\n';
    }
    template <class Number>
    void one(std::string_view name, std::string_view type, std::string_view help, Number number)
    {
        family(name, type, help);
        value(static_cast<double>(number));
    }
    std::string take() { return std::move(text_); }

private:
    std::string name_;
    std::string text_;
};

double seconds_of(base::WallTime time)
{
    return static_cast<double>(base::to_ms(time)) / 1000;
}

void tell_intake(MetricsText& out, const intake::Counters& counters)
{
    out.family("mizo_relay_webhooks_total", "counter", "Webhooks by what became of them.");
    out.value(static_cast<double>(counters.accepted), "outcome=\"accepted\"");
    out.value(static_cast<double>(counters.repeated), "outcome=\"repeated\"");
    out.value(static_cast<double>(counters.rejected), "outcome=\"rejected\"");
    out.value(static_cast<double>(counters.not_stored), "outcome=\"not_stored\"");
    out.one("mizo_relay_events_total", "counter", "New events.", counters.events);
    out.family("mizo_relay_requests_refused_total", "counter", "Requests that were no webhook, by status.");
    for (const auto& [status, count] : counters.refused)
        out.value(static_cast<double>(count), "status=\"" + std::to_string(status) + "\"");
    if (counters.last_accepted)
        out.one("mizo_relay_last_accepted_timestamp_seconds", "gauge", "When the last webhook was accepted.",
                seconds_of(*counters.last_accepted));
}

void tell_link(MetricsText& out, const relay::View& view)
{
    out.one("mizo_relay_link_up", "gauge", "1 while the link to Mizo is live.",
            view.state == relay::LinkState::live ? 1 : 0);
    out.one("mizo_relay_events_waiting", "gauge", "Events that Mizo has not acknowledged.",
            view.next_seq - 1 - view.acked);
    out.one("mizo_relay_events_in_flight", "gauge", "Events sent and not yet acknowledged.", view.in_flight);
    if (view.last_ack)
        out.one("mizo_relay_last_ack_timestamp_seconds", "gauge", "When Mizo acknowledged last.",
                seconds_of(*view.last_ack));
}

void tell_halo(MetricsText& out, const halo_api::Client& halo)
{
    out.one("mizo_relay_halo_up", "gauge", "1 while HaloPSA's API works for the relay.",
            halo.view().state == halo_api::State::ok ? 1 : 0);
    out.one("mizo_relay_halo_calls_left", "gauge", "Calls that HaloPSA's limit leaves now.",
            halo.view().calls_left);
    out.family("mizo_relay_halo_calls_total", "counter", "Calls of HaloPSA's API, by purpose and end.");
    for (const halo_api::Purpose purpose : halo_api::all_purposes) {
        const halo_api::CallCounts& counts = halo.counts().at(static_cast<std::size_t>(purpose));
        const std::string label = "purpose=\"" + std::string{name_of(purpose)} + "\",outcome=";
        out.value(static_cast<double>(counts.ok), label + "\"ok\"");
        out.value(static_cast<double>(counts.refused), label + "\"refused\"");
        out.value(static_cast<double>(counts.failed), label + "\"failed\"");
    }
}

void tell_agent(MetricsText& out, const agent::View& view)
{
    out.one("mizo_relay_agent_enabled", "gauge", "1 while Mizo may act on HaloPSA.", view.enabled ? 1 : 0);
    out.one("mizo_relay_agent_in_hand", "gauge", "Requests of Mizo's that are being done.", view.in_hand);
    out.family("mizo_relay_agent_requests_total", "counter",
               "Requests and commands of Mizo's by what became of them.");
    const agent::Counts& counts = view.counts;
    for (const auto& [outcome, count] : {std::pair{"done", counts.done},
                                         {"refused", counts.refused},
                                         {"denied", counts.denied},
                                         {"failed", counts.failed},
                                         {"cancelled", counts.cancelled}})
        out.value(static_cast<double>(count), "outcome=\"" + std::string{outcome} + "\"");
    out.one("mizo_relay_agent_repeated_total", "counter", "Of these, answered from what is kept.",
            counts.repeated);
}

void tell_reconcile(MetricsText& out, const reconcile::View& view)
{
    const reconcile::Totals& totals = view.totals;
    out.one("mizo_relay_reconcile_runs_total", "counter", "Searches for what was missed.", totals.runs);
    out.one("mizo_relay_reconcile_failed_runs_total", "counter", "Searches that HaloPSA's API cut short.",
            totals.failed_runs);
    out.family("mizo_relay_reconcile_events_total", "counter", "Events that came otherwise than by webhook.");
    out.value(static_cast<double>(totals.recovered), "way=\"delivery_log\"");
    out.value(static_cast<double>(totals.by_api), "way=\"api\"");
    out.value(static_cast<double>(totals.polled), "way=\"poll\"");
    out.one("mizo_relay_polling", "gauge", "1 while HaloPSA is asked, since it does not reach the relay.",
            view.poll.active ? 1 : 0);
}

void tell_alerts(MetricsText& out, const Services& services)
{
    out.family("mizo_relay_alerts", "gauge", "Alerts that are on, by severity.");
    out.value(static_cast<double>(services.conditions.count(true)), "severity=\"error\"");
    out.value(static_cast<double>(services.conditions.count(false)), "severity=\"warning\"");
    const alerts::Counts& told = services.parts.alerts.counts();
    out.family("mizo_relay_alert_posts_total", "counter", "Posts to alerts.webhook_url, by how they ended.");
    out.value(static_cast<double>(told.posted), "outcome=\"taken\"");
    out.value(static_cast<double>(told.post_failed), "outcome=\"failed\"");
    out.family("mizo_relay_alert_tickets_total", "counter", "Tickets for alerts, by how they ended.");
    out.value(static_cast<double>(told.tickets), "outcome=\"made\"");
    out.value(static_cast<double>(told.ticket_failed), "outcome=\"failed\"");
    out.one("mizo_relay_alerts_given_up_total", "counter", "Alerts that could not be told somewhere.",
            told.given_up);
    if (const auto total = services.parts.test_ticket.ticket().total())
        out.one("mizo_relay_test_ticket_seconds", "gauge", "How long the last test ticket took.",
                static_cast<double>(total->count()) / 1'000);
}

} // namespace

Answer get_health(Services&, Call)
{
    co_return json_answer(200, health_json(std::vector<Message>()));
}

Answer get_readiness(Services& services, Call)
{
    const auto reasons = not_ready_reasons(services);
    web::Response response = json_answer(reasons.empty() ? 200 : 503, health_json(reasons));
    if (!reasons.empty()) response.headers.add("Retry-After", "10");
    co_return response;
}

Answer get_metrics(Services& services, Call)
{
    const Parts& parts = services.parts;
    MetricsText out;
    out.family("mizo_relay_info", "gauge", "The version that runs.");
    out.value(1, "version=\"" + parts.version + "\"");
    out.one("mizo_relay_start_timestamp_seconds", "gauge", "When the service started.",
            seconds_of(parts.started));
    out.one("mizo_relay_ready", "gauge", "1 while webhooks would be stored.",
            not_ready_reasons(services).empty() ? 1 : 0);
    tell_intake(out, parts.counters);
    out.one("mizo_relay_store_healthy", "gauge", "1 while the store takes what it is given.",
            parts.writer.health().ok ? 1 : 0);
    out.one("mizo_relay_store_bytes", "gauge", "Bytes in use by the store.", parts.writer.stored_bytes());
    out.one("mizo_relay_store_commits_total", "counter", "Commits of the store.", parts.writer.commits());
    tell_link(out, parts.link.view());
    tell_agent(out, parts.agent.view());
    tell_halo(out, parts.halo);
    tell_reconcile(out, parts.reconcile.view());
    tell_alerts(out, services);
    out.family("mizo_relay_certificate_not_after_timestamp_seconds", "gauge", "When a certificate ends.");
    for (const CertificateFacts& each : certificate_facts(services))
        out.value(seconds_of(each.not_after),
                  "thumbprint=\"" + each.thumbprint + "\",state=\"" + each.state + "\"");
    web::Response response = web::text_response(200, out.take());
    response.headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}};
    co_return response;
}

} // namespace mizo::admin
