// What a page shows while it has nothing, cannot load, has done something, or needs an answer.
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { ApiError } from '../api';
import { failureText, show, t } from '../i18n';
import { now } from '../live';
import { Button } from './controls';
import { Icon } from './icons';
import type { IconName } from './icons';

interface EmptyProps {
  icon?: IconName;
  title: string;
  next: string;
  children?: ComponentChildren;
}

export function Empty({ icon = 'info', title, next, children }: EmptyProps) {
  return (
    <div class="empty">
      <span class="empty-icon">
        <Icon name={icon} size={26} />
      </span>
      <p class="empty-title">{title}</p>
      <p>{next}</p>
      {children}
    </div>
  );
}

export function Failure({ failure, retry }: { failure: ApiError; retry?: () => void }) {
  const { title, next } = failureText(failure);
  return (
    <div class="notice error" role="alert">
      <Icon name="alert" />
      <div>
        <p class="notice-title">{title}</p>
        <p>{next}</p>
      </div>
      {retry && (
        <Button class="small" icon="refresh" onClick={retry}>
          {t.value.app.retry}
        </Button>
      )}
    </div>
  );
}

interface NoticeProps {
  tone: 'ok' | 'warn' | 'error' | 'info';
  title?: string;
  children?: ComponentChildren;
}

export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <Icon name={tone === 'ok' ? 'check' : tone === 'info' ? 'info' : 'alert'} />
      <div>
        {title && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}

export function Loading() {
  return (
    <div class="loading" role="status">
      <span class="visually-hidden">{t.value.app.loading}</span>
      <span class="skeleton wide" />
      <span class="skeleton" />
      <span class="skeleton narrow" />
    </div>
  );
}

export function Time({
  at,
  as = 'relative',
}: {
  at: string | null;
  as?: 'relative' | 'list' | 'full' | 'date';
}) {
  if (at === null) return <span class="muted">{t.value.app.never}</span>;
  const text =
    as === 'full'
      ? show.dateTime(at)
      : as === 'date'
        ? show.date(at)
        : as === 'list'
          ? show.listTime(at, now.value)
          : show.relative(at, now.value);
  return (
    <time dateTime={at} title={show.dateTime(at)}>
      {text}
    </time>
  );
}

// A way out of this page, into HaloPSA.
export function ExternalLink({ href, children }: { href: string; children: ComponentChildren }) {
  // What the service sends is an address of HaloPSA's; anything else is not made a link.
  if (!/^https?:\/\//.test(href)) return null;
  return (
    <a class="button secondary small" href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <Icon name="external" size={14} />
    </a>
  );
}

interface DialogProps {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  actions?: ComponentChildren;
  wide?: boolean;
}

// The browser's own modal dialog: it traps the focus, closes by Escape, and gives the focus back.
export function Dialog({ title, onClose, children, actions, wide = false }: DialogProps) {
  const reference = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    reference.current?.showModal();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={reference}
      class={wide ? 'wide' : ''}
      aria-labelledby={id}
      onCancel={event => {
        event.preventDefault();
        onClose();
      }}
    >
      <header class="dialog-head">
        <h2 id={id}>{title}</h2>
        <button type="button" class="button ghost icon-only" aria-label={t.value.app.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer class="dialog-actions">{actions}</footer>}
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  busy?: boolean;
  failure?: ApiError | null;
  onConfirm: () => void;
  onClose: () => void;
}

export function Confirm({
  title,
  text,
  action,
  danger = false,
  busy = false,
  failure,
  onConfirm,
  onClose,
}: ConfirmProps) {
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.value.app.cancel}</Button>
          <Button variant={danger ? 'danger' : 'primary'} busy={busy} onClick={onConfirm}>
            {action}
          </Button>
        </>
      }
    >
      <p>{text}</p>
      {failure && <Failure failure={failure} />}
    </Dialog>
  );
}

interface Toast {
  id: number;
  tone: 'ok' | 'error';
  text: string;
}

const toasts = signal<Toast[]>([]);
let lastToast = 0;

export function toast(text: string, tone: Toast['tone'] = 'ok'): void {
  const id = (lastToast += 1);
  toasts.value = [...toasts.value, { id, tone, text }].slice(-4);
  window.setTimeout(
    () => {
      toasts.value = toasts.value.filter(other => other.id !== id);
    },
    tone === 'ok' ? 4000 : 8000,
  );
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(item => (
        <div key={item.id} class={`toast ${item.tone}`}>
          <Icon name={item.tone === 'ok' ? 'check' : 'alert'} />
          {item.text}
        </div>
      ))}
    </div>
  );
}
