// The only module of the tab that talks to the relay: its link for a session, then what is known of the
// ticket, and the buttons. Addresses are relative to the page, so that a proxy may serve it below a path of
// its own.

export interface Section {
  heading: string;
  html: string;
  cut: boolean;
}

export interface Action {
  id: string;
  label: string;
}

export interface Insight {
  revision: number;
  title: string;
  sections: Section[];
  actions: Action[];
  expires_at: string | null;
  expired: boolean;
  received_at: string;
}

export interface TicketEvent {
  id: string;
  kind: 'created' | 'status_changed' | 'changed' | 'action_added' | 'other';
  text: string;
  received_at: string;
  state: 'queued' | 'acked' | 'dead' | 'unscoped';
  acked_at: string | null;
  own: boolean;
}

export interface View {
  ticket_id: number;
  now: string;
  insight: Insight | null;
  events: TicketEvent[];
  more_events: boolean;
  link: { live: boolean };
}

export interface Outcome {
  ok: boolean;
  code: string;
  text: string;
}

// `unreachable` and `unexpected` are ours: no answer at all, and an answer that is not the relay's.
export class TabError extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
  ) {
    super(code);
  }
}

// Mizo is given 20 seconds for a button.
const answeredWithin = 30_000;

async function call<T>(path: string, init: RequestInit): Promise<T> {
  let response: Response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      ...init,
      credentials: 'omit',
      cache: 'no-store',
      signal: AbortSignal.timeout(answeredWithin),
    });
  } catch {
    throw new TabError('unreachable', '');
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body !== null) return body as T;
  throw new TabError(typeof body?.code === 'string' ? body.code : 'unexpected', String(body?.reason ?? ''));
}

const post = <T>(path: string, body: object, headers: Record<string, string> = {}): Promise<T> =>
  call(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

export const openSession = async (link: string): Promise<string> =>
  (await post<{ token: string }>('tab/session', { link })).token;

export const loadView = (token: string): Promise<View> => call('tab/view', { headers: bearer(token) });

export const pressAction = (token: string, action: string): Promise<Outcome> =>
  post('tab/actions', { action }, bearer(token));
