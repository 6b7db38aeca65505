// The search of the deliveries page: the box, its help, and buttons that write the same language.
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n';
import { eventKinds, eventStates, hasToken, outcomes, toggleToken } from '../search';
import type { Query } from '../search';
import { Button, Select } from '../ui/controls';
import { Icon } from '../ui/icons';
import { outcomeTone } from '../ui/tones';

export function SearchBox({
  text,
  refused,
  onSearch,
}: {
  text: string;
  refused: string[];
  onSearch: (text: string) => void;
}) {
  const [draft, setDraft] = useState(text);
  useEffect(() => setDraft(text), [text]);
  const words = t.value.deliveries;
  return (
    <form
      role="search"
      class="search"
      onSubmit={event => {
        event.preventDefault();
        onSearch(draft.trim());
      }}
    >
      <div class="search-box">
        <Icon name="search" />
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.placeholder}
          value={draft}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          onInput={event => setDraft(event.currentTarget.value)}
        />
        {text && (
          <Button variant="ghost" class="small" onClick={() => onSearch('')}>
            {words.clear}
          </Button>
        )}
      </div>
      <details class="search-help">
        <summary>{words.help}</summary>
        <div>
          <p>{words.helpText}</p>
          <dl>
            {words.helpRows.map(([token = '', meaning = '']) => (
              <div key={token}>
                <dt>
                  <code>{token}</code>
                </dt>
                <dd>{meaning}</dd>
              </div>
            ))}
          </dl>
        </div>
      </details>
      {refused.map(token => (
        <p key={token} class="field-error" role="status">
          <Icon name="alert" size={16} />
          {words.refused(token)}
        </p>
      ))}
    </form>
  );
}

export function Filters({
  text,
  query,
  onSearch,
}: {
  text: string;
  query: Query;
  onSearch: (text: string) => void;
}) {
  const words = t.value;
  const choose = (key: string, value: string) =>
    onSearch(
      value
        ? toggleToken(text, key, value)
        : text
            .split(/\s+/)
            .filter(token => !token.startsWith(`${key}:`))
            .join(' '),
    );
  return (
    <div class="filters">
      <div class="chips" role="group" aria-label={words.delivery.outcome}>
        {outcomes.map(outcome => (
          <button
            key={outcome}
            type="button"
            class={`chip ${outcomeTone[outcome]}`}
            aria-pressed={hasToken(text, 'outcome', outcome)}
            onClick={() => onSearch(toggleToken(text, 'outcome', outcome))}
          >
            {words.outcomes[outcome]}
          </button>
        ))}
      </div>
      <Select
        label={words.deliveries.event}
        value={query.event[0] ?? ''}
        onChange={value => choose('event', value)}
        options={[
          { value: '', label: words.deliveries.all },
          ...eventKinds.map(kind => ({ value: kind, label: words.kinds[kind] })),
        ]}
      />
      <Select
        label={words.deliveries.state}
        value={query.state[0] ?? ''}
        onChange={value => choose('state', value)}
        options={[
          { value: '', label: words.deliveries.all },
          ...eventStates.map(state => ({ value: state, label: words.states[state] })),
        ]}
      />
    </div>
  );
}
