// A certificate packed as the relay packs it, in both profiles, made with the openssl command.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const PROFILES = {
  compatible: ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1'],
  modern: ['-keypbe', 'AES-256-CBC', '-certpbe', 'AES-256-CBC', '-macalg', 'sha256'],
}

// Gives `{pfx, pfx_file, password, certificate_file, public_key_file}`.
export function make_pfx(folder, profile = 'modern', password = 'Practice123') {
  const file = (name) => path.join(folder, name)
  const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    file('key.pem'),
    '-out',
    file('cert.pem'),
    '-days',
    '30',
    '-subj',
    '/CN=Mizo webhook',
  )
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    file('key.pem'),
    '-in',
    file('cert.pem'),
    '-out',
    file('halo.pfx'),
    '-passout',
    `pass:${password}`,
    ...PROFILES[profile],
  )
  fs.writeFileSync(file('public.pem'), openssl('x509', '-in', file('cert.pem'), '-pubkey', '-noout'))
  return {
    pfx: fs.readFileSync(file('halo.pfx')),
    pfx_file: file('halo.pfx'),
    password,
    certificate_file: file('cert.pem'),
    public_key_file: file('public.pem'),
  }
}
