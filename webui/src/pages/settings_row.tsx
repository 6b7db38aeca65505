// One setting: its control by type, where its value comes from, and what is wrong with the draft.
import { useId } from 'preact/hooks';
import { settingText, show, t } from '../i18n';
import type { Setting } from '../schema';
import { asSecret, textOf } from '../settings_model';
import type { Draft } from '../settings_model';
import { Button } from '../ui/controls';
import { Icon } from '../ui/icons';

interface ControlProps {
  id: string;
  setting: Setting;
  text: string;
  described: string;
  invalid: boolean;
  change: (text: string) => void;
}

export function Control({ id, setting, text, described, invalid, change }: ControlProps) {
  const words = t.value.settings;
  const common = { id, disabled: setting.locked, 'aria-describedby': described, 'aria-invalid': invalid };
  if (setting.secret) {
    const { set, last4 } = asSecret(setting);
    const now = !set ? words.secretUnset : last4 ? words.secretSet(last4) : words.secretSetShort;
    return (
      <input
        {...common}
        type="password"
        autocomplete="new-password"
        value={text}
        placeholder={`${now}${set && !setting.locked ? ` · ${words.secretHint}` : ''}`}
        onInput={event => change(event.currentTarget.value)}
      />
    );
  }
  switch (setting.type) {
    case 'boolean':
      return (
        <label class="switch">
          <input
            {...common}
            type="checkbox"
            role="switch"
            checked={text === 'true'}
            onChange={event => change(String(event.currentTarget.checked))}
          />
          <span>{text === 'true' ? words.on : words.off}</span>
        </label>
      );
    case 'choice':
      return (
        <select {...common} value={text} onChange={event => change(event.currentTarget.value)}>
          {setting.default === null && <option value="">{words.unset}</option>}
          {setting.choices?.map(choice => (
            <option key={choice} value={choice}>
              {choice}
            </option>
          ))}
        </select>
      );
    case 'list':
      return (
        <textarea
          {...common}
          rows={Math.min(8, Math.max(2, text.split('\n').length))}
          value={text}
          placeholder={words.listHint}
          spellcheck={false}
          onInput={event => change(event.currentTarget.value)}
        />
      );
    default:
      return (
        <input
          {...common}
          type="text"
          inputMode={setting.type === 'string' ? 'text' : 'decimal'}
          value={text}
          placeholder={words.unset}
          spellcheck={false}
          autocomplete="off"
          onInput={event => change(event.currentTarget.value)}
        />
      );
  }
}

function Origin({ setting }: { setting: Setting }) {
  const words = t.value.settings;
  return (
    <span class={`origin ${setting.origin}`}>
      {setting.locked && <Icon name="lock" size={14} />}
      {words.origins[setting.origin]}
      {setting.restart && <span class="muted"> · {words.restart}</span>}
    </span>
  );
}

const readable = (setting: Setting, value: unknown): string => {
  if (value === null || value === undefined || value === '') return t.value.settings.unset;
  if (typeof value === 'boolean') return value ? t.value.settings.on : t.value.settings.off;
  if (typeof value === 'number' && setting.unit === 'bytes') return show.bytes(value);
  return Array.isArray(value) ? value.join(', ') || t.value.settings.unset : String(value);
};

export const lockText = (setting: Setting): string => {
  const words = t.value.settings;
  return setting.origin === 'default' ? words.fileOnly : words.locked(words.origins[setting.origin]);
};

interface RowProps {
  name: string;
  setting: Setting;
  draft: Draft | null;
  error: string | null;
  change: (draft: Draft | null) => void;
}

export function SettingRow({ name, setting, draft, error, change }: RowProps) {
  const id = useId();
  const words = t.value.settings;
  const texts = settingText(name);
  const text = draft === 'reset' || draft === null ? (draft === 'reset' ? '' : textOf(setting)) : draft.text;
  const resettable =
    !setting.locked &&
    draft !== 'reset' &&
    (setting.secret ? asSecret(setting).set : setting.origin === 'database');
  const unit =
    setting.unit === 'bytes' && /^\d+$/.test(text)
      ? show.bytes(Number(text))
      : setting.unit
        ? words.units[setting.unit]
        : null;
  return (
    <div class={`setting ${draft ? 'changed' : ''} ${error ? 'invalid' : ''}`}>
      <div class="setting-text">
        <label for={id}>{texts.name}</label>
        <code>{name}</code>
        <p class="hint" id={`${id}-help`}>
          {texts.help}
        </p>
      </div>
      <div class="setting-control">
        {draft === 'reset' ? (
          <p class="row muted">
            {words.willReset}{' '}
            <Button class="small" onClick={() => change(null)}>
              {words.discard}
            </Button>
          </p>
        ) : (
          <span class="control-line">
            <Control
              id={id}
              setting={setting}
              text={text}
              described={`${id}-help ${id}-note`}
              invalid={error !== null}
              change={next => change({ text: next })}
            />
            {unit && <span class="muted unit">{unit}</span>}
          </span>
        )}
        <p class="setting-note" id={`${id}-note`}>
          <Origin setting={setting} />
          {setting.locked && <span class="muted">{lockText(setting)}</span>}
          {resettable && (
            <button type="button" class="text-button" onClick={() => change('reset')}>
              {setting.secret ? words.clear : words.reset}
            </button>
          )}
          {!setting.secret && setting.origin !== 'default' && !setting.locked && (
            <span class="muted">{words.defaultIs(readable(setting, setting.default))}</span>
          )}
        </p>
        {error && (
          <p class="field-error" role="alert">
            <Icon name="alert" size={16} />
            {error}
          </p>
        )}
      </div>
    </div>
  );
}
