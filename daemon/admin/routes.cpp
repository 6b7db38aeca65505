#include "daemon/admin/routes.hpp"

#include "daemon/admin/resources.hpp"

#include <array>

namespace mizo::admin {

namespace {

struct Row {
    std::string_view method;
    std::string_view pattern;
    Action action;
    Access access = Access::signed_in;
};

// In the order of the contract. Of two patterns that fit, the first is taken.
constexpr std::array rows{
    Row{"POST", "/api/v1/setup", post_setup, Access::open},
    Row{"GET", "/api/v1/session", get_session, Access::open},
    Row{"POST", "/api/v1/session", post_session, Access::open},
    Row{"DELETE", "/api/v1/session", delete_session},
    Row{"POST", "/api/v1/password", post_password, Access::fresh},
    Row{"GET", "/api/v1/status", get_status},
    Row{"GET", "/api/v1/settings", get_settings},
    Row{"PATCH", "/api/v1/settings", patch_settings},
    Row{"GET", "/api/v1/certificates", get_certificates},
    Row{"POST", "/api/v1/certificates", post_certificate},
    Row{"GET", "/api/v1/certificates/{id}", get_certificate},
    Row{"GET", "/api/v1/certificates/{id}/pfx", get_pfx, Access::fresh},
    Row{"GET", "/api/v1/certificates/{id}/password", get_pfx_password, Access::fresh},
    Row{"POST", "/api/v1/certificates/{id}/retire", retire_certificate},
    Row{"POST", "/api/v1/certificates/{id}/revoke", revoke_certificate, Access::fresh},
    Row{"POST", "/api/v1/certificates/{id}/install", install_certificate, Access::fresh},
    Row{"GET", "/api/v1/checks", get_checks},
    Row{"POST", "/api/v1/checks/run", run_checks},
    Row{"POST", "/api/v1/checks/fix-all", fix_checks, Access::fresh},
    Row{"POST", "/api/v1/checks/{id}/fix", fix_check, Access::fresh},
    Row{"GET", "/api/v1/halo/ticket-types", get_ticket_types},
    Row{"GET", "/api/v1/webhook", get_webhook},
    Row{"GET", "/api/v1/deliveries", get_deliveries},
    Row{"GET", "/api/v1/deliveries/{id}", get_delivery},
    Row{"GET", "/api/v1/deliveries/{id}/body", get_delivery_body},
    Row{"GET", "/api/v1/events", get_events},
    Row{"GET", "/api/v1/events/export", export_events, Access::fresh},
    Row{"GET", "/api/v1/events/{id}", get_event},
    Row{"POST", "/api/v1/events/{id}/replay", replay_event},
    Row{"POST", "/api/v1/replays", replay_events},
    Row{"GET", "/api/v1/stream", get_stream},
    Row{"GET", "/api/v1/link", get_link},
    Row{"DELETE", "/api/v1/link", forget_link, Access::fresh},
    Row{"POST", "/api/v1/link/enroll", enroll_link, Access::fresh},
    Row{"POST", "/api/v1/link/test", test_link},
    Row{"POST", "/api/v1/link/retry", retry_link},
    Row{"GET", "/api/v1/halo", get_halo},
    Row{"POST", "/api/v1/halo/test", test_halo},
    Row{"GET", "/api/v1/halo/calls", get_halo_calls},
    Row{"GET", "/api/v1/tab", get_tab},
    Row{"GET", "/api/v1/insights/{ticket}", get_insight},
    Row{"GET", "/api/v1/learn", get_learning},
    Row{"POST", "/api/v1/learn", start_learning},
    Row{"POST", "/api/v1/learn/confirm", confirm_learning},
    Row{"GET", "/api/v1/test-ticket", get_test_ticket},
    Row{"POST", "/api/v1/test-ticket", start_test_ticket},
    Row{"GET", "/api/v1/alerts", get_alerts},
    Row{"POST", "/api/v1/alerts/test", test_alerts},
    Row{"GET", "/api/v1/agent", get_agent},
    Row{"GET", "/api/v1/agent/calls", get_agent_calls},
    Row{"GET", "/api/v1/reconcile", get_reconcile},
    Row{"POST", "/api/v1/reconcile", post_reconcile},
    Row{"GET", "/api/v1/audit", get_audit},
    Row{"GET", "/api/v1/log", get_log},
    Row{"GET", "/api/v1/log/levels", get_log_levels},
    Row{"PATCH", "/api/v1/log/levels", patch_log_levels},
    Row{"GET", "/api/v1/metrics-history", get_metrics_history},
    Row{"POST", "/api/v1/backup", post_backup, Access::fresh},
    Row{"POST", "/api/v1/diagnostics", post_diagnostics},
    Row{"GET", "/api/v1/openapi.json", get_contract, Access::open},
    Row{"GET", "/healthz", get_health, Access::open},
    Row{"GET", "/readyz", get_readiness, Access::open},
    Row{"GET", "/metrics", get_metrics, Access::open},
};

} // namespace

web::Router<Route> make_routes()
{
    web::Router<Route> routes;
    for (const Row& row : rows)
        routes.add(std::string{row.method}, row.pattern, Route{row.action, row.access});
    return routes;
}

std::size_t body_max_of(std::string_view path)
{
    const bool before_sign_in = path == "/api/v1/session" || path == "/api/v1/setup";
    return before_sign_in ? 64 * 1024 : 1024 * 1024;
}

} // namespace mizo::admin
