// The proof of the whole: a real ticket in HaloPSA, watched on its way to Mizo and back.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import type { TestTicket, TestTicketStage, TicketTypes } from '../schema';
import { subscribe } from '../live';
import { Badge, Button, Card, Field, Form, TicketLink } from '../ui/controls';
import type { Tone } from '../ui/controls';
import { Failure, Notice } from '../ui/feedback';
import { useAction, useLoad } from '../ui/hooks';

type TicketType = TicketTypes['items'][number];
type Condition = 'ok' | 'failed' | 'running' | 'waiting' | 'skipped' | 'none';

const stageTone: Record<Condition, Tone> = {
  ok: 'ok',
  failed: 'error',
  running: 'info',
  waiting: 'neutral',
  skipped: 'neutral',
  none: 'warn',
};

// Of the stages that wait, the first is the one that the ticket is at.
function conditionOf(stage: TestTicketStage, before: TestTicketStage | undefined): Condition {
  if (stage.result === 'waiting') return before?.result === 'waiting' ? 'waiting' : 'running';
  return stage.result === 'not_yet' ? 'none' : stage.result;
}

function StageItem({ stage, before }: { stage: TestTicketStage; before: TestTicketStage | undefined }) {
  const words = t.value;
  const condition = conditionOf(stage, before);
  return (
    <li class={`test-step ${condition}`}>
      <div class="row spread">
        <strong>{words.testTicketStages[stage.stage]}</strong>
        <span class="row">
          {stage.took_ms !== null && (
            <span class="muted small-text number">{show.duration(stage.took_ms)}</span>
          )}
          <Badge tone={stageTone[condition]}>{words.guide.stageStates[condition]}</Badge>
        </span>
      </div>
      {condition !== 'waiting' && <p class="muted">{messageText(stage)}</p>}
      {stage.advice && (
        <p class="advice">
          <span class="advice-label">{words.strip.whatToDo}</span> {messageText(stage.advice)}
        </p>
      )}
    </li>
  );
}

// "And back" is said only where the insight came.
function Outcome({ test }: { test: TestTicket }) {
  const words = t.value.guide;
  const back = test.stages.some(stage => stage.stage === 'insight' && stage.ok === true);
  const time = test.total_ms === null ? '' : show.duration(test.total_ms);
  return (
    <div class="test-outcome" aria-live="polite">
      {test.state === 'passed' && (
        <Notice tone="ok" title={back ? words.travelledBack(time) : words.travelled(time)} />
      )}
      {test.state === 'failed' && <Notice tone="error" title={words.testFailed} />}
      {test.state === 'interrupted' && <Notice tone="warn" title={words.testInterrupted} />}
      {test.ticket !== null && (
        <p class="muted">
          {words.testTicket} <TicketLink ticket={test.ticket} />
        </p>
      )}
    </div>
  );
}

interface StartProps {
  types: TicketType[];
  start: (type: number | null, cleanUp: boolean) => void;
  busy: boolean;
}

function StartForm({ types, start, busy }: StartProps) {
  const [type, setType] = useState('');
  const [cleanUp, setCleanUp] = useState(true);
  const words = t.value.guide;
  return (
    <Form submit={() => start(type === '' ? null : Number(type), cleanUp)}>
      <Field label={words.ticketType}>
        {attributes => (
          <select {...attributes} value={type} onChange={event => setType(event.currentTarget.value)}>
            <option value="">{words.usualType}</option>
            {types.map(item => (
              <option key={item.id} value={String(item.id)}>
                {item.name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label class="check-line">
        <input
          type="checkbox"
          checked={cleanUp}
          onChange={event => setCleanUp(event.currentTarget.checked)}
        />
        <span>{words.cleanUp}</span>
      </label>
      <Button type="submit" variant="primary" icon="send" busy={busy}>
        {busy ? words.sending : words.send}
      </Button>
    </Form>
  );
}

export function TestTicketCard() {
  const { data: test, failure, reload, replace } = useLoad(api.testTicket);
  const types = useLoad(api.ticketTypes);
  const action = useAction();
  const words = t.value.guide;
  useEffect(() => {
    const stops = [subscribe('test_ticket', replace), subscribe('reset', reload)];
    return () => stops.forEach(stop => stop());
  }, [replace, reload]);
  const start = (type: number | null, cleanUp: boolean) =>
    action.run(async () => replace(await api.startTestTicket(type, cleanUp)));
  const usable = types.data?.items.filter(item => item.in_scope) ?? [];
  const shown = action.failure ?? failure;
  return (
    <Card title={words.testTitle}>
      <p>{words.testText}</p>
      <StartForm types={usable} start={start} busy={action.busy || test?.state === 'running'} />
      {shown && <Failure failure={shown} retry={reload} />}
      {test && test.state !== 'idle' && (
        <>
          <Outcome test={test} />
          <ol class="test-steps">
            {test.stages.map((stage, index) => (
              <StageItem key={stage.stage} stage={stage} before={test.stages[index - 1]} />
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}
