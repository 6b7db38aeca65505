// Which tone a state is shown in. One place, so that the same state never wears two colours.
import type {
  AgentCall,
  Attempt,
  Certificate,
  CheckVerdict,
  Delivery,
  EventState,
  Halo,
  Link,
  LinkTestStep,
  LogLevel,
} from '../schema';
import type { Tone } from './controls';

export const outcomeTone: Record<Delivery['outcome'], Tone> = {
  accepted: 'ok',
  repeated: 'neutral',
  rejected: 'error',
};

export const stateTone: Record<EventState | 'mixed', Tone> = {
  queued: 'info',
  acked: 'ok',
  dead: 'error',
  unscoped: 'neutral',
  mixed: 'warn',
};

export const attemptTone: Record<Attempt['outcome'], Tone> = {
  acked: 'ok',
  nacked: 'warn',
  lost: 'warn',
  waiting: 'info',
};

export const certificateTone: Record<Certificate['state'], Tone> = {
  pending: 'info',
  active: 'ok',
  retiring: 'warn',
  retired: 'neutral',
  revoked: 'error',
};

export const linkTone: Record<Link['state'], Tone> = {
  not_enrolled: 'neutral',
  connecting: 'info',
  live: 'ok',
  draining: 'info',
  backing_off: 'warn',
  stopped: 'error',
};

export const haloTone: Record<Halo['state'], Tone> = {
  unconfigured: 'neutral',
  unknown: 'info',
  ok: 'ok',
  failing: 'error',
};

export const verdicts = ['wrong', 'not_yet', 'unknown_rights', 'right'] as const;

export const verdictTone: Record<CheckVerdict, Tone> = {
  right: 'ok',
  wrong: 'error',
  unknown_rights: 'neutral',
  not_yet: 'info',
};

const outcomeTones: Partial<Record<AgentCall['outcome'], Tone>> = {
  done: 'ok',
  refused: 'warn',
  denied: 'warn',
  cancelled: 'neutral',
};

// Any other outcome is the code of a failure.
export const agentTone = (call: AgentCall): Tone => outcomeTones[call.outcome] ?? 'error';

export const testTone: Record<LinkTestStep['result'], Tone> = {
  ok: 'ok',
  warning: 'warn',
  failed: 'error',
  skipped: 'neutral',
};

export const levelTone: Record<LogLevel, Tone> = {
  trace: 'neutral',
  debug: 'neutral',
  info: 'info',
  warning: 'warn',
  error: 'error',
};
