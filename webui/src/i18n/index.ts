// The language in force, its catalogue, and the service's texts in it.
import { computed, signal } from '@preact/signals';
import type { ApiError } from '../api';
import * as format from '../format';
import type { Language } from '../format';
import { englishMessages } from '../schema';
import type { Args, MessageCode } from '../schema';
import { codesEn } from './codes_en';
import { codesFr } from './codes_fr';
import { en } from './en';
import { fr } from './fr';
import { messagesFr } from './messages_fr';
import { settingsEn } from './settings_en';
import { settingsFr } from './settings_fr';

// A member may differ in its words, never in its kind: a missing or extra one does not compile.
export type Widened<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : T extends readonly (infer I)[]
      ? Widened<I>[]
      : { [K in keyof T]: Widened<T[K]> };

export const languages: readonly { code: Language; name: string }[] = [
  { code: 'en', name: 'English' },
  { code: 'fr', name: 'Français' },
];

const storageKey = 'mizo.language';

function stored(): Language | null {
  const value = localStorage.getItem(storageKey);
  return value === 'en' || value === 'fr' ? value : null;
}

const browsers = (): Language =>
  navigator.languages.map(tag => tag.slice(0, 2)).find(code => code === 'en' || code === 'fr') === 'fr'
    ? 'fr'
    : 'en';

// The reader's own choice comes first, then the setting ui.language, then the browser.
const chosen = signal<Language | null>(stored());
const configured = signal<Language | null>(null);

export const language = computed<Language>(() => chosen.value ?? configured.value ?? browsers());

export function chooseLanguage(code: Language): void {
  localStorage.setItem(storageKey, code);
  chosen.value = code;
}

export const configureLanguage = (code: Language | null): void => {
  configured.value = code;
};

// The catalogue is written with plain spaces, so that it can be read and searched.
function typeset<T>(value: T): T {
  if (typeof value === 'string') return format.frenchSpaces(value) as T;
  if (typeof value === 'function') return ((...args: unknown[]) => format.frenchSpaces(value(...args))) as T;
  if (Array.isArray(value)) return value.map(typeset) as T;
  const children = Object.entries(value as object).map(([key, child]) => [key, typeset(child)]);
  return Object.fromEntries(children) as T;
}

const catalogues = { en, fr: typeset(fr) };
const codes = { en: codesEn, fr: typeset(codesFr) };
const settingTexts = { en: settingsEn, fr: typeset(settingsFr) };
const messages = { en: englishMessages, fr: typeset(messagesFr) };

export const t = computed<Widened<typeof en>>(() => catalogues[language.value]);

export interface CodedText {
  code: string | null;
  text: string;
  args: Args;
}

// A code that this page does not know, or whose arguments are not all there, as with an older or newer
// service, is shown in the service's English.
export function messageText(message: CodedText): string {
  const template = message.code === null ? undefined : messages[language.value][message.code as MessageCode];
  return template === undefined || !format.isComplete(template, message.args)
    ? message.text
    : format.fill(language.value, template, message.args);
}

export function failureText(failure: ApiError): { title: string; next: string } {
  const known = codes[language.value].problems[failure.code];
  const [title, next] = known ?? codes[language.value].problems.unexpected;
  const args = { ...failure.problem?.args, retry_ms: (failure.retryAfter ?? 0) * 1000 };
  return { title: format.fill(language.value, title, args), next: format.fill(language.value, next, args) };
}

export const actionText = (action: keyof typeof codesEn.actions): string =>
  codes[language.value].actions[action] ?? action;

export function settingText(key: string): { name: string; help: string } {
  const [name, help] = settingTexts[language.value][key] ?? [key, ''];
  return { name, help };
}

// The formatting functions, in the language in force.
export const show = {
  number: (value: number) => format.formatNumber(language.value, value),
  duration: (milliseconds: number) => format.formatDuration(language.value, milliseconds),
  bytes: (bytes: number) => format.formatBytes(language.value, bytes),
  date: (time: string) => format.formatDate(language.value, time),
  dateTime: (time: string) => format.formatDateTime(language.value, time),
  clock: (time: string, milliseconds = false) => format.formatClock(language.value, time, milliseconds),
  listTime: (time: string, now: number) => format.formatListTime(language.value, time, now),
  relative: (time: string, now: number) => format.formatRelative(language.value, time, now),
};
