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

// `unseen`: nothing is known to be wrong, but some of it cannot be checked with these rights.
export type Condition = 'ok' | 'bad' | 'unknown' | 'unseen';

export function conditionOf(checks: readonly Check[]): Condition {
  const counts = countVerdicts(checks);
  if (counts.wrong > 0) return 'bad';
  if (checks.length === 0 || counts.not_yet > 0) return 'unknown';
  return counts.unknown_rights > 0 ? 'unseen' : 'ok';
}

// Where the admin goes on: the first section with something left, else the last, which proves the whole. What
// cannot be seen is left to do until tickets are seen to travel.
export function nextSection(checks: Checks): Section {
  const proven = conditionOf(checksOf(checks, 6)) === 'ok';
  const isLeft = (section: Section): boolean => {
    const condition = conditionOf(checksOf(checks, section));
    return condition !== 'ok' && !(condition === 'unseen' && proven);
  };
  return sections.find(isLeft) ?? 6;
}

export function readSection(text: string | undefined): Section | null {
  return sections.find(section => String(section) === text) ?? null;
}

// The first day: nothing has ever come from HaloPSA, or Mizo does not know the relay yet. Later the overview
// is where the admin lands, whatever is wrong.
export const isFirstDay = (status: Status): boolean =>
  status.link.state === 'not_enrolled' ||
  status.strip.some(({ stage, last_success: last }) => stage === 'halopsa' && last === null);
