// HaloPSA's address and credentials, and the test of the way to its API.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, show, t } from '../i18n';
import type { Halo, HaloTest, HaloTestStep } from '../schema';
import { asSecret, losesSecrets } from '../settings_model';
import { Badge, Button, Card, Form } from '../ui/controls';
import { Failure, Loading, Notice } from '../ui/feedback';
import { useAction, useLoad } from '../ui/hooks';
import { SettingField, useSettingsForm } from './settings_form';
import type { SettingsForm } from './settings_form';

function Step({ step }: { step: HaloTestStep }) {
  const words = t.value;
  return (
    <li class={`test-step ${step.ok ? 'ok' : 'failed'}`}>
      <div class="row spread">
        <strong>{words.haloTestSteps[step.step]}</strong>
        <span class="row">
          <span class="muted small-text number">{show.duration(step.took_ms)}</span>
          <Badge tone={step.ok ? 'ok' : 'error'}>{words.testResults[step.ok ? 'ok' : 'failed']}</Badge>
        </span>
      </div>
      <p class="muted">{messageText(step)}</p>
      {step.advice && (
        <p class="advice">
          <span class="advice-label">{words.strip.whatToDo}</span> {messageText(step.advice)}
        </p>
      )}
    </li>
  );
}

function Result({ result }: { result: HaloTest }) {
  const words = t.value.halo;
  return (
    <>
      <Notice tone={result.ok ? 'ok' : 'error'} title={result.ok ? words.testOk : words.testFailed} />
      <ol class="test-steps">
        {result.steps.map(step => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
    </>
  );
}

// A secret of one HaloPSA must not reach another: the service clears them with the address.
function ClearedSecrets({ form }: { form: SettingsForm }) {
  const draft = form.drafts['halo.url'];
  const old = form.settings?.['halo.url'];
  const secret = form.settings?.['halo.client_secret'];
  if (!draft || !old || !secret || draft === 'reset' || !asSecret(secret).set) return null;
  if (!losesSecrets(String(old.value ?? ''), draft.text) || form.drafts['halo.client_secret']) return null;
  return <Notice tone="warn" title={t.value.halo.secretsGo} />;
}

interface ConnectionProps {
  halo: Halo;
  // A test went well.
  works?: () => void;
}

export function ConnectionCard({ halo, works }: ConnectionProps) {
  const { data, failure, reload, replace } = useLoad(api.settings);
  const form = useSettingsForm(data, replace);
  const [result, setResult] = useState<HaloTest | null>(null);
  const testing = useAction();
  const words = t.value.halo;
  const changed = form.count > 0;
  const test = () =>
    testing.run(async () => {
      const tested = await api.testHalo();
      setResult(tested);
      if (tested.ok) works?.();
    });
  const submit = () => (changed ? form.save(test) : test());
  // What was found out holds for the values that were tried.
  useEffect(() => {
    if (changed) setResult(null);
  }, [changed]);
  return (
    <Card title={words.connection}>
      <p class="path-hint">{words.where}</p>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && (
        <Form submit={submit}>
          <SettingField name="halo.url" form={form} hint={words.addressHint} />
          <SettingField name="halo.client_id" form={form} />
          <SettingField name="halo.client_secret" form={form} />
          <SettingField name="halo.tab_secret" form={form} />
          <ClearedSecrets form={form} />
          {form.action.failure && <Failure failure={form.action.failure} />}
          <div class="row">
            <Button
              type="submit"
              variant={changed || halo.state !== 'ok' ? 'primary' : 'secondary'}
              busy={form.action.busy || testing.busy}
              {...(changed ? {} : { icon: 'refresh' as const })}
            >
              {testing.busy ? words.testing : changed ? words.saveAndTest : words.test}
            </Button>
            {changed && <Button onClick={form.discard}>{t.value.settings.discard}</Button>}
          </div>
        </Form>
      )}
      {testing.failure && <Failure failure={testing.failure} />}
      <div aria-live="polite">{result && <Result result={result} />}</div>
    </Card>
  );
}
