// The control interface of the practice HaloPSA: what `--help` lists.
import fs from 'node:fs'
import { HttpError, read_json } from '../support/http.mjs'

export function control_routes(halo) {
  return { ...delivery_routes(halo), ...instance_routes(halo) }
}

// What HaloPSA delivers, and what it signs with.
function delivery_routes(halo) {
  return {
    'GET /practice/status': () => halo.status(),
    'GET /practice/deliveries': (request, url) => page_of(halo.deliveries(), url),
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

// The instance behind the API: its tickets, the guide, and how it behaves.
function instance_routes(halo) {
  const told = (action) => async (request) => {
    const order = await read_json(request)
    return (await refuse_as_400(() => action(order))) ?? {}
  }
  return {
    'GET /practice/instance': () => instance_view(halo),
    'GET /practice/calls': (request, url) => page_of(halo.api_calls(url.searchParams.get('on') ?? ''), url),
    'POST /practice/tickets': told(({ by, id, ...fields }) =>
      id ? halo.change_ticket(id, fields, agent(by)) : halo.add_ticket(fields, agent(by)),
    ),
    'POST /practice/actions': told(({ by, ticket_id, ...fields }) =>
      halo.add_action(ticket_id, fields, agent(by)),
    ),
    'POST /practice/guide': told(({ done = [], undone = [], mistakes = [], values }) => {
      halo.guide.undo(undone)
      halo.guide.do(done, values)
      for (const name of mistakes) halo.guide.mistake(name)
      return instance_view(halo)
    }),
    'POST /practice/rights': told(({ scopes, rights }) => {
      const { application } = halo.guide
      if (scopes) application.scopes = scopes
      if (rights) application.rights = rights
      return { scopes: application.scopes, rights: application.rights }
    }),
    'POST /practice/behaviour': told((switches) => halo.behave(switches)),
    'POST /practice/fault': told((fault) => halo.fault(fault)),
    'DELETE /practice/faults': told(() => halo.clear_faults()),
    'POST /practice/clock': told(({ advance_ms }) => halo.advance(advance_ms)),
    'DELETE /practice/tokens': told(() => halo.forget_tokens()),
  }
}

const agent = (by) => (by === undefined ? {} : { agent_id: by })

function instance_view(halo) {
  const { url, client_id, client_secret } = halo
  return {
    ...{ url, client_id, client_secret },
    tab_secret: halo.guide.tab_secret,
    agents_page: `${url}/agents/tickets`,
    tickets: halo.instance.tickets.all(),
    webhooks: halo.instance.webhooks.all(),
    behaviour: halo.instance.behaviour,
  }
}

function page_of(rows, url) {
  const after = Number(url.searchParams.get('after') ?? 0)
  return { items: rows.slice(after), next: rows.length }
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
