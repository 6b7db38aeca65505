// How often the tab looks for news. Pure: what is shown and the time go in.
import type { View } from './api';

const second = 1000;
const minute = 60 * second;

// An insight is awaited eagerly at first, and patiently later; one that is there changes rarely.
export function nextLook(view: View, openFor: number): number {
  const has = view.insight !== null && !view.insight.expired;
  if (has) return openFor < 15 * minute ? 10 * second : 30 * second;
  if (openFor < 2 * minute) return 2 * second;
  return openFor < 15 * minute ? 5 * second : 15 * second;
}

// After a failure: from 3 seconds to a minute.
export const nextTry = (failures: number): number => Math.min(minute, 3 * second * 2 ** (failures - 1));

// What a person must mend; everything else is tried again.
const lasting = new Set([
  'tab_secret_missing',
  'tab_link_incomplete',
  'tab_link_unfilled',
  'tab_link_ambiguous',
  'tab_link_malformed',
  'tab_link_refused',
  'tab_agent_refused',
  'tab_ticket_unknown',
  'tab_ticket_out_of_scope',
  'tab_halo_not_configured',
  'tab_bad_request',
]);

export const isLasting = (code: string): boolean => lasting.has(code);
