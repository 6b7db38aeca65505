// The delivery log as the API gives it (WebhookEvent): one row a try, kept for some days, in full only on
// demand.
const DAY_MS = 86_400_000
const KEPT_DAYS = 30
const DETAILS = ['requestheaders', 'requestbody', 'responseheaders', 'responsebody']
const SHOWN = [
  'id',
  'webhook_id',
  'notification_id',
  'timestamp',
  'status',
  'responsestatus',
  'error',
  'entity_id',
]

export function logged_events(instance, log) {
  const now = instance.clock.now()
  return log.filter((row) => {
    const days = instance.webhooks.get(row.webhook_id)?.log_retention_policy_days || KEPT_DAYS
    return Date.parse(row.timestamp) > now - days * DAY_MS
  })
}

export function event_view(instance, row, details) {
  const view = Object.fromEntries(SHOWN.map((name) => [name, row[name] ?? null]))
  const light = instance.webhooks.get(row.webhook_id)?.lightweight_logs
  if (!details || light) return view
  for (const name of DETAILS) view[name] = row[name]
  view.requestheaders = headers_text(row.requestheaders, instance.behaviour.event_headers)
  view.responseheaders = headers_text(row.responseheaders, instance.behaviour.event_headers)
  return view
}

function headers_text(headers, form) {
  if (form === 'object') return headers
  if (form === 'json') return JSON.stringify(headers)
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
}
