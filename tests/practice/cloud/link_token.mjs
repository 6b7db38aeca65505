// The bearer token of section 3: ES256, of a known key, for this host, short-lived, used once.
import { verify } from 'node:crypto'

const LIFE_MAX_S = 300
const CLOCK_SKEW_S = 5

export class TokenVerifier {
  #relays
  #hosts
  #used = new Map()

  // `hosts`: the names this cloud goes by, as they stand in URLs, without port or brackets.
  constructor({ relays, hosts }) {
    this.#relays = relays
    this.#hosts = hosts
  }

  // Gives `{relay_id, kid}`, or `{problem}` with the reason, for the practice log only.
  verify(authorization, now_ms) {
    const [scheme, token] = (authorization ?? '').split(' ')
    if (scheme !== 'Bearer' || !token) return { problem: 'no bearer token' }
    const parts = token.split('.')
    if (parts.length !== 3) return { problem: 'not a JWT' }
    const header = decode_part(parts[0])
    const claims = decode_part(parts[1])
    if (!header || !claims) return { problem: 'not a JWT' }
    const problem =
      header_problem(header) ??
      this.#signature_problem(header, claims, parts) ??
      this.#claims_problem(claims, now_ms / 1000)
    if (problem) return { problem }
    this.#used.set(claims.jti, claims.exp)
    this.#relays.on_key_used(claims.sub, header.kid)
    return { relay_id: claims.sub, kid: header.kid }
  }

  #signature_problem(header, claims, [head, body, signature]) {
    const key = this.#relays.find_key(claims.sub, header.kid)
    if (!key) return 'no such relay, or kid is not the thumbprint of a key of it'
    const bytes = Buffer.from(signature, 'base64url')
    const good = verify('sha256', Buffer.from(`${head}.${body}`), { key, dsaEncoding: 'ieee-p1363' }, bytes)
    return good ? null : 'the signature does not verify'
  }

  #claims_problem({ iss, sub, aud, iat, exp, jti }, now) {
    if (iss !== sub) return 'iss differs from sub'
    if (!this.#hosts.includes(aud))
      return `aud is ${JSON.stringify(aud)}, not one of ${this.#hosts.join(', ')}`
    if (!Number.isFinite(iat) || !Number.isFinite(exp)) return 'iat or exp is missing'
    if (exp - iat > LIFE_MAX_S) return `exp is more than ${LIFE_MAX_S} s after iat`
    if (iat > now + CLOCK_SKEW_S) return 'iat lies in the future'
    if (exp <= now - CLOCK_SKEW_S) return 'expired'
    if (typeof jti !== 'string' || jti === '') return 'no jti'
    return this.#replay_problem(jti, now)
  }

  #replay_problem(jti, now) {
    for (const [used, exp] of this.#used) if (exp < now - CLOCK_SKEW_S) this.#used.delete(used)
    return this.#used.has(jti) ? 'jti was used before' : null
  }
}

function header_problem({ alg, typ, kid }) {
  if (alg !== 'ES256') return `alg is ${JSON.stringify(alg)}, not ES256`
  if (typ !== 'JWT') return 'typ is not JWT'
  return typeof kid === 'string' ? null : 'no kid'
}

function decode_part(part) {
  try {
    const value = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return value !== null && typeof value === 'object' ? value : null
  } catch {
    return null
  }
}
