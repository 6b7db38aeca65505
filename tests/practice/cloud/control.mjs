// The control interface of the practice cloud: what `--help` lists.
import { HttpError, read_json } from '../support/http.mjs'

const EVENTS_PAGE = 10000

export function control_routes(cloud) {
  return {
    'GET /practice/status': () => cloud.status(),
    'GET /practice/events': (request, url) =>
      cloud.events({
        after: integer_of(url, 'after', 0),
        limit: integer_of(url, 'limit', EVENTS_PAGE),
      }),
    'GET /practice/violations': () => ({ items: cloud.violations(), total: cloud.recorder.violation_count }),
    'GET /practice/frames': (request, url) => ({
      items: cloud.recorder.last_frames(integer_of(url, 'last', 100)),
    }),
    'GET /practice/disconnects': () => ({ items: cloud.disconnects }),
    'POST /practice/code': async (request) => {
      const { expires_in_s } = await read_json(request)
      return {
        code: cloud.make_code({
          expires_in_ms: expires_in_s === undefined ? undefined : expires_in_s * 1000,
        }),
      }
    },
    'POST /practice/fault': async (request) => {
      await guard(async () => cloud.fault(await read_json(request)))
      return { done: true }
    },
    'POST /practice/ask': async (request) => {
      const { frame, relay_id } = await read_json(request)
      if (!['request', 'command'].includes(frame?.t)) throw new HttpError(400, 'frame asks nothing')
      return cloud.ask(frame, { relay_id })
    },
    'POST /practice/send': async (request) => {
      const { frame, relay_id, unchecked } = await read_json(request)
      if (!frame) throw new HttpError(400, 'frame is missing')
      await guard(() => cloud.send(frame, { relay_id, unchecked }))
      return { done: true }
    },
  }
}

// What a fault or a frame refuses is the caller's mistake, not ours.
async function guard(action) {
  try {
    await action()
  } catch (error) {
    throw error instanceof HttpError ? error : new HttpError(400, error.message)
  }
}

function integer_of(url, name, otherwise) {
  const text = url.searchParams.get(name)
  if (text === null) return otherwise
  if (!/^\d+$/.test(text)) throw new HttpError(400, `${name} must be a whole number`)
  return Number(text)
}
