// How this HaloPSA behaves where nobody knows, or where tenants differ: each a switch with a default. What
// a switch may be is a list, or the name of a type.
const SWITCHES = {
  // authentication
  authinfo: ['told', 'missing', 'html', 'other_host'],
  tenant: 'text', // where it is set, /auth/token wants ?tenant= with it
  token_life_s: 'number',
  token_scope: ['granted', 'absent'], // whether the answer names what was granted
  invalid_client_status: ['401', '400'],
  refused_scope: ['invalid_scope', 'invalid_request'], // a permission that the application does not have
  guide_scopes: ['known', 'unknown'], // read:timesheet and its like, which stand in no public list
  oauth_errors: ['json', 'html'],
  // conventions of the API
  lists: ['documented', 'plain', 'wrapped'],
  post_status: ['201', '200'],
  missing_right: ['403', '401'],
  errors: ['error', 'string', 'error_description', 'class_name', 'result_code', 'html'],
  web_clock: ['same', 'own'], // whether the Date of answers comes from the clock that stamps, or is right
  times: ['zulu', 'bare'], // HaloPSA leaves the Z out here and there
  rate_limit: 'number', // calls in rate_window_s; 0: none
  rate_window_s: 'number',
  retry_after: 'text', // the header of a 429; empty: none
  // what is done with what is sent
  certificate_upload: ['data_base64', 'attachment', 'refused', 'ignored'], // how a PFX travels
  windows: ['2019', '2016'], // 2016 cannot open a PFX in OpenSSL 3's own form
  new_status: ['applied', 'ignored'], // whether an action changes the ticket's status
  reaches_relay: ['yes', 'no'], // a hosted HaloPSA sees nothing of a closed network
  changed_text: ['changed', 'updated'], // HaloPSA renamed its own event
  event_headers: ['lines', 'json', 'object'], // how the delivery log gives headers
  // the ticket tab's address
  tab_values: ['encoded', 'bare'], // bare: a + arrives as a blank
  tab_alphabet: ['standard', 'url_safe'],
  tab_padding: ['kept', 'cut'],
  tab_variables: ['filled', 'literal'], // literal: $HMAC is left as it is
}

const DEFAULTS = {
  tenant: '',
  token_life_s: 3600,
  rate_limit: 700,
  rate_window_s: 300,
  retry_after: '',
}

export const default_behaviour = () =>
  Object.fromEntries(Object.entries(SWITCHES).map(([name, kind]) => [name, DEFAULTS[name] ?? first_of(kind)]))

const first_of = (kind) => (Array.isArray(kind) ? kind[0] : '')

// Changes what is given; refuses a switch or a position that there is not.
export function behave(behaviour, changes) {
  for (const [name, value] of Object.entries(changes)) {
    const kind = SWITCHES[name]
    if (!kind) throw new Error(`no switch ${name}; there are ${Object.keys(SWITCHES).join(', ')}`)
    if (Array.isArray(kind) && !kind.includes(String(value)))
      throw new Error(`${name} is one of ${kind.join(', ')}`)
    if (kind === 'number' && !(Number(value) >= 0)) throw new Error(`${name} is a number from 0`)
  }
  for (const [name, value] of Object.entries(changes))
    behaviour[name] = SWITCHES[name] === 'number' ? Number(value) : String(value)
  return behaviour
}

export const switches_text = () =>
  Object.entries(SWITCHES)
    .map(([name, kind]) => `  ${name}=${Array.isArray(kind) ? kind.join('|') : kind}`)
    .join('\n')
