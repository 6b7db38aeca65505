// Before anything else: the first password, signing in, and the password in between.
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { api } from '../api';
import type { ApiError } from '../api';
import { failureText, t } from '../i18n';
import { justSignedIn, passwordQuestion, session } from '../session';
import { Button, Form, TextField } from '../ui/controls';
import { Dialog, Failure } from '../ui/feedback';
import { useAction, useTitle } from '../ui/hooks';
import { Preferences } from '../ui/preferences';

const passwordMin = 12;

function Gate({ title, intro, children }: { title: string; intro?: string; children: ComponentChildren }) {
  useTitle(title);
  return (
    <main class="gate" id="content">
      <div class="gate-box">
        <div class="gate-line" aria-hidden="true">
          <span />
          <span />
          <span />
          <span />
          <span />
          <span />
        </div>
        <p class="brand-name">{t.value.app.name}</p>
        <h1 tabIndex={-1}>{title}</h1>
        {intro && <p class="muted">{intro}</p>}
        {children}
      </div>
      <Preferences />
    </main>
  );
}

type FormField = 'code' | 'password';

// A refusal belongs to the field it is about; anything else stands above the button.
export function fieldOf(failure: ApiError | null): FormField | null {
  if (failure?.code === 'setup_code_wrong') return 'code';
  return failure?.code.startsWith('password_') || failure?.code === 'wrong_password' ? 'password' : null;
}

function refusalAt(field: FormField, failure: ApiError | null): string | null {
  if (failure === null || fieldOf(failure) !== field) return null;
  const { title, next } = failureText(failure);
  return `${title}. ${next}`;
}

const secret = { type: 'password', required: true, maxLength: 128, autocomplete: 'new-password' } as const;

interface NewPassword {
  fields: ComponentChildren;
  // The password, once it is long enough and repeated without a slip; else null, and the fields say why.
  take: () => string | null;
}

export function useNewPassword(label: string, failure: ApiError | null): NewPassword {
  const [password, setPassword] = useState('');
  const [repeat, setRepeat] = useState('');
  const [tried, setTried] = useState(false);
  const words = t.value.setup;
  const short = tried && password.length < passwordMin ? words.short(passwordMin - password.length) : null;
  const differs = tried && repeat !== password ? words.mismatch : null;
  const take = () => {
    setTried(true);
    return password.length >= passwordMin && repeat === password ? password : null;
  };
  const error = short ?? refusalAt('password', failure);
  const first = { ...secret, label, hint: words.passwordHint, error, value: password, change: setPassword };
  const second = { ...secret, label: words.repeat, error: differs, value: repeat, change: setRepeat };
  return { fields: [<TextField key="first" {...first} />, <TextField key="second" {...second} />], take };
}

export function SetupPage() {
  const [code, setCode] = useState('');
  const { busy, failure, run } = useAction();
  const words = t.value.setup;
  const { fields, take } = useNewPassword(words.password, failure);
  const submit = () => {
    const password = take();
    if (password === null) return;
    run(async () => {
      const next = await api.setUp(code.trim(), password);
      justSignedIn.value = true;
      session.value = next;
    });
  };
  return (
    <Gate title={words.title} intro={words.intro}>
      <Form submit={submit}>
        <TextField
          label={words.code}
          hint={words.codeHint}
          error={refusalAt('code', failure)}
          class="code-input"
          required
          autocomplete="one-time-code"
          spellcheck={false}
          value={code}
          change={setCode}
        />
        {fields}
        {failure && fieldOf(failure) === null && <Failure failure={failure} />}
        <Button type="submit" variant="primary" busy={busy} class="wide">
          {words.submit}
        </Button>
      </Form>
    </Gate>
  );
}

function PasswordForm({ submitLabel, done }: { submitLabel: string; done: () => void }) {
  const [password, setPassword] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const { busy, failure, run } = useAction();
  const submit = () =>
    run(async () => {
      try {
        const next = await api.signIn(password);
        done();
        session.value = next;
      } catch (reason) {
        input.current?.select();
        throw reason;
      }
    });
  const wrong = refusalAt('password', failure);
  return (
    <Form submit={submit}>
      <TextField
        label={t.value.signIn.password}
        error={wrong}
        type="password"
        required
        maxLength={128}
        autocomplete="current-password"
        autofocus
        value={password}
        change={setPassword}
        inputRef={input}
      />
      {failure && !wrong && <Failure failure={failure} />}
      <Button type="submit" variant="primary" busy={busy} class="wide">
        {submitLabel}
      </Button>
    </Form>
  );
}

export function SignInPage() {
  const words = t.value.signIn;
  return (
    <Gate title={words.title}>
      <PasswordForm
        submitLabel={words.submit}
        done={() => {
          justSignedIn.value = true;
        }}
      />
      <p class="hint">{words.lost}</p>
    </Gate>
  );
}

export function AskPassword() {
  const question = passwordQuestion.value;
  if (question === null) return null;
  const words = t.value.signIn;
  return (
    <Dialog title={words.again} onClose={() => question.answer(false)}>
      <p>{words.againText}</p>
      <PasswordForm submitLabel={words.confirm} done={() => question.answer(true)} />
    </Dialog>
  );
}

export function UnreachablePage({ failure, retry }: { failure: ApiError; retry: () => void }) {
  return (
    <Gate title={t.value.app.name}>
      <Failure failure={failure} retry={retry} />
    </Gate>
  );
}
