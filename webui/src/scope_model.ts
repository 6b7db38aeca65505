// Which ticket types are relayed and which Mizo may assign, as the settings hold it: a list of ids, of which
// an unset scope.ticket_types means all. Pure.
import type { Draft } from './settings_model';

export type TypeSet = 'all' | readonly number[];

// What a draft, or else the setting, says; `unset` is what an unset list means.
export function readTypes(value: unknown, draft: Draft | undefined, unset: TypeSet): TypeSet {
  if (draft === 'reset') return unset;
  if (draft) return draft.text.split('\n').filter(Boolean).map(Number);
  return Array.isArray(value) && value.length > 0 ? value.map(Number) : unset;
}

export const holds = (types: TypeSet, id: number): boolean => types === 'all' || types.includes(id);

export function withType(types: TypeSet, id: number, on: boolean, all: readonly number[]): number[] {
  const before = types === 'all' ? [...all] : [...types];
  return on ? [...new Set([...before, id])].sort((a, b) => a - b) : before.filter(each => each !== id);
}

export const asDraft = (types: TypeSet): Draft => (types === 'all' ? 'reset' : { text: types.join('\n') });
