// All settings with where each comes from; what is changed is saved together, or not at all.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, settingText, t } from '../i18n';
import type { Problem, Setting, Settings } from '../schema';
import { patchOf } from '../settings_model';
import type { Draft, Drafts } from '../settings_model';
import { Button, Card } from '../ui/controls';
import { Empty, Failure, Loading, toast } from '../ui/feedback';
import { useAction, useLoad, useTitle } from '../ui/hooks';
import { SettingRow } from './settings_row';

type FieldError = NonNullable<Problem['errors']>[number];

const groupOrder: readonly Setting['group'][] = [
  'webhook',
  'halo',
  'link',
  'scope',
  'automation',
  'agent',
  'poll',
  'tab',
  'alerts',
  'store',
  'rotation',
  'admin',
  'ui',
  'log',
];

function fits(key: string, words: string[]): boolean {
  const { name, help } = settingText(key);
  const text = `${key}\n${name}\n${help}`.toLowerCase();
  return words.every(word => text.includes(word));
}

interface GroupProps {
  group: Setting['group'];
  entries: [string, Setting][];
  drafts: Drafts;
  errors: FieldError[];
  change: (key: string, draft: Draft | null) => void;
}

function Group({ group, entries, drafts, errors, change }: GroupProps) {
  return (
    <Card title={t.value.settings.groups[group]} class="settings-group">
      {entries.map(([key, setting]) => {
        const error = errors.find(item => item.key === key);
        return (
          <SettingRow
            key={key}
            name={key}
            setting={setting}
            draft={drafts[key] ?? null}
            error={error ? messageText(error) : null}
            change={draft => change(key, draft)}
          />
        );
      })}
    </Card>
  );
}

interface SaveBarProps {
  count: number;
  refused: boolean;
  busy: boolean;
  save: () => void;
  discard: () => void;
}

function SaveBar({ count, refused, busy, save, discard }: SaveBarProps) {
  const words = t.value.settings;
  return (
    <div class="save-bar" role="region" aria-label={words.changes(count)}>
      <span class="row">
        <strong>{words.changes(count)}</strong>
        {refused && <span class="error-text">{words.invalid}</span>}
      </span>
      <span class="row">
        <Button onClick={discard}>{words.discard}</Button>
        <Button variant="primary" busy={busy} onClick={save}>
          {t.value.app.save}
        </Button>
      </span>
    </div>
  );
}

function useForm(settings: Settings | null, replace: (settings: Settings) => void) {
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
    if (action.failure) document.querySelector<HTMLElement>('.setting [aria-invalid="true"]')?.focus();
  }, [action.failure]);
  const discard = () => {
    setDrafts({});
    action.clear();
  };
  const save = () =>
    action.run(async () => {
      replace(await api.changeSettings(patch));
      setDrafts({});
      toast(t.value.settings.saved);
    });
  return { drafts, change, discard, save, action, count: Object.keys(patch).length };
}

export function SettingsPage() {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const [search, setSearch] = useState('');
  const form = useForm(data, replace);
  const words = t.value.settings;
  useTitle(words.title);
  const wanted = search.toLowerCase().split(/\s+/).filter(Boolean);
  const groups = groupOrder
    .map(group => ({
      group,
      entries: Object.entries(data ?? {}).filter(
        ([key, setting]) => setting.group === group && fits(key, wanted),
      ),
    }))
    .filter(({ entries }) => entries.length > 0);
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
        </div>
        <input
          type="search"
          class="find"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          onInput={event => setSearch(event.currentTarget.value)}
        />
      </div>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {form.action.failure && <Failure failure={form.action.failure} />}
      {data && groups.length === 0 && <Empty icon="search" title={words.none} next={words.noneNext} />}
      {groups.map(({ group, entries }) => (
        <Group
          key={group}
          group={group}
          entries={entries}
          drafts={form.drafts}
          errors={form.action.failure?.problem?.errors ?? []}
          change={form.change}
        />
      ))}
      {form.count > 0 && (
        <SaveBar
          count={form.count}
          refused={form.action.failure?.problem?.errors !== undefined}
          busy={form.action.busy}
          save={form.save}
          discard={form.discard}
        />
      )}
    </div>
  );
}
