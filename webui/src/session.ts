// Who is signed in, and the question for the password in between.
import { signal } from '@preact/signals';
import { ApiError, api, connectHooks } from './api';
import type { Session } from './schema';

// null: not known yet; an error: the service could not be asked.
export const session = signal<Session | ApiError | null>(null);

// Set by a sign-in, for the frame to choose where it leads; a reload stays where it is.
export const justSignedIn = signal(false);

interface PasswordQuestion {
  answer(given: boolean): void;
}

export const passwordQuestion = signal<PasswordQuestion | null>(null);

// Several calls may need the password at once; all of them wait for the one dialog.
let pending: Promise<boolean> | null = null;

function askPassword(): Promise<boolean> {
  pending ??= new Promise<boolean>(resolve => {
    passwordQuestion.value = {
      answer(given) {
        passwordQuestion.value = null;
        pending = null;
        resolve(given);
      },
    };
  });
  return pending;
}

export async function loadSession(): Promise<void> {
  try {
    session.value = await api.session();
  } catch (failure) {
    // A service that is away for a moment does not take the page from under its reader.
    if (session.value !== null && !(session.value instanceof ApiError) && session.value.signed_in) return;
    session.value = failure instanceof ApiError ? failure : new ApiError('unexpected', 0, null, null);
  }
}

export async function signOut(): Promise<void> {
  await api.signOut().catch(() => undefined);
  await loadSession();
}

connectHooks({
  signedOut: () => {
    void loadSession();
  },
  reauthenticate: askPassword,
});
