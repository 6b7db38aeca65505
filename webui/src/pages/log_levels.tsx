// Log levels at run time, for everything or for one component.
import { api } from '../api';
import { t } from '../i18n';
import type { LogLevel, LogLevelsPatch } from '../schema';
import { Card, Select } from '../ui/controls';
import { Failure, Loading, toast } from '../ui/feedback';
import { useAction, useLoad } from '../ui/hooks';

const levels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warning', 'error'];

export function LevelsCard() {
  const { data, failure, replace, reload } = useLoad(api.logLevels);
  const action = useAction();
  const words = t.value.log;
  const change = (patch: LogLevelsPatch) =>
    action.run(async () => {
      replace(await api.changeLogLevels(patch));
      toast(words.changed);
    });
  const options = levels.map(value => ({ value, label: words.names[value] }));
  return (
    <Card title={words.levels}>
      <p class="muted">{words.levelsText}</p>
      {failure && <Failure failure={failure} retry={reload} />}
      {action.failure && <Failure failure={action.failure} />}
      {data === null && !failure && <Loading />}
      {data && (
        <div class="levels">
          <Select
            label={words.levelsFor}
            value={data.level}
            options={options}
            onChange={level => change({ level })}
          />
          {Object.entries(data.components)
            .sort()
            .map(([name, level]) => (
              <Select<LogLevel | ''>
                key={name}
                label={name}
                value={level ?? ''}
                options={[{ value: '', label: words.inherit }, ...options]}
                onChange={value => change({ components: { [name]: value === '' ? null : value } })}
              />
            ))}
        </div>
      )}
    </Card>
  );
}
