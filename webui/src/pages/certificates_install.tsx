// Loading a certificate into HaloPSA by its API, step by step; where its rights forbid that, it says so.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, t } from '../i18n';
import type { Certificate, InstalledCertificate } from '../schema';
import { Badge, Button } from '../ui/controls';
import { Failure, Notice } from '../ui/feedback';
import { useAction } from '../ui/hooks';

type Installation = InstalledCertificate['install'];

const stateTone = { waiting: 'info', active: 'ok', by_hand: 'warn', rolled_back: 'error' } as const;

function StepItem({ step, waits }: { step: Installation['steps'][number]; waits: boolean }) {
  const condition = waits && step.step === 'first_delivery' ? 'running' : step.ok ? 'ok' : 'failed';
  const tone = { running: 'info', ok: 'ok', failed: 'error' } as const;
  return (
    <li class={`test-step ${condition}`}>
      <div class="row spread">
        <strong>{t.value.install.steps[step.step]}</strong>
        <Badge tone={tone[condition]}>{t.value.guide.stageStates[condition]}</Badge>
      </div>
      <p class="muted">{messageText(step.text)}</p>
    </li>
  );
}

function Steps({ install }: { install: Installation }) {
  const words = t.value.install;
  return (
    <div aria-live="polite">
      <Notice tone={stateTone[install.state]} title={words.states[install.state]} />
      <ol class="test-steps">
        {install.steps.map(step => (
          <StepItem key={step.step} step={step} waits={install.state === 'waiting'} />
        ))}
      </ol>
    </div>
  );
}

export function Install({ certificate, changed }: { certificate: Certificate; changed: () => void }) {
  const [install, setInstall] = useState<Installation | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.install;
  const start = () =>
    run(async () => {
      setInstall((await api.install(certificate.id)).install);
      changed();
    });
  return (
    <div class="install">
      <p>{words.text}</p>
      <Button icon="send" busy={busy} onClick={start}>
        {busy ? words.working : words.start}
      </Button>
      {failure && <Failure failure={failure} />}
      {install && <Steps install={install} />}
    </div>
  );
}
