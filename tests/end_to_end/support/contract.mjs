// Holds every answer of the admin API against docs/admin-api/openapi.json.
import fs from 'node:fs'
import Ajv2020 from 'ajv/dist/2020.js'

const document = JSON.parse(
  fs.readFileSync(new URL('../../../docs/admin-api/openapi.json', import.meta.url), 'utf8'),
)
const BASE = '/api/v1'
// What every call may answer, as the contract's introduction says.
const COMMON_CODES = document.info.description.match(/Every call may also answer ([^;]*);/)[1].match(/\w+/g)

const ajv = new Ajv2020.default({ strict: false, validateFormats: false })
ajv.addSchema({ $id: 'openapi', ...document })
const compiled = new Map()

const pointer = (...parts) =>
  parts
    .map((part) => `/${encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1'))}`)
    .join('')

function problem_by(place, value) {
  if (!compiled.has(place)) compiled.set(place, ajv.compile({ $ref: `openapi#${place}` }))
  const validate = compiled.get(place)
  if (validate(value)) return null
  const [first] = validate.errors
  return `${first.instancePath || '/'} ${first.message} ${JSON.stringify(first.params)}`
}

const templates = Object.keys(document.paths).map((template) => ({
  template,
  pattern: new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`),
}))

// The operation for a method and a full path; null where the contract has none.
export function find_operation(method, full_path) {
  const bare = full_path.split('?')[0]
  const path = bare.startsWith(BASE) ? bare.slice(BASE.length) : bare
  const exact = templates.find(({ template }) => template === path)
  const found = exact ?? templates.find(({ pattern }) => pattern.test(path))
  const operation = found && document.paths[found.template][method.toLowerCase()]
  return operation ? { ...found, operation, method: method.toLowerCase() } : null
}

// Every operation of the contract, as "GET /status".
export const all_operations = Object.entries(document.paths).flatMap(([path, item]) =>
  ['get', 'post', 'patch', 'put', 'delete']
    .filter((method) => method in item)
    .map((method) => `${method.toUpperCase()} ${path}`),
)

// What is wrong with an object by a schema of the contract's components; null where nothing is.
export function schema_problem(name, value) {
  return problem_by(pointer('components', 'schemas', name), value)
}

function refusal_problem(found, status, value) {
  const wrong = schema_problem('Problem', value)
  if (wrong) return `problem document: ${wrong}`
  if (value.status !== status) return `the problem says ${value.status}, the answer ${status}`
  const codes = [...COMMON_CODES, ...(found?.operation['x-codes'] ?? [])]
  return codes.includes(value.code) ? null : `the code ${value.code} is not in the contract of this call`
}

// Those that were called, whatever came of it.
export const exercised_operations = new Set()

// What is wrong with an answer `{status, headers, body}` to this call; null where nothing is.
export function answer_problem(method, full_path, { status, headers, body }) {
  const found = find_operation(method, full_path)
  if (found) exercised_operations.add(`${method} ${found.template}`)
  const type = (headers['content-type'] ?? '').split(';')[0].trim()
  if (type === 'application/problem+json') return refusal_problem(found, status, JSON.parse(body))
  if (!found) return status >= 400 ? null : 'this call is not in the contract'
  const described = found.operation.responses[status]
  if (!described) return `the contract knows no status ${status} here`
  if (!described.content) return body.length > 0 ? 'there should be no body' : null
  if (!described.content[type]) return `the contract knows no type "${type}" here`
  if (type !== 'application/json') return null
  const { template } = found
  const place = pointer('paths', template, found.method, 'responses', status, 'content', type, 'schema')
  return problem_by(place, JSON.parse(body))
}
