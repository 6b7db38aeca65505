// Opens the PFX files of both profiles with every importer that is installed. MIZO_PFX_TOOL names the
// program that makes them; with MIZO_ALL_IMPORTERS=1 an importer that is not installed is a failure instead
// of a skipped test.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';

const tool = process.env.MIZO_PFX_TOOL;
const mayMiss = process.env.MIZO_ALL_IMPORTERS !== '1';
const top = mkdtempSync(path.join(tmpdir(), 'mizo-pfx-'));
after(() => rmSync(top, { recursive: true, force: true }));

const installed = (program) => !spawnSync(program, ['--version'], { stdio: 'ignore' }).error;
const importer = (program) => ({ skip: mayMiss && !installed(program) && `${program} is not installed` });
const run = (program, args, input) => execFileSync(program, args, { input, stdio: ['pipe', 'pipe', 'pipe'] });
const exitCode = (program, args, input) =>
  spawnSync(program, args, { input, stdio: ['pipe', 'ignore', 'ignore'] }).status;

// The certificates of a text in which they stand as PEM, each as its thumbprint.
function thumbprints(text) {
  const blocks = text.toString().match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem).fingerprint.replaceAll(':', ''));
}

function makePfx(profile, bits) {
  const folder = path.join(top, `${profile}-${bits}`);
  mkdirSync(folder);
  run(tool, ['make', profile, String(bits), folder]);
  const at = (name) => path.join(folder, name);
  const read = (name) => readFileSync(at(name), 'utf8');
  return { file: at('webhook.pfx'), passwordFile: at('password'), password: read('password'),
    certificate: at('certificate.pem'), thumbprint: read('thumbprint'), at };
}

test('the program that makes PFX files is named', () => assert.ok(tool, 'MIZO_PFX_TOOL is not set'));

const kinds = [['compatible', 2048], ['modern', 2048], ['compatible', 4096], ['modern', 3072]];
for (const [profile, bits] of kinds) {
  describe(`a PFX of profile ${profile} with ${bits} bits`, () => {
    let pfx;
    before(() => { pfx = makePfx(profile, bits); });

    test('opens with Node, and not with a wrong password', () => {
      const file = readFileSync(pfx.file);
      assert.ok(tls.createSecureContext({ pfx: file, passphrase: pfx.password }));
      assert.throws(() => tls.createSecureContext({ pfx: file, passphrase: 'wrong' }), /mac verify failure/i);
    });

    test('opens with OpenSSL, without its legacy provider', importer('openssl'), () => {
      const text = run('openssl', ['pkcs12', '-in', pfx.file, '-nokeys',
        '-passin', `file:${pfx.passwordFile}`]);
      assert.deepEqual(thumbprints(text), [pfx.thumbprint]);
      assert.match(text.toString(), /friendlyName: Mizo webhook/);
      assert.match(text.toString(), /localKeyID:/);
    });

    test("opens with Java's keytool", importer('keytool'), () => {
      const text = run('keytool', ['-list', '-v', '-storetype', 'PKCS12', '-keystore', pfx.file,
        '-storepass:file', pfx.passwordFile]).toString();
      assert.match(text, /mizo webhook/i);
      assert.match(text, /PrivateKeyEntry/);
      assert.equal(/SHA1: ([0-9A-F:]+)/.exec(text)?.[1].replaceAll(':', ''), pfx.thumbprint);
    });

    test("opens with GnuTLS' certtool", importer('certtool'), () => {
      const text = run('certtool', ['--p12-info', '--inder', '--infile', pfx.file,
        `--password=${pfx.password}`]);
      assert.deepEqual(thumbprints(text), [pfx.thumbprint]);
      assert.match(text.toString(), /BEGIN (RSA |ENCRYPTED )?PRIVATE KEY/);
    });

    test("opens with NSS' pk12util", importer('pk12util'), () => {
      const store = pfx.at('nss');
      mkdirSync(store);
      run('certutil', ['-N', '-d', `sql:${store}`, '--empty-password']);
      run('pk12util', ['-i', pfx.file, '-d', `sql:${store}`, '-w', pfx.passwordFile]);
      const text = run('certutil', ['-L', '-d', `sql:${store}`, '-n', 'Mizo webhook', '-a']);
      assert.deepEqual(thumbprints(text), [pfx.thumbprint]);
      assert.match(run('certutil', ['-K', '-d', `sql:${store}`]).toString(), /Mizo webhook/);
    });

    test('holds the key whose signatures our verifier takes', importer('openssl'), () => {
      const key = pfx.at('key.pem');
      writeFileSync(key, run('openssl', ['pkcs12', '-in', pfx.file, '-nocerts', '-noenc',
        '-passin', `file:${pfx.passwordFile}`]));
      const body = pfx.at('body.json');
      writeFileSync(body, '{"event":"new ticket logged","object_id":4242}');
      const other = pfx.at('other.json');
      writeFileSync(other, '{"event":"new ticket logged","object_id":4243}');
      for (const [padding, options] of [['pkcs1', []], ['pss', ['-sigopt', 'rsa_padding_mode:pss']]]) {
        const signature = run('openssl', ['dgst', '-sha256', '-sign', key, ...options, body])
          .toString('base64');
        assert.equal(exitCode(tool, ['verify', pfx.certificate, padding, body], signature), 0);
        assert.equal(exitCode(tool, ['verify', pfx.certificate, padding, other], signature), 1);
      }
    });
  });
}

test('a PFX that OpenSSL made, with any of its usual ciphers, opens with ours', importer('openssl'), () => {
  const { at, passwordFile } = makePfx('modern', 4096);
  const key = at('server.key');
  const certificate = at('server.pem');
  run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc',
    '-keyout', key, '-out', certificate, '-subj', '/CN=relay', '-days', '1']);
  const password = readFileSync(passwordFile, 'utf8');
  for (const ciphers of [[], ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'SHA1'],
    ['-certpbe', 'NONE'], ['-iter', '100000']]) {
    const file = at('server.pfx');
    run('openssl', ['pkcs12', '-export', '-inkey', key, '-in', certificate, '-out', file,
      '-passout', `file:${passwordFile}`, ...ciphers]);
    assert.equal(run(tool, ['open', file], password).toString(), thumbprints(readFileSync(certificate))[0]);
    assert.equal(exitCode(tool, ['open', file], 'wrong'), 1);
  }
});
