#pragma once

#include "daemon/admin/services.hpp"

// One function for each call of the contract; the table in routes.cpp says which serves what.
namespace mizo::admin {

using Answer = asio::awaitable<web::Response>;

Answer post_setup(Services& services, Call call);
Answer get_session(Services& services, Call call);
Answer post_session(Services& services, Call call);
Answer delete_session(Services& services, Call call);
Answer post_password(Services& services, Call call);

Answer get_status(Services& services, Call call);
Answer get_settings(Services& services, Call call);
Answer patch_settings(Services& services, Call call);

Answer get_certificates(Services& services, Call call);
Answer post_certificate(Services& services, Call call);
Answer get_certificate(Services& services, Call call);
Answer get_pfx(Services& services, Call call);
Answer get_pfx_password(Services& services, Call call);
Answer retire_certificate(Services& services, Call call);
Answer revoke_certificate(Services& services, Call call);

Answer get_checks(Services& services, Call call);
Answer run_checks(Services& services, Call call);
Answer fix_checks(Services& services, Call call);
Answer fix_check(Services& services, Call call);
Answer get_ticket_types(Services& services, Call call);
Answer install_certificate(Services& services, Call call);

Answer get_webhook(Services& services, Call call);
Answer get_deliveries(Services& services, Call call);
Answer get_delivery(Services& services, Call call);
Answer get_delivery_body(Services& services, Call call);
Answer get_events(Services& services, Call call);
Answer get_event(Services& services, Call call);
Answer export_events(Services& services, Call call);
Answer replay_event(Services& services, Call call);
Answer replay_events(Services& services, Call call);
Answer get_stream(Services& services, Call call);

Answer get_link(Services& services, Call call);
Answer enroll_link(Services& services, Call call);
Answer test_link(Services& services, Call call);
Answer retry_link(Services& services, Call call);
Answer forget_link(Services& services, Call call);

Answer get_halo(Services& services, Call call);
Answer test_halo(Services& services, Call call);
Answer get_halo_calls(Services& services, Call call);

Answer get_tab(Services& services, Call call);
Answer get_insight(Services& services, Call call);

Answer get_learning(Services& services, Call call);
Answer start_learning(Services& services, Call call);
Answer confirm_learning(Services& services, Call call);

Answer get_test_ticket(Services& services, Call call);
Answer start_test_ticket(Services& services, Call call);

Answer get_alerts(Services& services, Call call);
Answer test_alerts(Services& services, Call call);
Answer get_agent(Services& services, Call call);
Answer get_agent_calls(Services& services, Call call);
Answer get_reconcile(Services& services, Call call);
Answer post_reconcile(Services& services, Call call);

Answer get_audit(Services& services, Call call);
Answer get_log(Services& services, Call call);
Answer get_log_levels(Services& services, Call call);
Answer patch_log_levels(Services& services, Call call);
Answer get_metrics_history(Services& services, Call call);
Answer post_backup(Services& services, Call call);
Answer post_diagnostics(Services& services, Call call);
Answer get_contract(Services& services, Call call);

Answer get_health(Services& services, Call call);
Answer get_readiness(Services& services, Call call);
Answer get_metrics(Services& services, Call call);

} // namespace mizo::admin
