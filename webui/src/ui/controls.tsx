// The small parts every page is made of.
import type { ButtonHTMLAttributes, ComponentChildren, InputHTMLAttributes, Ref } from 'preact';
import { useId, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icons';
import type { IconName } from './icons';

export type Tone = 'ok' | 'warn' | 'error' | 'info' | 'neutral';

interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'disabled' | 'type'> {
  variant?: 'primary' | 'secondary' | 'danger' | 'ghost';
  icon?: IconName;
  busy?: boolean;
  disabled?: boolean;
  type?: 'button' | 'submit';
  children?: ComponentChildren;
}

// A busy button keeps its place in the tab order, so that the focus is not lost while it works.
export function Button({
  variant = 'secondary',
  icon,
  busy = false,
  disabled = false,
  children,
  ...rest
}: ButtonProps) {
  const { onClick, class: extra, type = 'button', ...others } = rest;
  return (
    <button
      {...others}
      type={type}
      class={`button ${variant} ${extra ?? ''}`}
      aria-busy={busy}
      aria-disabled={busy || disabled}
      onClick={event => {
        if (busy || disabled) event.preventDefault();
        else onClick?.call(event.currentTarget, event);
      }}
    >
      {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

// State is told by shape and word as well as by colour.
export function Badge({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`badge ${tone}`}>
      <span class="badge-mark" aria-hidden="true" />
      {children}
    </span>
  );
}

interface CardProps {
  title?: string;
  actions?: ComponentChildren;
  class?: string;
  children: ComponentChildren;
}

export function Card({ title, actions, children, class: extra = '' }: CardProps) {
  const id = useId();
  return (
    <section class={`card ${extra}`} aria-labelledby={title ? id : undefined}>
      {title && (
        <header class="card-head">
          <h2 id={id}>{title}</h2>
          {actions && <div class="row">{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | null;
  children: (attributes: {
    id: string;
    'aria-describedby'?: string;
    'aria-invalid'?: boolean;
  }) => ComponentChildren;
}

export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div class={`field ${error ? 'invalid' : ''}`}>
      <label for={id}>{label}</label>
      {children({
        id,
        ...(described ? { 'aria-describedby': described } : {}),
        ...(error ? { 'aria-invalid': true } : {}),
      })}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="field-error" id={`${id}-error`}>
          <Icon name="alert" size={16} />
          {error}
        </p>
      )}
    </div>
  );
}

type InputAttributes = InputHTMLAttributes<HTMLInputElement>;

interface TextFieldProps {
  label: string;
  hint?: ComponentChildren;
  error?: string | null;
  value: string;
  change: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  type?: 'text' | 'password' | 'url' | 'number';
  class?: string;
  required?: boolean;
  autofocus?: boolean;
  spellcheck?: boolean;
  maxLength?: number;
  min?: number;
  max?: number;
  placeholder?: string;
  autocomplete?: 'off' | 'one-time-code' | 'new-password' | 'current-password';
}

export function TextField({ label, hint, error, value, change, inputRef, ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error ?? null}>
      {attributes => {
        // The types of JSX allow one kind of input at a time; here the kind is known only to the caller.
        const all = { ...rest, ...attributes, ref: inputRef ?? null, value } as InputAttributes;
        return <input {...all} onInput={event => change(event.currentTarget.value)} />;
      }}
    </Field>
  );
}

export function Form({ submit, children }: { submit: () => void; children: ComponentChildren }) {
  return (
    <form
      onSubmit={event => {
        event.preventDefault();
        submit();
      }}
    >
      {children}
    </form>
  );
}

type CopyLook = 'icon' | 'small' | 'named';

// `named` shows its label, the others tell it to screen readers alone.
export function CopyButton({
  text,
  label,
  look = 'small',
}: {
  text: string;
  label: string;
  look?: CopyLook;
}) {
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      window.setTimeout(() => setCopied(false), 1500);
    });
  };
  const words = t.value.app;
  const name = look === 'named' ? label : words.copy;
  return (
    <Button
      variant="ghost"
      class={look === 'icon' ? 'small icon-only' : 'small'}
      icon={copied ? 'check' : 'copy'}
      onClick={copy}
      title={look === 'icon' ? words.copy : undefined}
      aria-label={look === 'named' ? undefined : `${words.copy}: ${label}`}
    >
      <span aria-live="polite" class={look === 'icon' ? 'visually-hidden' : ''}>
        {copied ? words.copied : name}
      </span>
    </Button>
  );
}

// Everything that is known of a ticket stands behind it.
export function TicketLink({ ticket }: { ticket: number | null }) {
  if (ticket === null) return null;
  return (
    <a class="ticket" href={`/tickets/${ticket}`}>
      #{ticket}
    </a>
  );
}

// A value to be pasted elsewhere: whole, selectable, with its button.
export function CopyValue({ label, value, note }: { label: string; value: string; note?: string }) {
  return (
    <div class="copy-value">
      <span class="copy-label">{label}</span>
      <span class="copy-box">
        <code>{value}</code>
        <CopyButton text={value} label={label} />
      </span>
      {note && <span class="hint">{note}</span>}
    </div>
  );
}

export function Facts({ children }: { children: ComponentChildren }) {
  return <dl class="facts">{children}</dl>;
}

export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

// A row of radio buttons that looks like one switch; arrow keys work as the browser does them.
export function Segmented<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset class="segmented">
      <legend class="visually-hidden">{label}</legend>
      {options.map(option => (
        <label key={option.value} class={option.value === value ? 'chosen' : ''}>
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

export function Select<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <label class="select-label">
      <span>{label}</span>
      <select value={value} onChange={event => onChange(event.currentTarget.value as T)}>
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
