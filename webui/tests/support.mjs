// The bundled modules of the page, and values that several tests need.
export * from '../node_modules/.cache/webui-tests/modules.mjs';

export const now = Date.parse('2026-11-24T10:00:00.000Z');

export const delivery = (changes = {}) => ({
  id: '0193a1b2-0000-7000-8000-000000000001',
  received_at: '2026-11-24T09:30:00.000Z',
  outcome: 'accepted',
  reason_code: null,
  event_kinds: ['created'],
  event_text: 'new ticket logged',
  ticket: 4242,
  title: 'Printer on the 2nd floor',
  events: 1,
  size: 900,
  remote: '10.0.0.7',
  thumbprint: null,
  state: 'acked',
  acked_at: null,
  latency_ms: null,
  origin: 'webhook',
  ...changes,
});
