// What the setup guide shows, computed from its checks. Pure.
import type { Check, Checks, CheckVerdict as Verdict, Status } from './schema';

export const sections = [1, 2, 3, 4, 5, 6] as const;
export type Section = (typeof sections)[number];

export type Counts = Record<Verdict, number>;

export function countVerdicts(checks: readonly Check[]): Counts {
  const counts: Counts = { right: 0, wrong: 0, unknown_rights: 0, not_yet: 0 };
  for (const check of checks) counts[check.verdict] += 1;
  return counts;
}

export const checksOf = (checks: Checks, section: Section): Check[] =>
  checks.items.filter(check => check.section === section);

// What cannot be checked with these rights is the admin's to look at: it keeps nothing from being finished.
export type Condition = 'ok' | 'bad' | 'unknown';

export function conditionOf(checks: readonly Check[]): Condition {
  const counts = countVerdicts(checks);
  if (counts.wrong > 0) return 'bad';
  return checks.length === 0 || counts.not_yet > 0 ? 'unknown' : 'ok';
}

export const isFinished = (checks: Checks): boolean =>
  checks.items.length > 0 && conditionOf(checks.items) === 'ok';

// Where the admin goes on: the first section with something left, else the last, which proves the whole.
export const nextSection = (checks: Checks): Section =>
  sections.find(section => conditionOf(checksOf(checks, section)) !== 'ok') ?? 6;

export function readSection(text: string | undefined): Section | null {
  return sections.find(section => String(section) === text) ?? null;
}

// The first day: nothing has ever come from HaloPSA, or Mizo does not know the relay yet. Later the overview
// is where the admin lands, whatever is wrong.
export const isFirstDay = (status: Status): boolean =>
  status.link.state === 'not_enrolled' ||
  status.strip.some(({ stage, last_success: last }) => stage === 'halopsa' && last === null);
