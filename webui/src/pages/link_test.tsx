// The link test: seven steps, each with what was found, and with advice where it did not work.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import type { Link, LinkTest, LinkTestStep } from '../schema';
import { Badge, Button, Card, Form, TextField } from '../ui/controls';
import { Failure, Notice } from '../ui/feedback';
import { useAction } from '../ui/hooks';
import { testTone } from '../ui/tones';

function Step({ step }: { step: LinkTestStep }) {
  const words = t.value;
  return (
    <li class={`test-step ${step.result}`}>
      <div class="row spread">
        <strong>{words.testSteps[step.step]}</strong>
        <span class="row">
          {step.result !== 'skipped' && (
            <span class="muted small-text number">{show.duration(step.took_ms)}</span>
          )}
          <Badge tone={testTone[step.result]}>{words.testResults[step.result]}</Badge>
        </span>
      </div>
      <p class="muted">{messageText(step)}</p>
      {step.advice && (
        <p class="advice">
          <span class="advice-label">{words.link.advice}</span> {messageText(step.advice)}
        </p>
      )}
    </li>
  );
}

export function LinkTestCard({ link }: { link: Link }) {
  const [url, setUrl] = useState('');
  const [result, setResult] = useState<LinkTest | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.link;
  const test = () =>
    run(async () => setResult(await api.testLink(link.url === null ? url.trim() : undefined)));
  return (
    <Card title={words.test}>
      <p>{words.testText}</p>
      <Form submit={test}>
        {link.url === null && (
          <TextField
            label={words.url}
            type="url"
            required
            placeholder="https://"
            value={url}
            change={setUrl}
          />
        )}
        <Button type="submit" icon="refresh" busy={busy}>
          {busy ? words.testing : words.test}
        </Button>
      </Form>
      {failure && <Failure failure={failure} />}
      {result && (
        <div aria-live="polite">
          <Notice tone={result.ok ? 'ok' : 'error'} title={result.ok ? words.testOk : words.testFailed} />
          <ol class="test-steps">
            {result.steps.map(step => (
              <Step key={step.step} step={step} />
            ))}
          </ol>
        </div>
      )}
    </Card>
  );
}
