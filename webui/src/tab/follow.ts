// Follows the ticket: shows the link for a session, looks for news at its pace while somebody looks, begins
// anew when the session has ended, and goes on after failures.
import { TabError, loadView, openSession, pressAction } from './api';
import type { Outcome, View } from './api';
import { isLasting, nextLook, nextTry } from './pace';

export interface Failure {
  code: string;
  reason: string;
  lasting: boolean;
}

export interface Shown {
  view: View | null;
  seenAt: number; // when `view` was true
  failure: Failure | null;
}

const failureOf = (error: unknown): Failure =>
  error instanceof TabError
    ? { code: error.code, reason: error.reason, lasting: isLasting(error.code) }
    : { code: 'unexpected', reason: '', lasting: false };

export class Follower {
  #link: string;
  #tell: (shown: Shown) => void;
  #token: string | null = null;
  #shown: Shown = { view: null, seenAt: 0, failure: null };
  #failures = 0;
  #opened = Date.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking = false;

  constructor(link: string, tell: (shown: Shown) => void) {
    this.#link = link;
    this.#tell = tell;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && !this.#shown.failure?.lasting) void this.look();
    });
  }

  // At once; afterwards as often as its pace says.
  async look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    clearTimeout(this.#timer);
    try {
      const view = await this.#withSession(loadView);
      this.#failures = 0;
      this.#show({ view, seenAt: Date.now(), failure: null });
    } catch (error) {
      this.#failures += 1;
      this.#show({ ...this.#shown, failure: failureOf(error) });
    }
    this.#looking = false;
    this.#plan();
  }

  async press(action: string): Promise<Outcome> {
    const outcome = await this.#withSession(token => pressAction(token, action));
    void this.look();
    return outcome;
  }

  // A session that has ended begins anew, once.
  async #withSession<T>(use: (token: string) => Promise<T>): Promise<T> {
    if (this.#token !== null) {
      try {
        return await use(this.#token);
      } catch (error) {
        if (!(error instanceof TabError) || error.code !== 'tab_session_ended') throw error;
        this.#token = null;
      }
    }
    this.#token = await openSession(this.#link);
    return use(this.#token);
  }

  #show(shown: Shown): void {
    // What may no longer be shown is taken away; what could only not be renewed stays, and says so.
    this.#shown = shown.failure?.lasting ? { ...shown, view: null } : shown;
    this.#tell(this.#shown);
  }

  #plan(): void {
    const { view, failure } = this.#shown;
    if (failure?.lasting || document.hidden) return;
    const wait =
      failure !== null || view === null
        ? nextTry(Math.max(1, this.#failures))
        : nextLook(view, Date.now() - this.#opened);
    this.#timer = setTimeout(() => void this.look(), wait);
  }
}
