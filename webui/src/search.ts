// The search language of the deliveries page: `outcome:rejected ticket:4242 event:created after:2h text`.
// The text itself is what stands in the page's address, so that a search can be kept and sent to a colleague.
import type { Delivery, EventKind, EventState, Filter } from './schema';

export type Outcome = Delivery['outcome'];

export const outcomes: readonly Outcome[] = ['accepted', 'repeated', 'rejected'];
export const eventKinds: readonly EventKind[] = [
  'created',
  'status_changed',
  'changed',
  'action_added',
  'other',
];
export const eventStates: readonly EventState[] = ['queued', 'acked', 'dead', 'unscoped'];

export interface Query {
  outcome: Outcome[];
  event: EventKind[];
  state: EventState[];
  ticket: number | null;
  after: number | null;
  before: number | null;
  words: string[];
  // Tokens of a known key whose value is none: shown to the reader, and not searched for.
  refused: string[];
}

const spans: Record<string, number> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  j: 86_400_000,
  w: 604_800_000,
};

// "2h" (that long ago), "2026-11-23" (midnight here), "2026-11-23T10:00" (here), or a full RFC 3339 time.
export function parseTime(text: string, now: number): number | null {
  const span = /^(\d+)([a-z]+)$/.exec(text);
  if (span) {
    const length = spans[span[2] ?? ''];
    return length === undefined ? null : now - Number(span[1]) * length;
  }
  const date = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (date) return new Date(Number(date[1]), Number(date[2]) - 1, Number(date[3])).getTime();
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? null : time;
}

const addChoice = <T extends string>(list: T[], choices: readonly T[], value: string): boolean => {
  const parts = value.split(',');
  if (!parts.every(part => (choices as readonly string[]).includes(part))) return false;
  for (const part of parts) if (!list.includes(part as T)) list.push(part as T);
  return true;
};

function applyKey(query: Query, key: string, value: string, now: number): boolean {
  switch (key) {
    case 'outcome':
      return addChoice(query.outcome, outcomes, value);
    case 'event':
      return addChoice(query.event, eventKinds, value);
    case 'state':
      return addChoice(query.state, eventStates, value);
    case 'ticket': {
      if (!/^#?\d{1,15}$/.test(value)) return false;
      query.ticket = Number(value.replace('#', ''));
      return true;
    }
    default: {
      const time = parseTime(value, now);
      if (time === null) return false;
      query[key as 'after' | 'before'] = time;
      return true;
    }
  }
}

export function parseQuery(text: string, now: number): Query {
  const query: Query = {
    outcome: [],
    event: [],
    state: [],
    ticket: null,
    after: null,
    before: null,
    words: [],
    refused: [],
  };
  for (const token of text.split(/\s+/).filter(Boolean)) {
    const keyed = /^(outcome|event|state|ticket|after|before):(.+)$/i.exec(token);
    if (keyed) {
      const key = (keyed[1] ?? '').toLowerCase();
      const raw = keyed[2] ?? '';
      // A `T` and `Z` of a time keep their case; everything else is compared in lower case.
      const value = /^\d{4}-/.test(raw) ? raw : raw.toLowerCase();
      if (!applyKey(query, key, value, now)) query.refused.push(token);
    } else if (/^#\d{1,15}$/.test(token)) {
      query.ticket = Number(token.slice(1));
    } else if (/^(outcome|event|state|ticket|after|before):$/i.test(token)) {
      query.refused.push(token);
    } else {
      query.words.push(token);
    }
  }
  return query;
}

const asTime = (time: number): string => new Date(time).toISOString();

export function toParams(query: Query): Record<string, string> {
  return {
    ...(query.outcome.length ? { outcome: query.outcome.join(',') } : {}),
    ...(query.event.length ? { event: query.event.join(',') } : {}),
    ...(query.state.length ? { state: query.state.join(',') } : {}),
    ...(query.ticket === null ? {} : { ticket: String(query.ticket) }),
    ...(query.after === null ? {} : { after: asTime(query.after) }),
    ...(query.before === null ? {} : { before: asTime(query.before) }),
    ...(query.words.length ? { q: query.words.join(' ') } : {}),
  };
}

// Events have no outcome, and a filter for a replay takes one kind and one state.
export function toEventFilter(query: Query): Filter {
  return {
    ...(query.state.length === 1 && query.state[0] ? { state: query.state[0] } : {}),
    ...(query.event.length === 1 && query.event[0] ? { event: query.event[0] } : {}),
    ...(query.ticket === null ? {} : { ticket: query.ticket }),
    ...(query.after === null ? {} : { after: asTime(query.after) }),
    ...(query.before === null ? {} : { before: asTime(query.before) }),
    ...(query.words.length ? { q: query.words.join(' ') } : {}),
  };
}

// What the filter of a replay cannot express: choosing it silently would send more than is shown.
export const fitsEventFilter = (query: Query): boolean =>
  query.outcome.length === 0 && query.event.length < 2 && query.state.length < 2;

function stateMatches(delivery: Delivery, states: EventState[]): boolean {
  if (states.length === 0) return true;
  // The list does not tell which states a mixed delivery holds; it is shown rather than hidden.
  return delivery.state !== null && (delivery.state === 'mixed' || states.includes(delivery.state));
}

// Whether a delivery that arrives live belongs into the list shown: the server's rule, applied here.
export function matches(delivery: Delivery, query: Query): boolean {
  const received = Date.parse(delivery.received_at);
  const text = [
    delivery.title,
    delivery.event_text,
    delivery.ticket,
    delivery.remote,
    delivery.thumbprint,
    delivery.id,
  ]
    .filter(part => part !== null)
    .join('\n')
    .toLowerCase();
  return (
    (query.outcome.length === 0 || query.outcome.includes(delivery.outcome)) &&
    (query.event.length === 0 || delivery.event_kinds.some(kind => query.event.includes(kind))) &&
    stateMatches(delivery, query.state) &&
    (query.ticket === null || delivery.ticket === query.ticket) &&
    (query.after === null || received >= query.after) &&
    (query.before === null || received < query.before) &&
    query.words.every(word => text.includes(word.toLowerCase()))
  );
}

// Puts `key:value` into the text, or takes it out again: the filter buttons only write the language.
export function toggleToken(text: string, key: string, value: string): string {
  const tokens = text.split(/\s+/).filter(Boolean);
  const token = `${key}:${value}`;
  if (tokens.includes(token)) return tokens.filter(other => other !== token).join(' ');
  return [...tokens.filter(other => !other.toLowerCase().startsWith(`${key}:`)), token].join(' ');
}

export const hasToken = (text: string, key: string, value: string): boolean =>
  text.split(/\s+/).includes(`${key}:${value}`);
