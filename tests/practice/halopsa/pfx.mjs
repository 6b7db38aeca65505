// Opens a PFX as HaloPSA's Windows would, by the openssl command: 3DES with a SHA-1 MAC, and, but on Windows
// Server 2016 and older (`legacy_only`), AES-256 with SHA-256.
import { execFile } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'

// Gives `{key, certificate, thumbprint, subject, issuer, not_after}`: a private KeyObject, an
// X509Certificate, and the SHA-1 thumbprint as Windows shows it (40 hex digits in upper case).
export async function open_pfx(bytes, password, { legacy_only = false } = {}) {
  const { pem, about } = await openssl_pkcs12(bytes, password)
  if (legacy_only && /PBES2|MAC: sha(256|384|512)/i.test(about)) throw new Error('the password is wrong')
  const key_pem = pem.match(/-----BEGIN PRIVATE KEY-----[^]*?-----END PRIVATE KEY-----/)?.[0]
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----/g) ?? []
  if (!key_pem) throw new Error('the PFX holds no private key')
  const key = createPrivateKey(key_pem)
  const certificate = certificates
    .map((text) => new X509Certificate(text))
    .find((candidate) => candidate.checkPrivateKey(key))
  if (!certificate) throw new Error('the PFX holds no certificate of its key')
  if (key.asymmetricKeyType !== 'rsa')
    throw new Error(`HaloPSA takes RSA keys, this one is ${key.asymmetricKeyType}`)
  return {
    key,
    certificate,
    thumbprint: certificate.fingerprint.replaceAll(':', ''),
    subject: certificate.subject,
    issuer: certificate.issuer,
    not_after: new Date(certificate.validTo).toISOString(),
  }
}

// The password goes by the environment, where no other user can read it.
function openssl_pkcs12(bytes, password) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PRACTICE_PFX_PASSWORD: password }
    const child = execFile(
      'openssl',
      ['pkcs12', '-info', '-nodes', '-passin', 'env:PRACTICE_PFX_PASSWORD'],
      { env },
      (error, stdout, stderr) => {
        if (error) reject(new Error(`openssl cannot open the PFX: ${stderr.trim().split('\n')[0]}`))
        else resolve({ pem: stdout, about: stderr })
      },
    )
    child.stdin.on('error', () => {}) // openssl may give up before it has read all
    child.stdin.end(bytes)
  })
}
