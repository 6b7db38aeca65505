// Who may connect: enrolment codes, and the relays that used one, with their keys. Kept in one file,
// which is replaced whole, so that a crash leaves the old or the new one.
import { createHash, createPublicKey, randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'

export const CODE_LIFE_MS = 15 * 60 * 1000

// RFC 7638: the SHA-256 of the required members in lexical order.
export function jwk_thumbprint({ crv, kty, x, y }) {
  return createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url')
}

export class Relays {
  #path
  #state = { codes: {}, relays: {} }

  constructor(folder) {
    this.#path = path.join(folder, 'relays.json')
    if (fs.existsSync(this.#path)) this.#state = JSON.parse(fs.readFileSync(this.#path, 'utf8'))
  }

  make_code(now, life_ms = CODE_LIFE_MS) {
    const code = randomBytes(10).toString('hex').toUpperCase().match(/.{5}/g).join('-')
    this.#state.codes[code] = { expires: now + life_ms, used: false }
    this.#save()
    return code
  }

  // The new relay's id; null where the code is unknown, used or expired.
  enroll({ code, public_key, name, version, os }, now) {
    const known = Object.hasOwn(this.#state.codes, code) ? this.#state.codes[code] : null
    if (!known || known.used || now >= known.expires) return null
    const keys = [public_jwk(public_key)]
    known.used = true
    const relay_id = randomUUID()
    this.#state.relays[relay_id] = { name, version, os, keys, enrolled: now }
    this.#save()
    return relay_id
  }

  // The relay and its key for a token's subject and key id; null where there is none.
  find_key(relay_id, kid) {
    const relay = Object.hasOwn(this.#state.relays, relay_id) ? this.#state.relays[relay_id] : null
    const jwk = relay?.keys.find((key) => jwk_thumbprint(key) === kid)
    return jwk ? createPublicKey({ key: jwk, format: 'jwk' }) : null
  }

  // The old key works until the new one was used.
  add_key(relay_id, jwk) {
    const { keys } = this.#state.relays[relay_id]
    this.#state.relays[relay_id].keys = [keys[0], public_jwk(jwk)]
    this.#save()
  }

  on_key_used(relay_id, kid) {
    const relay = this.#state.relays[relay_id]
    if (relay.keys.length === 1 || jwk_thumbprint(relay.keys[0]) === kid) return
    relay.keys = relay.keys.filter((key) => jwk_thumbprint(key) === kid)
    this.#save()
  }

  list() {
    return Object.entries(this.#state.relays).map(([relay_id, { keys, ...rest }]) => ({
      relay_id,
      ...rest,
      kids: keys.map(jwk_thumbprint),
    }))
  }

  #save() {
    const fresh = `${this.#path}.new`
    const fd = fs.openSync(fresh, 'w', 0o600)
    fs.writeSync(fd, JSON.stringify(this.#state, null, 2))
    fs.fsyncSync(fd)
    fs.closeSync(fd)
    fs.renameSync(fresh, this.#path)
  }
}

function public_jwk({ kty, crv, x, y }) {
  const jwk = { kty, crv, x, y }
  createPublicKey({ key: jwk, format: 'jwk' }) // throws where the point is not on the curve
  return jwk
}
