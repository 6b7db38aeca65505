// One call of the API: who calls, may they, and what they get.
import { RESOURCES } from '../resources/index.mjs'
import { may } from '../scopes.mjs'
import { ApiError } from './errors.mjs'
import { answer_list } from './lists.mjs'

// `halo`: {instance, desk, deliveries, certificates, oauth}; `call`: {method, path, query, authorization,
// body}, the body parsed. Gives {status, value}.
export async function serve_api(halo, call) {
  const caller = halo.oauth.caller(call.authorization)
  const [, , name, id] = call.path.split('/')
  const resource = RESOURCES[name?.toLowerCase()]
  if (!resource)
    throw new ApiError(404, `No HTTP resource was found that matches the request URI '${call.path}'`)
  check_right(halo, caller, { resource, method: call.method, id })
  const { agent_id } = caller.application
  const context = { ...halo, query: call.query, caller, agent_id }
  const way = WAYS[call.method]
  if (!way) throw new ApiError(405, `The requested resource does not support http method '${call.method}'.`)
  return way(resource, context, { id: id && decodeURIComponent(id), body: call.body })
}

function check_right({ instance }, { application, scopes }, { resource, method, id }) {
  if (id === 'me' && scopes.length > 0) return
  if (may(application, scopes, resource.name, method === 'GET' ? 'read' : 'edit')) return
  throw new ApiError(
    Number(instance.behaviour.missing_right),
    'You do not have permission to perform this action',
  )
}

const WAYS = {
  async GET(resource, context, { id }) {
    if (id !== undefined) return { status: 200, value: await can(resource, 'get')(context, id) }
    const rows = await resource.list(context)
    if (!Array.isArray(rows)) return { status: 200, value: rows }
    const form = { name: resource.wrapped ?? null, form: context.instance.behaviour.lists }
    return { status: 200, value: answer_list(rows, context.query, form) }
  },

  // The body is an array, even for one.
  async POST(resource, context, { body }) {
    if (!Array.isArray(body) || body.length === 0 || body.some((item) => typeof item !== 'object' || !item))
      throw new ApiError(400, 'The request is invalid: an array of objects is expected')
    const save = can(resource, 'save')
    const saved = []
    for (const item of body) saved.push(await save(context, item))
    return {
      status: Number(context.instance.behaviour.post_status),
      value: saved.length === 1 ? saved[0] : saved,
    }
  },

  async DELETE(resource, context, { id }) {
    if (id === undefined)
      throw new ApiError(405, "The requested resource does not support http method 'DELETE'.")
    return { status: 200, value: await can(resource, 'remove')(context, id) }
  },
}

function can(resource, way) {
  if (!resource[way]) throw new ApiError(405, `${resource.name} does not support this`)
  return resource[way]
}
