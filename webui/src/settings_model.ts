// What the settings form holds before it is saved: drafts as text, turned into the values of a patch. Pure.
import type { Setting, Settings, SettingsPatch } from './schema';

// A draft is the text of the control; `reset` puts the setting back to its default or clears a secret.
export type Draft = { text: string } | 'reset';
export type Drafts = Record<string, Draft>;
type Value = SettingsPatch[string];

export interface SecretValue {
  set: boolean;
  last4?: string;
}

export const asSecret = (setting: Setting): SecretValue => (setting.value ?? { set: false }) as SecretValue;

export function textOf(setting: Setting): string {
  if (setting.secret || setting.value === null || setting.value === undefined) return '';
  return Array.isArray(setting.value) ? setting.value.join('\n') : String(setting.value);
}

const originOf = (address: string): string => {
  try {
    return new URL(address).origin;
  } catch {
    return address;
  }
};

// Whether the service clears HaloPSA's secrets with this change of its address.
export const losesSecrets = (before: string, after: string): boolean =>
  before !== '' && originOf(before.trim()) !== originOf(after.trim());

function valueOf(setting: Setting, text: string): Value {
  switch (setting.type) {
    case 'boolean':
      return text === 'true';
    case 'integer':
    case 'number': {
      const trimmed = text.trim().replace(',', '.');
      // What is no number goes to the service as it stands: it names the mistake at the field.
      return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
    }
    case 'list':
      return text
        .split('\n')
        .map(line => line.trim())
        .filter(Boolean);
    default:
      return text;
  }
}

// A draft that says what is in force already is no change.
export function isChange(setting: Setting, draft: Draft): boolean {
  if (draft === 'reset') return setting.secret ? asSecret(setting).set : setting.origin !== 'default';
  return setting.secret ? draft.text !== '' : draft.text !== textOf(setting);
}

export function patchOf(settings: Settings, drafts: Drafts): SettingsPatch {
  const patch: SettingsPatch = {};
  for (const [key, draft] of Object.entries(drafts)) {
    const setting = settings[key];
    if (!setting || setting.locked || !isChange(setting, draft)) continue;
    patch[key] =
      draft === 'reset'
        ? null
        : draft.text === '' && setting.type !== 'list'
          ? null
          : valueOf(setting, draft.text);
  }
  return patch;
}
