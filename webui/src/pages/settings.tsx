// All settings with where each comes from; what is changed is saved together, or not at all.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, settingText, t } from '../i18n';
import type { Setting } from '../schema';
import type { Draft, Drafts } from '../settings_model';
import { Card } from '../ui/controls';
import { Empty, Failure, Loading } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { SaveBar, useSettingsForm } from './settings_form';
import type { FieldError } from './settings_form';
import { SettingRow } from './settings_row';

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

export function SettingsPage() {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const [search, setSearch] = useState('');
  const form = useSettingsForm(data, replace);
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
          errors={form.errors}
          change={form.change}
        />
      ))}
      <SaveBar form={form} />
    </div>
  );
}
