// One stream of server-sent events for the whole page. Pages subscribe to topics while they are shown.
import { signal } from '@preact/signals';
import { api, openStream } from './api';
import type {
  Checks,
  Delivery,
  Event,
  Halo,
  LogLevel,
  LogLine,
  Status,
  StreamTopic,
  TestTicket,
} from './schema';
import { loadSession } from './session';

interface Payload {
  delivery: Delivery;
  event: Event;
  status: Status;
  halo: Halo;
  checks: Checks;
  agent: unknown;
  test_ticket: TestTicket;
  log: LogLine;
  reset: unknown;
}

export type LiveState = 'connecting' | 'open' | 'lost';

export const liveState = signal<LiveState>('connecting');
export const status = signal<Status | null>(null);

// The present instant for "3 min ago", once a second, by the service's clock as far as it is known.
export const now = signal(Date.now());
let clockOffset = 0;

export const setServerTime = (time: string): void => {
  clockOffset = Date.parse(time) - Date.now();
};

const subscribers = new Set<{ topic: keyof Payload; take: (data: never) => void }>();
let close: (() => void) | null = null;
let logLevel: LogLevel | null = null;
let retry: number | undefined;

function dispatch(topic: keyof Payload, data: unknown): void {
  if (topic === 'status') {
    status.value = data as Status;
    setServerTime((data as Status).now);
  }
  for (const subscriber of [...subscribers]) if (subscriber.topic === topic) subscriber.take(data as never);
}

function open(): void {
  close?.();
  const topics: StreamTopic[] = [
    'delivery',
    'event',
    'status',
    'halo',
    'checks',
    'test_ticket',
    'agent',
    ...(logLevel === null ? [] : ['log' as const]),
  ];
  close = openStream(topics, logLevel ?? 'info', {
    message: dispatch,
    state(state) {
      liveState.value = state === 'open' ? 'open' : 'lost';
      if (state !== 'ended') return;
      // Either the session is over, which the session page shows, or the service is away for a while.
      void loadSession();
      window.clearTimeout(retry);
      retry = window.setTimeout(() => {
        if (close) open();
      }, 5000);
    },
  });
}

export function startLive(): () => void {
  open();
  void api
    .status()
    .then(answer => dispatch('status', answer))
    .catch(() => undefined);
  const clock = window.setInterval(() => {
    now.value = Date.now() + clockOffset;
  }, 1000);
  return () => {
    window.clearInterval(clock);
    window.clearTimeout(retry);
    close?.();
    close = null;
    liveState.value = 'connecting';
  };
}

export function subscribe<Topic extends keyof Payload>(
  topic: Topic,
  take: (data: Payload[Topic]) => void,
): () => void {
  const subscriber = { topic, take: take as (data: never) => void };
  subscribers.add(subscriber);
  return () => {
    subscribers.delete(subscriber);
  };
}

const batchMs = 200;

// For what may come by the hundred a second: a page is drawn again a few times a second at most.
export function subscribeBatched<Topic extends keyof Payload>(
  topic: Topic,
  take: (items: Payload[Topic][]) => void,
): () => void {
  let waiting: Payload[Topic][] = [];
  let timer: number | undefined;
  const stop = subscribe(topic, item => {
    waiting.push(item);
    timer ??= window.setTimeout(() => {
      const items = waiting;
      waiting = [];
      timer = undefined;
      take(items);
    }, batchMs);
  });
  return () => {
    stop();
    window.clearTimeout(timer);
  };
}

// Log lines travel only while the log page is open; null ends them.
export function followLog(level: LogLevel | null): void {
  if (level === logLevel) return;
  logLevel = level;
  if (close) open();
}
