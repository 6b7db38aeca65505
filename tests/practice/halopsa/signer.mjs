// How a webhook proves where it comes from: each way that HaloPSA may sign, as a setting.
import { constants, createHash, createHmac, sign } from 'node:crypto'

export const DEFAULT_SIGNING = {
  mode: 'x509', // x509, hmac, basic, none
  header: 'X-Signature',
  hash: 'sha256', // sha1, sha256, sha384, sha512
  padding: 'pkcs1', // pkcs1, pss
  salt_length: 'digest', // of PSS: digest, max, or a number
  encoding: 'base64', // base64, base64url, hex, hex_upper, hex_dashes
  prefix: '',
  bytes: 'raw', // raw, no_bom, hash_text, utf16le, timestamp_body
  timestamp_header: 'X-Signature-Timestamp', // of timestamp_body
  hmac_key: '',
  basic_user: '',
  basic_password: '',
}

const ENCODINGS = {
  base64: (bytes) => bytes.toString('base64'),
  base64url: (bytes) => bytes.toString('base64url'),
  hex: (bytes) => bytes.toString('hex'),
  hex_upper: (bytes) => bytes.toString('hex').toUpperCase(),
  // As .NET's BitConverter writes bytes.
  hex_dashes: (bytes) => bytes.toString('hex').toUpperCase().match(/../g).join('-'),
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf])
export const has_bom = (body) => body.subarray(0, 3).equals(BOM)
export const with_bom = (body) => Buffer.concat([BOM, body])
const without_bom = (body) => (has_bom(body) ? body.subarray(3) : body)

// What is signed, for a body as it is sent.
const SIGNED_BYTES = {
  raw: (body) => body,
  no_bom: without_bom,
  hash_text: (body, { hash }) => Buffer.from(createHash(hash).update(body).digest('hex')),
  utf16le: (body) => Buffer.from(without_bom(body).toString('utf8'), 'utf16le'),
  timestamp_body: (body, settings, timestamp) => Buffer.concat([Buffer.from(`${timestamp}.`), body]),
}

const SALT_LENGTHS = { digest: constants.RSA_PSS_SALTLEN_DIGEST, max: constants.RSA_PSS_SALTLEN_MAX_SIGN }

export function check_signing(settings) {
  const known = {
    mode: ['x509', 'hmac', 'basic', 'none'],
    hash: ['sha1', 'sha256', 'sha384', 'sha512'],
    padding: ['pkcs1', 'pss'],
    encoding: Object.keys(ENCODINGS),
    bytes: Object.keys(SIGNED_BYTES),
  }
  for (const name of Object.keys(settings))
    if (!(name in DEFAULT_SIGNING)) throw new Error(`no signing setting ${name}`)
  for (const [name, values] of Object.entries(known)) {
    if (name in settings && !values.includes(settings[name]))
      throw new Error(`${name} is one of ${values.join(', ')}`)
  }
  return { ...DEFAULT_SIGNING, ...settings }
}

// The headers that go with `body` (a Buffer). `key`: the private key, of mode x509.
export function sign_headers(body, settings, key, now_ms = Date.now()) {
  if (settings.mode === 'none') return {}
  if (settings.mode === 'basic') {
    const credentials = Buffer.from(`${settings.basic_user}:${settings.basic_password}`)
    return { Authorization: `Basic ${credentials.toString('base64')}` }
  }
  const timestamp = Math.floor(now_ms / 1000)
  const bytes = SIGNED_BYTES[settings.bytes](body, settings, timestamp)
  const signature =
    settings.mode === 'hmac'
      ? createHmac(settings.hash, settings.hmac_key).update(bytes).digest()
      : sign_rsa(bytes, settings, key)
  const headers = { [settings.header]: settings.prefix + ENCODINGS[settings.encoding](signature) }
  if (settings.bytes === 'timestamp_body') headers[settings.timestamp_header] = `${timestamp}`
  return headers
}

function sign_rsa(bytes, { hash, padding, salt_length }, key) {
  if (!key) throw new Error('no certificate is loaded to sign with')
  if (padding === 'pkcs1') return sign(hash, bytes, key)
  const saltLength = SALT_LENGTHS[salt_length] ?? Number(salt_length)
  return sign(hash, bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}
