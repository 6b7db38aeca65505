// Faults that happen to one live connection, at once.
import { randomBytes } from 'node:crypto'

// One unmasked WebSocket text message, made by hand: `ws` would refuse to send bad UTF-8.
function raw_text_message(bytes) {
  const head =
    bytes.length < 126
      ? Buffer.from([0x81, bytes.length])
      : Buffer.from([0x81, 126, bytes.length >> 8, bytes.length & 0xff])
  return Buffer.concat([head, bytes])
}

const GARBAGE = {
  bad_utf8: (ws) =>
    ws._socket.write(raw_text_message(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0xff, 0x22, 0x7d]))),
  bad_json: (ws) => ws.send('{"t":"ack","upto":'),
  not_object: (ws) => ws.send('[1,2,3]'),
  no_type: (ws) => ws.send('{"upto":1}'),
  bad_member: (ws) => ws.send('{"t":"ack","upto":"all"}'),
  unknown_type: (ws) => ws.send('{"t":"from_the_future","any":{"thing":[1]}}'),
  binary: (ws) => ws.send(randomBytes(64)),
  deep: (ws) => ws.send(`{"t":"ack","upto":1,"x":${'['.repeat(100000)}${']'.repeat(100000)}}`),
  huge: (ws, { size = 9 * 1024 * 1024 }) =>
    ws.send(JSON.stringify({ t: 'error', code: 'huge', text: 'x'.repeat(size) })),
  bad_frame: (ws) => ws._socket.write(Buffer.from([0xf1, 0x02, 0x68, 0x69])), // reserved bits set
}

export const garbage_kinds = Object.keys(GARBAGE)

export function send_garbage(session, { kind, ...details }) {
  if (!GARBAGE[kind]) throw new Error(`no garbage of kind ${kind}; there is ${garbage_kinds.join(', ')}`)
  GARBAGE[kind](session.ws, details)
}

// A TCP reset: nothing of the WebSocket's or of TLS's own ending goes out.
export function reset(session) {
  session.socket.resetAndDestroy()
}

// What the relay sends stays in the kernel's buffers until they are full, and then in the relay's.
export function stop_reading(session, for_ms) {
  session.ws.pause()
  if (for_ms !== undefined) setTimeout(() => resume_reading(session), for_ms).unref()
}

export function resume_reading(session) {
  session.ws.resume()
}

export function drain(session, { reason = 'practice drain', deadline_ms = 5000, url } = {}) {
  session.draining = true
  session.send({ t: 'drain', reason, deadline_ms, ...(url ? { url } : {}) })
  setTimeout(() => session.bye_received || session.close(4001, 'drained'), deadline_ms).unref()
}
