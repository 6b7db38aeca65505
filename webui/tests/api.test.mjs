import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { ApiError, api, connectHooks } from './support.mjs';

const document = JSON.parse(
  readFileSync(new URL('../../docs/admin-api/openapi.json', import.meta.url), 'utf8'),
);
const id = '0193a1b2-0000-7000-8000-000000000001';

const json = (body, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json' },
  });
const problem = (status, code) => json({ type: 'about:blank', title: '', status, code, detail: '' }, status);

// Answers each call in turn, and keeps what was asked.
function serve(...answers) {
  const asked = [];
  globalThis.fetch = async (url, request) => {
    asked.push({ url, ...request });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return answer.clone();
  };
  return asked;
}

const calls = {
  changePassword: ['password'],
  setUp: ['code', 'password'],
  signIn: ['password'],
  metricsHistory: ['24h'],
  changeSettings: [{}],
  makeCertificate: [{}],
  pfx: [id],
  pfxPassword: [id],
  retire: [id, false],
  revoke: [id, true],
  deliveries: [{ limit: 1 }],
  delivery: [id],
  deliveryBody: [id],
  replay: [id],
  replayMany: [{}, true],
  exportEvents: ['csv', {}],
  fixCheck: ['webhook.url', true],
  fixAllChecks: [true],
  install: [id],
  startTestTicket: [25, true],
  agentCalls: [{ ticket: 7, limit: 1 }],
  insight: [4242],
  reconcile: ['2026-11-23T10:00:00.000Z'],
  alerts: [{ limit: 1 }],
  enroll: [{}],
  changeLogLevels: [{}],
  log: [{}],
  haloCalls: [{ limit: 1, purpose: 'agent', ticket: 7 }],
};

// The operation of the contract whose path, with its {parameters}, this one is.
function operationOf(method, path) {
  const parts = path.split('/');
  const fits = template => {
    const wanted = template.split('/');
    return (
      wanted.length === parts.length &&
      wanted.every((part, index) => part.startsWith('{') || part === parts[index])
    );
  };
  const exact = document.paths[path] ? path : Object.keys(document.paths).find(fits);
  return document.paths[exact]?.[method];
}

test('every call of the page is one that the contract describes', async () => {
  for (const [name, call] of Object.entries(api)) {
    const [asked] = [serve(json({ csrf: 'token', items: [] }))];
    await call(...(calls[name] ?? []));
    const { pathname, searchParams } = new URL(asked[0].url, 'http://relay');
    const path = pathname.replace('/api/v1', '');
    const operation = operationOf(asked[0].method.toLowerCase(), path);
    assert.ok(operation, `${name}: ${asked[0].method} ${path}`);
    const known = (operation.parameters ?? []).map(parameter => parameter.name);
    for (const parameter of searchParams.keys())
      assert.ok(known.includes(parameter), `${name}: ${parameter}`);
    assert.equal(asked[0].body === undefined, operation.requestBody === undefined, `${name}: body`);
  }
});

test('the token of the session goes with every call that changes something, and with no other', async () => {
  serve(json({ csrf: 'token-1' }));
  await api.session();
  const asked = serve(json({}));
  await api.learn();
  await api.link();
  assert.equal(asked[0].headers['X-Mizo-CSRF'], 'token-1');
  assert.equal(asked[1].headers['X-Mizo-CSRF'], undefined);
});

test('where the password must be fresh it is asked for once, and the call repeated', async () => {
  let questions = 0;
  connectHooks({ signedOut() {}, reauthenticate: async () => (questions += 1) > 0 });
  const asked = serve(problem(403, 'reauth_required'), json({ password: 'p' }));
  assert.deepEqual(await api.pfxPassword(id), { password: 'p' });
  assert.equal(questions, 1);
  assert.equal(asked.length, 2);
});

test('a reader who declines sees the refusal, and the call is not repeated', async () => {
  connectHooks({ signedOut() {}, reauthenticate: async () => false });
  const asked = serve(problem(403, 'reauth_required'));
  await assert.rejects(
    api.pfxPassword(id),
    error => error instanceof ApiError && error.code === 'reauth_required',
  );
  assert.equal(asked.length, 1);
});

test('an ended session is told to the page', async () => {
  let told = 0;
  connectHooks({
    signedOut() {
      told += 1;
    },
    reauthenticate: async () => false,
  });
  serve(problem(401, 'signed_out'));
  await assert.rejects(api.status());
  assert.equal(told, 1);
});

test('a wrong password does not end the session', async () => {
  let told = 0;
  connectHooks({
    signedOut() {
      told += 1;
    },
    reauthenticate: async () => false,
  });
  serve(problem(401, 'wrong_password'));
  await assert.rejects(api.signIn('x'), error => error.code === 'wrong_password');
  assert.equal(told, 0);
});

test("no answer, and an answer that is not the service's, each have a code of their own", async () => {
  globalThis.fetch = async () => {
    throw new TypeError('refused');
  };
  await assert.rejects(api.status(), error => error.code === 'unreachable');
  serve(new Response('<html>proxy</html>', { status: 502, headers: { 'Content-Type': 'text/html' } }));
  await assert.rejects(api.status(), error => error.code === 'unexpected' && error.status === 502);
});

test('a download takes its name from the answer, and never a path', async () => {
  const named = disposition => new Response('x', { headers: { 'Content-Disposition': disposition } });
  serve(named('attachment; filename="events-2026.csv"'));
  assert.equal((await api.exportEvents('csv', {})).name, 'events-2026.csv');
  serve(named('attachment; filename="../../evil"'));
  assert.equal((await api.exportEvents('csv', {})).name, 'events.csv');
});
