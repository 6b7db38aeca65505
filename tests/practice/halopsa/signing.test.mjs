// Signatures against the openssl command, which knows nothing of this code.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, createHmac } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { temporary_folder } from '../support/temporary.mjs'
import { make_pfx } from '../support/test_pfx.mjs'
import { open_pfx } from './pfx.mjs'
import { presign, read_presigned } from './presign.mjs'
import { check_signing, sign_headers, with_bom } from './signer.mjs'

const BODY = Buffer.from('{"event":"new ticket logged","summary":"Zürich 🖨️ 東京","object_id":4242}')
const NOW = 1790000000123

async function load(t, profile) {
  const folder = temporary_folder(t)
  const made = make_pfx(folder, profile)
  return { folder, made, ...(await open_pfx(made.pfx, made.password)) }
}

// Whether openssl finds `signature` good for `bytes`.
function openssl_verifies({ folder, made, bytes, signature, hash = 'sha256', pss_salt = null }) {
  fs.writeFileSync(path.join(folder, 'body'), bytes)
  fs.writeFileSync(path.join(folder, 'signature'), signature)
  const pss =
    pss_salt === null ? [] : ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', `rsa_pss_saltlen:${pss_salt}`]
  const args = [
    'dgst',
    `-${hash}`,
    '-verify',
    made.public_key_file,
    ...pss,
    '-signature',
    path.join(folder, 'signature'),
    path.join(folder, 'body'),
  ]
  return spawnSync('openssl', args).status === 0
}

for (const profile of ['compatible', 'modern']) {
  test(`a PFX of the ${profile} profile opens, and its thumbprint is openssl's`, async (t) => {
    const { made, thumbprint, subject } = await load(t, profile)
    const text = execFileSync('openssl', [
      'x509',
      '-in',
      made.certificate_file,
      '-noout',
      '-fingerprint',
      '-sha1',
    ]).toString()
    assert.equal(thumbprint, text.trim().split('=')[1].replaceAll(':', ''))
    assert.equal(subject, 'CN=Mizo webhook')
    await assert.rejects(open_pfx(made.pfx, 'wrong'), /cannot open the PFX/)
    await assert.rejects(open_pfx(Buffer.from('nonsense'), made.password), /cannot open the PFX/)
  })
}

test('the default signature is PKCS#1 v1.5 with SHA-256 in base64 over the raw body', async (t) => {
  const loaded = await load(t, 'compatible')
  const headers = sign_headers(BODY, check_signing({}), loaded.key)
  assert.deepEqual(Object.keys(headers), ['X-Signature'])
  const signature = Buffer.from(headers['X-Signature'], 'base64')
  assert.equal(signature.toString('base64'), headers['X-Signature'])
  assert.ok(openssl_verifies({ ...loaded, bytes: BODY, signature }))
  const flipped = Buffer.from(BODY)
  flipped[0] ^= 1
  assert.ok(!openssl_verifies({ ...loaded, bytes: flipped, signature }))
})

test('every hash and both paddings verify', async (t) => {
  const loaded = await load(t, 'modern')
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512']) {
    for (const padding of ['pkcs1', 'pss']) {
      const { 'X-Signature': value } = sign_headers(BODY, check_signing({ hash, padding }), loaded.key)
      const good = openssl_verifies({
        ...loaded,
        bytes: BODY,
        signature: Buffer.from(value, 'base64'),
        hash,
        pss_salt: padding === 'pss' ? 'digest' : null,
      })
      assert.ok(good, `${hash} ${padding}`)
    }
  }
})

const decoders = {
  base64: (text) => Buffer.from(text, 'base64'),
  base64url: (text) => {
    assert.doesNotMatch(text, /[+/=]/)
    return Buffer.from(text, 'base64url')
  },
  hex: (text) => {
    assert.match(text, /^[0-9a-f]+$/)
    return Buffer.from(text, 'hex')
  },
  hex_upper: (text) => {
    assert.match(text, /^[0-9A-F]+$/)
    return Buffer.from(text, 'hex')
  },
  hex_dashes: (text) => {
    assert.match(text, /^([0-9A-F]{2}-)+[0-9A-F]{2}$/)
    return Buffer.from(text.replaceAll('-', ''), 'hex')
  },
}

test('every encoding, with a prefix, verifies', async (t) => {
  const loaded = await load(t, 'modern')
  for (const [encoding, decode] of Object.entries(decoders)) {
    const { Signature: value } = sign_headers(
      BODY,
      check_signing({ encoding, prefix: 'sha256=', header: 'Signature' }),
      loaded.key,
    )
    assert.ok(value.startsWith('sha256='))
    assert.ok(openssl_verifies({ ...loaded, bytes: BODY, signature: decode(value.slice(7)) }), encoding)
  }
})

test('every choice of bytes verifies over just those', async (t) => {
  const loaded = await load(t, 'modern')
  const body = with_bom(BODY)
  const signed = {
    raw: body,
    no_bom: BODY,
    hash_text: Buffer.from(createHash('sha256').update(body).digest('hex')),
    utf16le: Buffer.from(BODY.toString('utf8'), 'utf16le'),
    timestamp_body: Buffer.concat([Buffer.from('1790000000.'), body]),
  }
  for (const [bytes, expected] of Object.entries(signed)) {
    const headers = sign_headers(body, check_signing({ bytes }), loaded.key, NOW)
    assert.ok(
      openssl_verifies({
        ...loaded,
        bytes: expected,
        signature: Buffer.from(headers['X-Signature'], 'base64'),
      }),
      bytes,
    )
    assert.equal(headers['X-Signature-Timestamp'], bytes === 'timestamp_body' ? '1790000000' : undefined)
  }
})

test('the HMAC, Basic and none modes', () => {
  const hmac = sign_headers(BODY, check_signing({ mode: 'hmac', hmac_key: 'sécret' }))
  assert.equal(hmac['X-Signature'], createHmac('sha256', 'sécret').update(BODY).digest('base64'))
  const basic = sign_headers(
    BODY,
    check_signing({ mode: 'basic', basic_user: 'halo', basic_password: 'a:b' }),
  )
  assert.deepEqual(basic, { Authorization: 'Basic aGFsbzphOmI=' })
  assert.deepEqual(sign_headers(BODY, check_signing({ mode: 'none' })), {})
})

test('an unknown setting, or a value it cannot have, is named', () => {
  assert.throws(() => check_signing({ colour: 'red' }), /no signing setting colour/)
  assert.throws(() => check_signing({ hash: 'md5' }), /hash is one of sha1/)
  assert.throws(() => sign_headers(BODY, check_signing({})), /no certificate/)
})

test('bodies signed beforehand verify, and each is an occurrence of its own', async (t) => {
  const loaded = await load(t, 'modern')
  const out = path.join(loaded.folder, 'presigned')
  const { seconds } = await presign({ key: loaded.key, count: 501, out, threads: 2 })
  t.diagnostic(`${Math.round(501 / seconds)} signatures/s on 2 threads, start included`)
  const records = [...read_presigned(out)]
  assert.equal(records.length, 501)
  const bodies = records.map(({ body }) => JSON.parse(body.toString('utf8')))
  assert.equal(new Set(bodies.map(({ escmsg_id }) => escmsg_id)).size, 501)
  assert.equal(new Set(bodies.map(({ object_id }) => object_id)).size, 501)
  for (const { body, header_value } of [records[0], records[500]]) {
    assert.ok(openssl_verifies({ ...loaded, bytes: body, signature: Buffer.from(header_value, 'base64') }))
  }
})
