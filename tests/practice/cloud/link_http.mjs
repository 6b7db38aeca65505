// The HTTP side of section 3: enrolment and key rotation, and the way to batches.
import { HttpError, answer_json, read_json } from '../support/http.mjs'
import { schema_problem } from './frame_validator.mjs'

const BODY_LIMIT = 64 * 1024

export function link_routes(cloud) {
  return {
    'POST /link/v1/enroll': async (request, url, response) => {
      refuse_if_asked(cloud)
      const body = await read_json(request, BODY_LIMIT)
      require_schema(cloud, 'enroll-request', body)
      const relay_id = guard_key(() => cloud.relays.enroll(body, cloud.now()))
      if (relay_id === null) throw new HttpError(403, 'this code does not enrol')
      answer_json(response, 201, { relay_id, connect_url: cloud.connect_url(request) }, date_header(cloud))
    },
    'POST /link/v1/batch': (request, url, response) => cloud.batches.handle(request, url, response),
    'POST /link/v1/keys': async (request, url, response) => {
      const token = cloud.verify_token(request)
      if (token.problem) {
        cloud.recorder.violation('token', token.problem)
        throw new HttpError(401, 'not accepted', date_header(cloud))
      }
      const body = await read_json(request, BODY_LIMIT)
      require_schema(cloud, 'keys-request', body)
      guard_key(() => cloud.relays.add_key(token.relay_id, body.public_key))
      response.writeHead(204, date_header(cloud)).end()
    },
  }
}

const date_header = (cloud) => ({ Date: new Date(cloud.now()).toUTCString() })

function refuse_if_asked(cloud) {
  const refusal = cloud.faults.take_refusal('enroll')
  if (refusal) throw new HttpError(refusal.status, 'refused by the practice cloud', refusal.headers)
}

function require_schema(cloud, name, body) {
  const problem = schema_problem(name, body)
  if (!problem) return
  cloud.recorder.violation('schema', `${name}: ${problem}`)
  throw new HttpError(400, problem)
}

// A point that is not on the curve is the client's mistake.
function guard_key(action) {
  try {
    return action()
  } catch (error) {
    throw new HttpError(400, `public_key: ${error.message}`)
  }
}
