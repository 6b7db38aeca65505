// Webhooks, what fires them, and the log of their deliveries.
import { ApiError } from '../api/errors.mjs'
import { halo_time } from '../clock.mjs'
import { event_view, logged_events } from '../event_log.mjs'
import { WEBHOOK_FIELDS } from '../webhooks.mjs'
import { found, save_row } from './resource.mjs'

const URL_BYTES = 500

export const webhook = {
  name: 'Webhook',

  list({ instance, query }) {
    const type = query.get('type')
    const rows = instance.webhooks.all().filter((row) => type === null || row.type === Number(type))
    return rows.map((row) => webhook_view(instance, row))
  },

  get({ instance, query }, id) {
    const row = found(instance.webhooks.get(id), 'webhook')
    const view = webhook_view(instance, row)
    if (query.get('includedetails') !== 'true') return view
    return { ...view, events: notifications_of(instance, row.id) }
  },

  // `events` is not looked at: what fires a webhook is made by Notification.
  save({ instance, deliveries }, item) {
    if ((item.url ?? '').length > URL_BYTES)
      throw new ApiError(400, `A URL has at most ${URL_BYTES} characters`)
    if (item.url && !URL.canParse(item.url)) throw new ApiError(400, 'The URL is not valid')
    if (item.certificate_id) found(instance.certificates.get(item.certificate_id), 'certificate')
    const row = save_row(instance.webhooks, item, WEBHOOK_FIELDS, 'webhook')
    deliveries.renew(row)
    return webhook_view(instance, row)
  },

  remove({ instance, deliveries }, id) {
    const row = found(instance.webhooks.remove(id), 'webhook')
    for (const { id: own } of notifications_of(instance, row.id)) instance.notifications.remove(own)
    deliveries.drop(row.id)
    return webhook_view(instance, row)
  },
}

function webhook_view(instance, row) {
  const { hmac_key, basic_password, ...view } = row
  return { ...view, certificate_name: instance.certificates.get(row.certificate_id)?.name ?? '' }
}

const notifications_of = (instance, webhook_id) =>
  instance.notifications.all().filter((row) => row.webhook_id === webhook_id)

export const notification = {
  name: 'Notification',

  list({ instance, query }) {
    const webhook_id = query.get('webhook_id')
    return webhook_id ? notifications_of(instance, webhook_id) : instance.notifications.all()
  },

  get: ({ instance }, id) => found(instance.notifications.get(id), 'notification'),

  save({ instance }, item) {
    if (item.webhook_id !== undefined) found(instance.webhooks.get(item.webhook_id), 'webhook')
    else if (!item.id) throw new ApiError(400, 'webhook_id is needed')
    const fields = { webhook_id: null, type: -2, delivery_method: 6, eventno: 0, name: '', conditions: [] }
    return save_row(instance.notifications, item, fields, 'notification')
  },

  remove: ({ instance }, id) => found(instance.notifications.remove(id), 'notification'),
}

export const webhook_event = {
  name: 'WebhookEvent',
  wrapped: 'events',

  list({ instance, query, deliveries }) {
    const webhook_id = query.get('webhook_id')
    const rows = logged_events(instance, deliveries.log).filter(
      (row) => !webhook_id || row.webhook_id === webhook_id,
    )
    return rows.map((row) => event_view(instance, row, false))
  },

  get({ instance, query, deliveries }, id) {
    const row = found(
      logged_events(instance, deliveries.log).find((row) => row.id === id),
      'webhook event',
    )
    return event_view(instance, row, query.get('includedetails') === 'true')
  },
}

// How the bytes of a PFX travel nobody knows, hence the switch `certificate_upload`: as base64 in
// `data_base64` beside `new_password`, or by `attachment_id` as an attachment that was made before.
export const certificate = {
  name: 'Certificate',
  list: ({ instance }) => instance.certificates.all().map(certificate_view),
  get: ({ instance }, id) => certificate_view(found(instance.certificates.get(id), 'certificate')),

  async save({ instance, certificates }, item) {
    const { certificate_upload } = instance.behaviour
    if (item.id) found(instance.certificates.get(item.id), 'certificate')
    if (certificate_upload === 'refused')
      throw new ApiError(400, 'Certificates cannot be added through the API')
    const sent = { data_base64: item, attachment: instance.attachments.get(item.attachment_id) }
    const pfx = sent[certificate_upload]?.data_base64
    try {
      return certificate_view(await certificates.save(item, pfx && Buffer.from(pfx, 'base64')))
    } catch {
      throw new ApiError(400, 'The specified network password is not correct.')
    }
  },

  remove: ({ instance }, id) => certificate_view(found(instance.certificates.remove(id), 'certificate')),
}

function certificate_view(row) {
  const { opened, ...rest } = row
  const { thumbprint, subject, not_after, issuer } = opened ?? {}
  return {
    ...rest,
    subject: subject ?? '',
    issuer: issuer ?? '',
    thumbprint: thumbprint ?? '',
    expiry_date: not_after ? halo_time(Date.parse(not_after)) : null,
  }
}
