// Server-sent events as a browser reads them; each message is held against the contract.
import http from 'node:http'
import { exercised_operations, schema_problem } from './contract.mjs'
import { until } from '../../practice/support/until.mjs'

const SCHEMAS = {
  delivery: 'Delivery',
  event: 'Event',
  status: 'Status',
  checks: 'Checks',
  test_ticket: 'TestTicket',
  log: 'LogLine',
}

export class EventStream {
  messages = [] // {event, id, data}
  ended = false

  // `path` with its query, `headers` such as Authorization or Last-Event-ID.
  static open(daemon, path, headers) {
    const stream = new EventStream()
    exercised_operations.add('GET /stream')
    return new Promise((resolve, reject) => {
      stream.request = http.get(
        `${daemon.admin_url}/api/v1${path}`,
        { agent: false, headers },
        (response) => {
          stream.status = response.statusCode
          stream.headers = response.headers
          response.setEncoding('utf8')
          let text = ''
          response.on('data', (piece) => {
            const parts = (text + piece).split('\n\n')
            text = parts.pop()
            parts.forEach((part) => stream.#add(part))
          })
          response.on('error', () => {})
          response.on('close', () => {
            stream.ended = true
          })
          resolve(stream)
        },
      )
      stream.request.on('error', reject)
    })
  }

  #add(part) {
    const fields = part.split('\n').filter((line) => line && !line.startsWith(':'))
    if (fields.length === 0) return
    const message = Object.fromEntries(
      fields.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    if (message.data !== undefined) message.data = JSON.parse(message.data)
    if (message.event) this.messages.push(message)
  }

  of(event) {
    return this.messages.filter((message) => message.event === event)
  }

  // Waits for a message of this topic whose data fulfils the condition; gives it.
  find(event, condition, timeout_ms = 5000) {
    return until(() => this.of(event).find(({ data }) => condition(data)), {
      what: `${event}: ${condition}`,
      timeout_ms,
    })
  }

  contract_problems() {
    return this.messages
      .filter(({ event }) => SCHEMAS[event])
      .map(({ event, data }) => schema_problem(SCHEMAS[event], data))
      .filter(Boolean)
  }

  close() {
    this.request.destroy()
  }
}
