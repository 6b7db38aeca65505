// What every page with settings shares: drafts that are saved together or not at all, the bar that saves
// them, and a setting as one field of a form.
import { useEffect, useId, useMemo, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, settingText, t } from '../i18n';
import type { Problem, Settings } from '../schema';
import { patchOf, textOf } from '../settings_model';
import type { Draft, Drafts } from '../settings_model';
import { Button } from '../ui/controls';
import { toast } from '../ui/feedback';
import { useAction } from '../ui/hooks';
import { Icon } from '../ui/icons';
import { Control, lockText } from './settings_row';

export type FieldError = NonNullable<Problem['errors']>[number];

export function useSettingsForm(settings: Settings | null, replace: (settings: Settings) => void) {
  const [drafts, setDrafts] = useState<Drafts>({});
  const action = useAction();
  const patch = useMemo(() => (settings ? patchOf(settings, drafts) : {}), [settings, drafts]);
  const change = (key: string, draft: Draft | null) =>
    setDrafts(previous => {
      const { [key]: _, ...rest } = previous;
      return draft === null ? rest : { ...rest, [key]: draft };
    });
  // The first refused field gets the focus, however far away the button was.
  useEffect(() => {
    if (action.failure) document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
  }, [action.failure]);
  const discard = () => {
    setDrafts({});
    action.clear();
  };
  const save = (then?: () => void) =>
    action.run(async () => {
      replace(await api.changeSettings(patch));
      setDrafts({});
      toast(t.value.settings.saved);
      then?.();
    });
  const errors: FieldError[] = action.failure?.problem?.errors ?? [];
  return { settings, drafts, change, discard, save, action, errors, count: Object.keys(patch).length };
}

export type SettingsForm = ReturnType<typeof useSettingsForm>;

export function SaveBar({ form }: { form: SettingsForm }) {
  const words = t.value.settings;
  if (form.count === 0) return null;
  return (
    <div class="save-bar" role="region" aria-label={words.changes(form.count)}>
      <span class="row">
        <strong>{words.changes(form.count)}</strong>
        {form.errors.length > 0 && <span class="error-text">{words.invalid}</span>}
      </span>
      <span class="row">
        <Button onClick={form.discard}>{words.discard}</Button>
        <Button variant="primary" busy={form.action.busy} onClick={() => form.save()}>
          {t.value.app.save}
        </Button>
      </span>
    </div>
  );
}

interface SettingFieldProps {
  name: string;
  form: SettingsForm;
  // Instead of the setting's own explanation, where the page can say it better.
  hint?: string;
}

export function SettingField({ name, form, hint }: SettingFieldProps) {
  const id = useId();
  const setting = form.settings?.[name];
  if (!setting) return null;
  const draft = form.drafts[name];
  const text = draft === undefined ? textOf(setting) : draft === 'reset' ? '' : draft.text;
  const error = form.errors.find(item => item.key === name);
  const texts = settingText(name);
  return (
    <div class={`field ${error ? 'invalid' : ''}`}>
      <label for={id}>{texts.name}</label>
      <span class="control-line">
        <Control
          id={id}
          setting={setting}
          text={text}
          described={`${id}-hint`}
          invalid={error !== undefined}
          change={next => form.change(name, { text: next })}
        />
        {setting.unit && <span class="muted unit">{t.value.settings.units[setting.unit]}</span>}
      </span>
      <p class="hint" id={`${id}-hint`}>
        {setting.locked ? lockText(setting) : (hint ?? texts.help)}
      </p>
      {error && (
        <p class="field-error" role="alert">
          <Icon name="alert" size={16} />
          {messageText(error)}
        </p>
      )}
    </div>
  );
}
