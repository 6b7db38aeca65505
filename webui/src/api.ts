// The only module that talks to the service. It knows addresses, the CSRF token and problem documents;
// everybody else sees functions and types.
import type {
  Agent,
  AgentCall,
  AlertTest,
  AuditEntry,
  Certificate,
  CertificateRequest,
  Checks,
  Delivery,
  DeliveryDetail,
  DiagnosticsListing,
  EnrollRequest,
  Event,
  Filter,
  Fix,
  Fixes,
  Halo,
  HaloCall,
  HaloTest,
  Insight,
  InstalledCertificate,
  Learn,
  Link,
  LinkTest,
  LogLevel,
  LogLevels,
  LogLevelsPatch,
  LogLine,
  MetricsHistory,
  PastAlert,
  Problem,
  Reconcile,
  Replays,
  Rotation,
  Session,
  Settings,
  SettingsPatch,
  Status,
  StreamTopic,
  TestTicket,
  TicketTypes,
  Webhook,
} from './schema';

const root = '/api/v1';

// `unreachable` and `unexpected` are ours: no answer at all, and an answer that is not the service's.
export type FailureCode = Problem['code'] | 'unreachable' | 'unexpected';

export class ApiError extends Error {
  constructor(
    readonly code: FailureCode,
    readonly status: number,
    readonly problem: Problem | null,
    readonly retryAfter: number | null,
  ) {
    super(problem?.detail ?? code);
  }
}

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

interface Hooks {
  signedOut(): void;
  // Asks for the password again; false when the reader declines.
  reauthenticate(): Promise<boolean>;
}

let csrf: string | null = null;
let hooks: Hooks = { signedOut() {}, reauthenticate: () => Promise.resolve(false) };

export const connectHooks = (connected: Hooks): void => {
  hooks = connected;
};

type Params = Record<string, string | number | undefined>;

function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  return `${root}${path}${query.size > 0 ? `?${query}` : ''}`;
}

async function asError(response: Response): Promise<ApiError> {
  const retry = Number(response.headers.get('Retry-After'));
  const problem = response.headers.get('Content-Type')?.startsWith('application/problem+json')
    ? ((await response.json().catch(() => null)) as Problem | null)
    : null;
  return new ApiError(
    problem?.code ?? 'unexpected',
    response.status,
    problem,
    Number.isFinite(retry) && retry > 0 ? retry : null,
  );
}

async function send(method: string, url: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (method !== 'GET' && csrf !== null) headers['X-Mizo-CSRF'] = csrf;
  const request: RequestInit = {
    method,
    headers,
    credentials: 'same-origin',
    cache: 'no-store',
    redirect: 'error',
  };
  if (body !== undefined) request.body = JSON.stringify(body);
  const response = await fetch(url, request).catch(() => {
    throw new ApiError('unreachable', 0, null, null);
  });
  if (!response.ok) throw await asError(response);
  return response;
}

// Asks once for the password where the service wants it fresh, then repeats the call.
async function call(method: string, url: string, body?: unknown): Promise<Response> {
  try {
    return await send(method, url, body);
  } catch (failure) {
    if (!(failure instanceof ApiError)) throw failure;
    if (failure.code === 'reauth_required' && (await hooks.reauthenticate())) return send(method, url, body);
    if (failure.code === 'signed_out') hooks.signedOut();
    throw failure;
  }
}

async function json<T>(method: string, url: string, body?: unknown): Promise<T> {
  return (await (await call(method, url, body)).json()) as T;
}

async function session(method: string, path: string, body?: unknown): Promise<Session> {
  const answer = (await (await send(method, address(path), body)).json()) as Session;
  csrf = answer.csrf;
  return answer;
}

export interface Download {
  blob: Blob;
  name: string;
}

async function download(method: string, url: string, fallback: string, body?: unknown): Promise<Download> {
  const response = await call(method, url, body);
  const name =
    /filename="([^"/\\]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? fallback;
  return { blob: await response.blob(), name };
}

const one = (kind: string, id: string, action = ''): string =>
  address(`/${kind}/${encodeURIComponent(id)}${action}`);

export const api = {
  session: () => session('GET', '/session'),
  setUp: (code: string, password: string) => session('POST', '/setup', { code, password }),
  signIn: (password: string) => session('POST', '/session', { password }),
  signOut: async (): Promise<void> => {
    await call('DELETE', address('/session'));
    csrf = null;
  },

  // Ends every session, this one too.
  changePassword: async (password: string): Promise<void> => {
    await call('POST', address('/password'), { password });
    csrf = null;
  },

  status: () => json<Status>('GET', address('/status')),
  metricsHistory: (range: '1h' | '24h' | '7d') =>
    json<MetricsHistory>('GET', address('/metrics-history', { range })),
  webhook: () => json<Webhook>('GET', address('/webhook')),

  settings: () => json<Settings>('GET', address('/settings')),
  changeSettings: (patch: SettingsPatch) => json<Settings>('PATCH', address('/settings'), patch),

  certificates: () =>
    json<Page<Certificate> & { rotation: Rotation }>('GET', address('/certificates', { limit: 100 })),
  makeCertificate: (request: CertificateRequest) =>
    json<Certificate>('POST', address('/certificates'), request),
  pfx: (id: string) => download('GET', one('certificates', id, '/pfx'), 'mizo-webhook.pfx'),
  pfxPassword: (id: string) => json<{ password: string }>('GET', one('certificates', id, '/password')),
  retire: (id: string, confirm: boolean) =>
    json<Certificate>('POST', one('certificates', id, '/retire'), { confirm }),
  revoke: (id: string, confirm: boolean) =>
    json<Certificate>('POST', one('certificates', id, '/revoke'), { confirm }),

  deliveries: (params: Params) => json<Page<Delivery>>('GET', address('/deliveries', params)),
  delivery: (id: string) => json<DeliveryDetail>('GET', one('deliveries', id)),
  deliveryBody: (id: string) => download('GET', one('deliveries', id, '/body'), `${id}.json`),
  replay: (id: string) => json<Event>('POST', one('events', id, '/replay')),
  replayMany: (filter: Filter, dryRun: boolean) =>
    json<Replays>('POST', address('/replays'), { filter, dry_run: dryRun }),
  exportEvents: (format: 'csv' | 'ndjson', params: Params) =>
    download('GET', address('/events/export', { ...params, format }), `events.${format}`),

  link: () => json<Link>('GET', address('/link')),
  enroll: (request: EnrollRequest) => json<Link>('POST', address('/link/enroll'), request),
  testLink: (url?: string) => json<LinkTest>('POST', address('/link/test'), url ? { url } : {}),
  retryLink: () => json<Link>('POST', address('/link/retry')),
  forgetLink: async (): Promise<void> => {
    await call('DELETE', address('/link'));
  },

  halo: () => json<Halo>('GET', address('/halo')),
  testHalo: () => json<HaloTest>('POST', address('/halo/test')),
  haloCalls: (params: Params) => json<Page<HaloCall>>('GET', address('/halo/calls', params)),

  ticketTypes: () => json<TicketTypes>('GET', address('/halo/ticket-types')),

  checks: () => json<Checks>('GET', address('/checks')),
  install: (id: string) => json<InstalledCertificate>('POST', one('certificates', id, '/install')),

  runChecks: () => json<Checks>('POST', address('/checks/run')),
  fixCheck: (id: string, dryRun: boolean) =>
    json<Fix>('POST', one('checks', id, '/fix'), { dry_run: dryRun }),
  fixAllChecks: (dryRun: boolean) => json<Fixes>('POST', address('/checks/fix-all'), { dry_run: dryRun }),
  testTicket: () => json<TestTicket>('GET', address('/test-ticket')),
  startTestTicket: (type: number | null, cleanUp: boolean) =>
    json<TestTicket>('POST', address('/test-ticket'), { ticket_type: type, clean_up: cleanUp }),

  agent: () => json<Agent>('GET', address('/agent')),
  agentCalls: (params: Params) => json<Page<AgentCall>>('GET', address('/agent/calls', params)),
  insight: (ticket: number) => json<Insight>('GET', one('insights', String(ticket))),
  reconcileState: () => json<Reconcile>('GET', address('/reconcile')),
  reconcile: (from: string) => json<Reconcile>('POST', address('/reconcile'), { from }),
  alerts: (params: Params) => json<Page<PastAlert>>('GET', address('/alerts', params)),
  testAlert: () => json<AlertTest>('POST', address('/alerts/test')),

  learning: () => json<Learn>('GET', address('/learn')),
  learn: () => json<Learn>('POST', address('/learn')),
  confirmLearning: () => json<Learn>('POST', address('/learn/confirm')),

  log: (params: Params) => json<Page<LogLine>>('GET', address('/log', params)),
  logLevels: () => json<LogLevels>('GET', address('/log/levels')),
  changeLogLevels: (patch: LogLevelsPatch) => json<LogLevels>('PATCH', address('/log/levels'), patch),
  audit: (cursor?: string) => json<Page<AuditEntry>>('GET', address('/audit', { limit: 50, cursor })),
  backup: () => download('POST', address('/backup'), 'mizo-relay.db'),
  diagnosticsListing: () => json<DiagnosticsListing>('POST', address('/diagnostics'), { dry_run: true }),
  diagnostics: () =>
    download('POST', address('/diagnostics'), 'mizo-relay-diagnostics.zip', { dry_run: false }),
};

export interface StreamHandlers {
  message(topic: StreamTopic | 'reset', data: unknown): void;
  // `lost` is tried again by the browser; `ended` is not: the session is over, or the service refused.
  state(state: 'open' | 'lost' | 'ended'): void;
}

const streamTopics = [
  'delivery',
  'event',
  'status',
  'halo',
  'checks',
  'test_ticket',
  'agent',
  'log',
  'reset',
] as const;

export function openStream(topics: StreamTopic[], logLevel: LogLevel, handlers: StreamHandlers): () => void {
  const source = new EventSource(address('/stream', { topics: topics.join(','), log_level: logLevel }));
  for (const name of streamTopics) {
    source.addEventListener(name, message => {
      handlers.message(name, JSON.parse((message as MessageEvent<string>).data));
    });
  }
  source.addEventListener('open', () => handlers.state('open'));
  source.addEventListener('error', () =>
    handlers.state(source.readyState === EventSource.CLOSED ? 'ended' : 'lost'),
  );
  return () => source.close();
}
