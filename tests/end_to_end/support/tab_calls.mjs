// The calls of the ticket tab's page, without the page.
import { http_call } from './http_call.mjs'

async function tab_call(world, method, path, { body, token } = {}) {
  const answer = await http_call({
    url: `http://127.0.0.1:${world.daemon.webhook_port}${path}`,
    method,
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: body && JSON.stringify(body),
  })
  return { status: answer.status, ...JSON.parse(answer.body) }
}

// `link`: the query that HaloPSA filled in. Gives a token, or what is wrong with it.
export const open_session = (world, link) => tab_call(world, 'POST', '/tab/session', { body: { link } })

// The tab of a ticket, opened by an agent.
export class TabVisit {
  static async open(world, ticket, agent) {
    const visit = new TabVisit()
    visit.world = world
    const link = new URL(world.halo.tab_url(ticket, agent)).search.slice(1)
    const { status, token, code } = await open_session(world, link)
    if (status !== 201) throw new Error(`the tab does not open: ${status} ${code}`)
    visit.token = token
    return visit
  }

  view() {
    return tab_call(this.world, 'GET', '/tab/view', { token: this.token })
  }

  press(action) {
    return tab_call(this.world, 'POST', '/tab/actions', { body: { action }, token: this.token })
  }
}
