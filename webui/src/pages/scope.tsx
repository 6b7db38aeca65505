// Which tickets concern Mizo, which types it may assign, and what it may do by itself.
import { api } from '../api';
import { settingText, t } from '../i18n';
import { asDraft, holds, readTypes, withType } from '../scope_model';
import type { TypeSet } from '../scope_model';
import type { Setting, TicketTypes } from '../schema';
import { Badge, Card, Segmented } from '../ui/controls';
import { Empty, Failure, Loading, Notice, Time } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { Icon } from '../ui/icons';
import { SaveBar, SettingField, useSettingsForm } from './settings_form';
import type { SettingsForm } from './settings_form';
import { lockText } from './settings_row';

type TicketType = TicketTypes['items'][number];

const relayedKey = 'scope.ticket_types';
const assignableKey = 'scope.assignable_types';
const automations = [
  'automation.triage', 'automation.dispatch', 'automation.resolve', 'automation.request_info',
] as const;

const setOf = (form: SettingsForm, key: string, unset: TypeSet): TypeSet =>
  readTypes(form.settings?.[key]?.value, form.drafts[key], unset);

function Lock({ setting }: { setting: Setting | undefined }) {
  if (!setting?.locked) return null;
  return (
    <p class="row muted small-text">
      <Icon name="lock" size={14} />
      {lockText(setting)}
    </p>
  );
}

interface RowProps {
  type: TicketType;
  form: SettingsForm;
  all: number[];
}

function TypeBox({ type, form, all, field }: RowProps & { field: 'relayed' | 'assignable' }) {
  const key = field === 'relayed' ? relayedKey : assignableKey;
  const types = setOf(form, key, field === 'relayed' ? 'all' : []);
  return (
    <input
      type="checkbox"
      aria-label={`${t.value.scope[field]}: ${type.name}`}
      checked={holds(types, type.id)}
      disabled={form.settings?.[key]?.locked ?? true}
      onChange={event =>
        form.change(key, asDraft(withType(types, type.id, event.currentTarget.checked, all)))
      }
    />
  );
}

function TypeRow({ type, form, all }: RowProps) {
  const words = t.value.scope;
  return (
    <tr>
      <th scope="row">
        {type.name} <span class="muted">{type.id}</span>
      </th>
      <td class="cell-box">
        <TypeBox type={type} form={form} all={all} field="relayed" />
      </td>
      <td class="cell-box">
        <TypeBox type={type} form={form} all={all} field="assignable" />
      </td>
      <td>
        {type.tab === null ? (
          <span class="muted">{words.tabUnknown}</span>
        ) : (
          <Badge tone={type.tab ? 'ok' : 'neutral'}>{type.tab ? words.hasTab : words.noTab}</Badge>
        )}
      </td>
    </tr>
  );
}

function TypesTable({ types, form }: { types: TicketType[]; form: SettingsForm }) {
  const words = t.value.scope;
  const all = types.map(type => type.id);
  return (
    <div class="table-scroll">
      <table class="types">
        <thead>
          <tr>
            <th>{words.type}</th>
            <th class="cell-box">{words.relayed}</th>
            <th class="cell-box">{words.assignable}</th>
            <th>{words.tab}</th>
          </tr>
        </thead>
        <tbody>
          {types.map(type => (
            <TypeRow key={type.id} type={type} form={form} all={all} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function TypesCard({ form }: { form: SettingsForm }) {
  const { data, failure, loading, reload } = useLoad(api.ticketTypes);
  const words = t.value.scope;
  const relayed = setOf(form, relayedKey, 'all');
  const items = data?.items ?? [];
  const choose = (value: 'all' | 'some') =>
    form.change(relayedKey, asDraft(value === 'all' ? 'all' : items.map(type => type.id)));
  const options = [
    { value: 'all' as const, label: words.all },
    { value: 'some' as const, label: words.some },
  ];
  return (
    <Card
      title={words.types}
      class="table-card"
      actions={
        items.length > 0 &&
        !form.settings?.[relayedKey]?.locked && (
          <Segmented
            label={words.relayed}
            value={relayed === 'all' ? 'all' : 'some'}
            options={options}
            onChange={choose}
          />
        )
      }
    >
      <div class="card-text">
        <p class="muted">{words.typesText}</p>
        <Lock setting={form.settings?.[relayedKey]} />
        <Lock setting={form.settings?.[assignableKey]} />
        {relayed !== 'all' && relayed.length === 0 && <Notice tone="warn" title={words.noneChosen} />}
        {failure && <Failure failure={failure} retry={reload} />}
      </div>
      {data === null && loading && <Loading />}
      {data && items.length === 0 && (
        <Empty icon="scope" title={words.noTypes} next={words.noTypesNext}>
          <a class="button secondary" href="/halopsa">
            {t.value.strip.open(t.value.nav.halopsa)}
          </a>
        </Empty>
      )}
      {items.length > 0 && <TypesTable types={items} form={form} />}
      {data?.fetched_at && (
        <p class="card-text muted small-text">
          {words.fetched} <Time at={data.fetched_at} />
        </p>
      )}
    </Card>
  );
}

function AutomationCard({ form }: { form: SettingsForm }) {
  const words = t.value.scope;
  return (
    <Card title={words.automation}>
      <p class="muted">{words.automationText}</p>
      {automations.map(key => (
        <SettingField key={key} name={key} form={form} hint={settingText(key).help} />
      ))}
    </Card>
  );
}

export function ScopePage() {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const form = useSettingsForm(data, replace);
  const words = t.value.scope;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <div>
          <h1 tabIndex={-1}>{words.title}</h1>
          <p class="intro">{words.intro}</p>
        </div>
      </div>
      {failure && <Failure failure={failure} retry={reload} />}
      {form.action.failure && <Failure failure={form.action.failure} />}
      {data === null && !failure && <Loading />}
      {data && (
        <div class="columns">
          <div class="column-main">
            <TypesCard form={form} />
          </div>
          <div class="column-side">
            <AutomationCard form={form} />
          </div>
        </div>
      )}
      <SaveBar form={form} />
    </div>
  );
}
