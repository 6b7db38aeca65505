// A webhook as HaloPSA's page and API show it.
import { PAYLOADS } from './webhook_body.mjs'

export const AUTHENTICATION = { none: 0, basic: 1, x509: 2, hmac: 3 }
const BY_NUMBER = Object.fromEntries(Object.entries(AUTHENTICATION).map(([name, number]) => [number, name]))

// What goes into a body, and whether several occurrences go into one.
export const PAYLOAD_TYPES = PAYLOADS
export const BATCH_METHODS = [null, 'array', 'wrapper']

// Every field that may be set, each with its default.
export const WEBHOOK_FIELDS = {
  name: '',
  type: 0, // outbound
  url: '',
  content_type: 'application/json',
  method: 0, // POST
  authentication_type: AUTHENTICATION.none,
  certificate_id: 0,
  authentication_header: '', // of HMAC
  algorithm: '',
  digest: '',
  signature_prefix: '',
  hmac_key: '', // write-only, as the next
  basic_password: '',
  basic_username: '',
  active: true,
  disabled: false,
  payload_type: 0,
  batch_method: 0,
  batch_delay_seconds: 0,
  batch_limit: 0,
  auto_disable_attempts: 0,
  last_auto_disable_date: null,
  last_status: null,
  log_retention_policy_days: 30,
  lightweight_logs: false, // no headers and bodies in the delivery log
}

export const fires = (webhook) => webhook.active && !webhook.disabled && Boolean(webhook.url)

// How this webhook signs: the instance's own way, in the mode that the webhook chooses.
export function signing_of(webhook, signing) {
  const mode = BY_NUMBER[webhook.authentication_type] ?? 'none'
  const own = { ...signing, mode }
  if (mode === 'hmac') {
    own.hmac_key = webhook.hmac_key || signing.hmac_key
    own.header = webhook.authentication_header || signing.header
    own.prefix = webhook.signature_prefix || signing.prefix
  }
  if (mode === 'basic') {
    own.basic_user = webhook.basic_username || signing.basic_user
    own.basic_password = webhook.basic_password || signing.basic_password
  }
  return own
}
