// Numbers, times and texts as people read them. Pure: language and the present instant are arguments.
import type { Args } from './schema';

export type Language = 'en' | 'fr';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const dayNames: Record<Language, string> = { en: 'd', fr: 'j' };

// The symbols of the units, after a no-break space, are the same in both languages but for the day.
const withUnit = (language: Language, value: number, symbol: string, digits = 0): string =>
  `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)}\u00a0${symbol}`;

export const formatNumber = (language: Language, value: number): string =>
  new Intl.NumberFormat(language).format(value);

// Two units at most, the second only where it still tells something: "2 h 5 min", "3 d", "820 ms".
export function formatDuration(language: Language, milliseconds: number): string {
  const value = Math.abs(milliseconds);
  if (value < 10) return withUnit(language, value, 'ms', 1);
  if (value < second) return withUnit(language, Math.round(value), 'ms');
  if (value < 10 * second) return withUnit(language, value / second, 's', 1);
  if (value < minute) return withUnit(language, Math.floor(value / second), 's');
  if (value < hour) return withUnit(language, Math.floor(value / minute), 'min');
  const [large, small, largeName, smallName] =
    value < day ? ([hour, minute, 'h', 'min'] as const) : ([day, hour, dayNames[language], 'h'] as const);
  const whole = Math.floor(value / large);
  const rest = Math.floor((value % large) / small);
  const first = withUnit(language, whole, largeName);
  return rest === 0 || whole >= 10 ? first : `${first} ${withUnit(language, rest, smallName)}`;
}

export function formatBytes(language: Language, bytes: number): string {
  const names = language === 'fr' ? ['o', 'Kio', 'Mio', 'Gio', 'Tio'] : ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < names.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 || value >= 100 ? 0 : 1;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${names[step]}`;
}

export const formatDateTime = (language: Language, time: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(
    new Date(time),
  );

export const formatDate = (language: Language, time: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(time));

export const formatClock = (language: Language, time: string, milliseconds = false): string =>
  new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(milliseconds ? { fractionalSecondDigits: 3 as const } : {}),
  }).format(new Date(time));

// A list is read in one glance: the clock for today, the day besides for anything older.
export function formatListTime(language: Language, time: string, now: number): string {
  const date = new Date(time);
  if (date.toDateString() === new Date(now).toDateString()) return formatClock(language, time);
  return (
    `${new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' }).format(date)} ` +
    new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(date)
  );
}

export function formatRelative(language: Language, time: string, now: number): string {
  const difference = new Date(time).getTime() - now;
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const distance = Math.abs(difference);
  if (distance < 5 * second) return format.format(0, 'second');
  if (distance < minute) return format.format(Math.trunc(difference / second), 'second');
  if (distance < hour) return format.format(Math.trunc(difference / minute), 'minute');
  if (distance < day) return format.format(Math.trunc(difference / hour), 'hour');
  return format.format(Math.trunc(difference / day), 'day');
}

// "3F 2A 9C …": thumbprints are compared by eye with what HaloPSA and Windows show.
export const formatThumbprint = (thumbprint: string): string => thumbprint.replace(/(.{4})(?=.)/g, '$1 ');

// French sets a space before high punctuation and inside guillemets, where a line must not break.
export const frenchSpaces = (text: string): string =>
  text.replace(/ (?=[:;?!»])/g, '\u00a0').replace(/« /g, '«\u00a0');

// The name of an argument says what it is: a contract of the admin API.
function formatArgument(language: Language, name: string, value: string | number | boolean | null): string {
  if (value === null) return '–';
  if (typeof value === 'number') {
    if (name.endsWith('_ms')) return formatDuration(language, value);
    if (name === 'free' || name === 'bytes') return formatBytes(language, value);
    return /^(port|status|close_code|ticket_type|key_bits)$/.test(name)
      ? String(value)
      : formatNumber(language, value);
  }
  return name === 'not_after' ? formatDate(language, String(value)) : String(value);
}

// Whether every placeholder of a template has its argument.
export const isComplete = (template: string, args: Args): boolean =>
  [...template.matchAll(/\{(\w+)\}/g)].every(match => (match[1] ?? '') in args);

// Puts the arguments into a template. A placeholder without an argument becomes a dash, never code.
export function fill(language: Language, template: string, args: Args): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    formatArgument(language, name, args[name] ?? null),
  );
}
