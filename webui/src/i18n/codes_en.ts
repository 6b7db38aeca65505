// English texts of problem codes (what is wrong, what next) and of audit actions.
import type { FailureCode } from '../api';
import type { AuditEntry } from '../schema';

export interface CodeTexts {
  problems: Record<FailureCode, [title: string, next: string]>;
  actions: Record<AuditEntry['action'], string>;
}

export const codesEn: CodeTexts = {
  problems: {
    unreachable: [
      'The service does not answer',
      'It may be stopped or restarting. Nothing is lost; try again in a moment.',
    ],
    unexpected: [
      'An answer that was not expected',
      'Something between this page and the service may have answered instead.',
    ],
    bad_request: [
      'The service did not understand this',
      'Load the page again; it may be older than the service.',
    ],
    invalid_json: [
      'The service did not understand this',
      'Load the page again; it may be older than the service.',
    ],
    host_not_allowed: [
      'This address is not allowed',
      'Open the page by the address the service prints at its start.',
    ],
    origin_refused: [
      'Refused: the request came from another site',
      'Open the page by itself, not inside another one.',
    ],
    csrf_refused: ['Refused for safety', 'Load the page again and repeat the step.'],
    signed_out: ['Signed out', 'Sign in again.'],
    reauth_required: ['The password is needed for this', 'Repeat the step and enter it.'],
    wrong_password: ['The password is wrong', 'Try again. Capital letters count.'],
    too_many_tries: ['Too many tries', 'Try again in {retry_ms}.'],
    setup_done: ['Set-up has been done already', 'Sign in with the password that was set.'],
    setup_code_wrong: ['The set-up code is wrong or has expired', 'Restart the service to get a new one.'],
    password_too_short: ['The password is too short', 'Use 12 characters or more.'],
    password_too_long: ['The password is too long', 'Use at most 128 characters.'],
    password_too_common: ['This password is among the most used ones', 'Choose one that nobody else would.'],
    not_found: ['There is no such thing here', 'It may have been removed meanwhile.'],
    method_not_allowed: [
      'The service does not offer this',
      'Load the page again; it may be older than the service.',
    ],
    not_acceptable: ['The service does not offer this format', 'Choose another one.'],
    unsupported_type: [
      'The service did not understand this',
      'Load the page again; it may be older than the service.',
    ],
    too_large: ['This is too large', 'Send less at once.'],
    settings_invalid: ['Nothing was saved', 'See the marked settings.'],
    settings_locked: ['Nothing was saved', 'A setting is pinned by file, environment or command line.'],
    certificate_invalid: ['This certificate cannot be made', 'Check the key size and the days of validity.'],
    certificate_state: [
      'The certificate’s state does not allow this',
      'It may have changed meanwhile; load the page again.',
    ],
    last_certificate: ['No accepted certificate would remain', 'Make a new certificate first.'],
    key_destroyed: ['The private key has been destroyed', 'Make a new certificate.'],
    cursor_invalid: ['The list has changed too much', 'Load it again from the top.'],
    body_gone: ['The bytes are no longer kept', 'They are removed after the days set in store.body_days.'],
    nothing_to_replay: ['This event cannot be sent', 'It has no bytes, or its ticket type is out of scope.'],
    replay_too_many: ['{matched} events are too many at once', 'Narrow the search to 10,000 or fewer.'],
    link_not_enrolled: ['Not enrolled yet', 'Enrol this relay with a code first.'],
    link_already_enrolled: ['Enrolled already', 'Forget the present link first.'],
    link_url_invalid: ['This address cannot be used', 'It must begin with https:// and hold no user name.'],
    enroll_code_refused: [
      'Mizo does not accept this code',
      'It is valid once, for 15 minutes. Get a new one in the Mizo console.',
    ],
    enroll_rate_limited: ['Mizo asks to wait', 'Try again in {retry_ms}.'],
    cloud_unreachable: ['Mizo could not be reached', 'Test the connection: it shows at which step it ends.'],
    cloud_answer_unexpected: [
      'Something else answered',
      'Check the address; a firewall or proxy may have answered.',
    ],
    learn_not_started: ['Learning is not under way', 'Start it first.'],
    learn_no_match: ['There is nothing to confirm', 'Start over and wait for a delivery.'],
    learn_not_applicable: ['Learning is for certificates only', 'Set webhook.auth to x509 first.'],
    test_ticket_running: [
      'A test ticket is on its way',
      'Wait until it has arrived; it is shown below.',
    ],
    reconcile_not_possible: ['HaloPSA’s API is not set up', 'Enter its address, client ID and secret first.'],
    store_unavailable: [
      'The database cannot be used at the moment',
      'Look at the overview: it says why and what to do.',
    ],
    shutting_down: ['The service is stopping', 'Wait until it is up again.'],
    internal: [
      'A fault of ours',
      'The log has the details under {reference}. Please send the diagnostics file to Mizo.',
    ],
    check_not_fixable: [
      'The relay cannot mend this',
      'Follow the step that stands beside it.',
    ],
    checks_running: [
      'The checks are under way',
      'Try again in a moment.',
    ],
    halo_unavailable: [
      'HaloPSA did not do what was asked: {reason}',
      'Run the test of the connection with HaloPSA.',
    ],
  },
  actions: {
    setup: 'Password set for the first time',
    signed_in: 'Signed in',
    sign_in_failed: 'Sign-in failed',
    signed_out: 'Signed out',
    password_reset: 'Password reset',
    settings_changed: 'Settings changed',
    certificate_made: 'Certificate made',
    pfx_downloaded: 'PFX downloaded',
    password_shown: 'PFX password shown',
    certificate_activated: 'Certificate became active',
    certificate_retired: 'Certificate retired',
    certificate_revoked: 'Certificate revoked',
    key_destroyed: 'Private key destroyed',
    link_enrolled: 'Enrolled with Mizo',
    link_forgotten: 'Link forgotten',
    link_retried: 'Connect now',
    event_replayed: 'Event sent again',
    events_replayed: 'Events sent again',
    events_exported: 'Events exported',
    learn_started: 'Learning started',
    learn_confirmed: 'Learning confirmed',
    reconcile_started: 'Looked for what was missed',
    log_level_changed: 'Log level changed',
    test_ticket_started: 'A test ticket was started',
    alerts_tested: 'A test alert was posted',
    backup_made: 'Backup made',
    diagnostics_made: 'Diagnostics made',
    tab_action: 'Button pressed in the ticket tab',
    tab_action_done: 'Button in the ticket tab: outcome',
    started: 'Service started',
    stopped: 'Service stopped',
    halo_changed: 'HaloPSA changed for Mizo',
    command_given: 'Command of Mizo’s',
    checks_run: 'Checks run',
    check_fixed: 'Mended in HaloPSA',
    certificate_installed: 'Certificate put into HaloPSA',
    rotation_rolled_back: 'Rotation taken back',
  },
};
