// The JSON Schemas of docs/link-protocol, compiled once, behind three questions:
// is this text a frame, is this frame of its type's form, is this value what that schema says.
import fs from 'node:fs'
import Ajv2020 from 'ajv/dist/2020.js'

const SCHEMA_FOLDER = new URL('../../../docs/link-protocol/schema/', import.meta.url)
const NOT_FRAMES = new Set(['common', 'cloud-event', 'enroll-request', 'enroll-response', 'keys-request'])

// An `event` frame is checked in full this often; in between only its hot members are, since full
// validation of each would cost more than all the rest that the cloud does with it.
const FULL_CHECK_FIRST = 100
const FULL_CHECK_EVERY = 64

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

function load_schemas() {
  const ajv = new Ajv2020.default({ strict: true, strictRequired: false, allowUnionTypes: true })
  const files = fs.readdirSync(SCHEMA_FOLDER).filter((name) => name.endsWith('.schema.json'))
  for (const file of files) ajv.addSchema(JSON.parse(fs.readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8')))
  return new Map(files.map((file) => [file.replace('.schema.json', ''), ajv.getSchema(file)]))
}

const schemas = load_schemas()

export const frame_types = [...schemas.keys()].filter((name) => !NOT_FRAMES.has(name))

// What is wrong with `value` by the named schema, as one sentence; null where nothing is.
export function schema_problem(name, value) {
  const validate = schemas.get(name)
  if (validate(value)) return null
  const [first] = validate.errors
  return `${first.instancePath || '/'} ${first.message}`
}

// Parses one message. Gives `{frame}`, or `{problem}` where it is no frame at all.
export function parse_frame(text) {
  let frame
  try {
    frame = JSON.parse(text)
  } catch (error) {
    return { problem: `not JSON: ${error.message}` }
  }
  if (frame === null || typeof frame !== 'object' || Array.isArray(frame))
    return { problem: 'not a JSON object' }
  if (typeof frame.t !== 'string') return { problem: 'no "t"' }
  return { frame }
}

// What is wrong with a frame of a known type; null where nothing is.
export function frame_problem(frame) {
  return frame_types.includes(frame.t) ? schema_problem(frame.t, frame) : `unknown type ${frame.t}`
}

function hot_members_problem(frame) {
  const { seq, attempt, event } = frame
  if (!Number.isSafeInteger(seq) || seq < 1) return '/seq must be an integer >= 1'
  if (!Number.isSafeInteger(attempt) || attempt < 1) return '/attempt must be an integer >= 1'
  if (event === null || typeof event !== 'object') return '/event must be object'
  if (typeof event.id !== 'string' || !UUID_V7.test(event.id))
    return '/event/id must be a UUIDv7 in lower case'
  if (typeof event.data_base64 !== 'string') return '/event/data_base64 must be string'
  if (typeof event.receivedat !== 'string') return '/event/receivedat must be string'
  return null
}

// A checker for the `event` frames of one connection: hot members always, the whole schema for the first
// hundred and for each 64th after that.
export function create_event_checker() {
  let seen = 0
  return (frame) => {
    seen += 1
    const in_full = seen <= FULL_CHECK_FIRST || seen % FULL_CHECK_EVERY === 0
    return in_full ? schema_problem('event', frame) : hot_members_problem(frame)
  }
}
