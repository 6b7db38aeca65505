// The log as it is written, with levels that can be changed while the service runs.
import { useEffect, useRef, useState } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import { followLog, subscribe, subscribeBatched } from '../live';
import type { LogLevel, LogLine } from '../schema';
import { Button, Select } from '../ui/controls';
import { Empty, Failure, Loading } from '../ui/feedback';
import { useLoad, useTitle } from '../ui/hooks';
import { LevelsCard } from './log_levels';

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warning', 'error'];
// More than the service itself keeps, so that what is cut here could not be loaded again anyway.
const linesMax = 5000;

const atLeast = (level: LogLevel, wanted: LogLevel): boolean =>
  levels.indexOf(level) >= levels.indexOf(wanted);

// Lines stand oldest first, as in a terminal; the list below the fold is kept in view while following.
function useLines(level: LogLevel, paused: boolean) {
  const [lines, setLines] = useState<LogLine[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const loaded = useLoad(() => api.log({ level, limit: 200 }), level);
  useEffect(() => {
    if (!loaded.data) return;
    setLines([...loaded.data.items].reverse());
    setCursor(loaded.data.next_cursor);
  }, [loaded.data]);
  useEffect(() => {
    followLog(level);
    return () => followLog(null);
  }, [level]);
  useEffect(
    () =>
      subscribeBatched('log', arrivals => {
        if (paused) return;
        setLines(previous => {
          const newest = previous.at(-1)?.id ?? -1;
          const fresh = arrivals.filter(line => line.id > newest && atLeast(line.level, level));
          return fresh.length === 0 ? previous : [...previous, ...fresh].slice(-linesMax);
        });
      }),
    [paused, level],
  );
  useEffect(() => subscribe('reset', loaded.reload), [loaded.reload]);
  const older = async () => {
    const page = await api.log({ level, limit: 200, cursor: cursor ?? undefined });
    setLines(previous => [...[...page.items].reverse(), ...previous]);
    setCursor(page.next_cursor);
  };
  return { lines, cursor, older, failure: loaded.failure, loading: loaded.loading, reload: loaded.reload };
}

function Line({ line }: { line: LogLine }) {
  const fields = Object.entries(line.fields);
  return (
    <li class={`log-line ${line.level}`}>
      <time dateTime={line.at} title={show.dateTime(line.at)}>
        {show.clock(line.at, true)}
      </time>
      <span class="log-level">{t.value.log.names[line.level]}</span>
      <span class="log-component">{line.component}</span>
      <span class="log-text">
        {line.text}
        {fields.map(([key, value]) => (
          <span key={key} class="log-field">
            {' '}
            {key}=<span>{typeof value === 'string' ? value : JSON.stringify(value)}</span>
          </span>
        ))}
      </span>
    </li>
  );
}

function Lines({ lines, follow }: { lines: LogLine[]; follow: boolean }) {
  const box = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines, follow]);
  return (
    <ol ref={box} class="log" tabIndex={0} aria-label={t.value.log.title}>
      {lines.map(line => (
        <Line key={line.id} line={line} />
      ))}
    </ol>
  );
}

interface Choice {
  level: LogLevel;
  component: string;
  text: string;
}

interface FiltersProps {
  choice: Choice;
  components: string[];
  change: (choice: Choice) => void;
}

function Filters({ choice, components, change }: FiltersProps) {
  const words = t.value.log;
  const all = { value: '', label: words.allComponents };
  return (
    <div class="filters">
      <Select
        label={words.level}
        value={choice.level}
        onChange={level => change({ ...choice, level })}
        options={levels.map(value => ({ value, label: words.names[value] }))}
      />
      <Select
        label={words.component}
        value={choice.component}
        onChange={component => change({ ...choice, component })}
        options={[all, ...components.map(value => ({ value, label: value }))]}
      />
      <input
        type="search"
        class="find"
        aria-label={words.filter}
        placeholder={words.filter}
        value={choice.text}
        onInput={event => change({ ...choice, text: event.currentTarget.value })}
      />
    </div>
  );
}

const fits = (line: LogLine, { component, text }: Choice): boolean =>
  (component === '' || line.component === component) &&
  `${line.text} ${JSON.stringify(line.fields)}`.toLowerCase().includes(text.toLowerCase());

export function LogPage() {
  const [choice, setChoice] = useState<Choice>({ level: 'info', component: '', text: '' });
  const [paused, setPaused] = useState(false);
  const { lines, cursor, older, failure, loading, reload } = useLines(choice.level, paused);
  const words = t.value.log;
  useTitle(words.title);
  const components = [...new Set(lines.map(line => line.component))].sort();
  const shown = lines.filter(line => fits(line, choice));
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>{words.title}</h1>
        <Button aria-pressed={!paused} icon={paused ? 'clock' : 'check'} onClick={() => setPaused(!paused)}>
          {paused ? words.paused : words.follow}
        </Button>
      </div>
      <Filters choice={choice} components={components} change={setChoice} />
      {failure && <Failure failure={failure} retry={reload} />}
      <div class="card table-card">
        {cursor !== null && (
          <p class="list-end">
            <Button class="small" onClick={() => void older().catch(reload)}>
              {words.older}
            </Button>
          </p>
        )}
        {shown.length > 0 && <Lines lines={shown} follow={!paused} />}
        {shown.length === 0 && loading && <Loading />}
        {shown.length === 0 && !loading && <Empty icon="log" title={words.none} next={words.noneNext} />}
      </div>
      <LevelsCard />
    </div>
  );
}
