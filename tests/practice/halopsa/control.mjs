// The control interface of the practice HaloPSA: what `--help` lists.
import fs from 'node:fs'
import { HttpError, read_json } from '../support/http.mjs'

export function control_routes(halo) {
  return {
    'GET /practice/status': () => halo.status(),
    'GET /practice/deliveries': (request, url) => {
      const after = Number(url.searchParams.get('after') ?? 0)
      const rows = halo.deliveries()
      return { items: rows.slice(after), next: rows.length }
    },
    'POST /practice/certificate': async (request) => {
      const { pfx_base64, password } = await read_json(request)
      if (typeof pfx_base64 !== 'string' || typeof password !== 'string')
        throw new HttpError(400, 'pfx_base64 and password are needed')
      return refuse_as_400(() => halo.load_certificate(Buffer.from(pfx_base64, 'base64'), password))
    },
    'POST /practice/webhook': async (request) => {
      const { ca_file, ...webhook } = await read_json(request)
      return refuse_as_400(() => {
        if (ca_file) webhook.sending = { ...webhook.sending, ca: fs.readFileSync(ca_file, 'utf8') }
        halo.set_webhook(webhook)
        return halo.status().webhook
      })
    },
    // With `wait`, the answer comes when the deliveries are settled, and holds their last rows.
    'POST /practice/send': async (request) => {
      const { wait, body_base64, ...what } = await read_json(request)
      const body = body_base64 === undefined ? undefined : Buffer.from(body_base64, 'base64')
      return answer_deliveries(await refuse_as_400(() => halo.send({ ...what, body })), wait)
    },
    'POST /practice/repeat': async (request) => {
      const { wait, ...what } = await read_json(request)
      return answer_deliveries([await refuse_as_400(() => halo.repeat(what))], wait)
    },
  }
}

async function answer_deliveries(deliveries, wait) {
  const ids = deliveries.map(({ id }) => id)
  return wait
    ? { deliveries: ids, rows: await Promise.all(deliveries.map(({ settled }) => settled)) }
    : { deliveries: ids }
}

async function refuse_as_400(action) {
  try {
    return await action()
  } catch (error) {
    throw new HttpError(400, error.message)
  }
}
