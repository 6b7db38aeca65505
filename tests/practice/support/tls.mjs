// A small CA and a server certificate from it, made with the openssl command, for partners that speak TLS.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })

// Gives `{key, cert, ca_file}`: PEM of the server's key and chain, and the file of the CA to trust.
// What is in the folder already is used again.
export function make_server_certificate({
  folder,
  names = ['localhost', '127.0.0.1', '::1'],
  valid_days = 30,
}) {
  const file = (name) => path.join(folder, name)
  if (!fs.existsSync(file('server.pem'))) {
    fs.mkdirSync(folder, { recursive: true })
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
    openssl(
      'req',
      '-x509',
      ...ec,
      '-keyout',
      file('ca.key'),
      '-out',
      file('ca.pem'),
      '-days',
      `${valid_days}`,
      '-subj',
      '/CN=Practice CA',
      '-addext',
      'keyUsage=critical,keyCertSign',
    )
    openssl(
      'req',
      ...ec,
      '-keyout',
      file('server.key'),
      '-out',
      file('server.csr'),
      '-subj',
      `/CN=${names[0]}`,
    )
    fs.writeFileSync(
      file('server.ext'),
      `subjectAltName=${names.map(alt_name).join(',')}\nextendedKeyUsage=serverAuth\n`,
    )
    openssl(
      'x509',
      '-req',
      '-in',
      file('server.csr'),
      '-CA',
      file('ca.pem'),
      '-CAkey',
      file('ca.key'),
      '-CAcreateserial',
      '-days',
      `${valid_days}`,
      '-extfile',
      file('server.ext'),
      '-out',
      file('server.pem'),
    )
  }
  return {
    key: fs.readFileSync(file('server.key'), 'utf8'),
    cert: fs.readFileSync(file('server.pem'), 'utf8'),
    ca_file: file('ca.pem'),
  }
}

const alt_name = (name) => (net.isIP(name) ? `IP:${name}` : `DNS:${name}`)
