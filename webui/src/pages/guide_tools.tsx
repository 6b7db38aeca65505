// What stands beside the checks of a section: the forms and values of its steps.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../api';
import type { Section } from '../guide_model';
import { t } from '../i18n';
import { status } from '../live';
import { Badge, Button, Card } from '../ui/controls';
import { Failure, Loading } from '../ui/feedback';
import { useLoad } from '../ui/hooks';
import { certificateTone, linkTone } from '../ui/tones';
import { Handover } from './certificates_handover';
import { Install } from './certificates_install';
import { NewCertificateDialog } from './certificates_new';
import { TestTicketCard } from './guide_test_ticket';
import { useHalo } from './halopsa';
import { ConnectionCard } from './halopsa_connection';
import { Paste } from './webhook';

function MizoCard() {
  const state = status.value?.link.state;
  if (state === undefined) return null;
  return (
    <Card title={t.value.link.enrollTitle}>
      <p class="row">
        <Badge tone={linkTone[state]}>{t.value.linkStates[state]}</Badge>
      </p>
      <p>{t.value.guide.enrollText}</p>
      <a class={`button ${state === 'not_enrolled' ? 'primary' : 'secondary'}`} href="/link">
        {t.value.strip.open(t.value.nav.link)}
      </a>
    </Card>
  );
}

// What had to wait for HaloPSA can be checked now.
const checkAgain = (): void => {
  api.runChecks().catch(() => undefined);
};

function ConnectTools() {
  const { data, failure, reload } = useHalo();
  return (
    <>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {data && <ConnectionCard halo={data} works={checkAgain} />}
      <MizoCard />
    </>
  );
}

function ScopeTools() {
  const words = t.value.guide;
  return (
    <Card title={t.value.nav.scope}>
      <p>{words.scopeText}</p>
      <a class="button secondary" href="/scope">
        {t.value.strip.open(t.value.nav.scope)}
      </a>
    </Card>
  );
}

function CertificateTools() {
  const { data, failure, reload } = useLoad(api.certificates);
  const [creating, setCreating] = useState(false);
  const words = t.value.certificates;
  const waiting = data?.items.find(item => item.pfx_available);
  const active = data?.items.find(item => item.state === 'active');
  const shown = waiting ?? active;
  return (
    <Card title={words.title}>
      {failure && <Failure failure={failure} retry={reload} />}
      {data === null && !failure && <Loading />}
      {shown && (
        <p class="row">
          <Badge tone={certificateTone[shown.state]}>{t.value.certificateStates[shown.state]}</Badge>
          <span class="muted">{t.value.certificateStateTexts[shown.state]}</span>
        </p>
      )}
      {waiting && (
        <>
          <Install certificate={waiting} changed={reload} />
          <Handover certificate={waiting} changed={reload} />
        </>
      )}
      {data && !shown && (
        <>
          <p>{words.noneNext}</p>
          <Button variant="primary" icon="plus" onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        </>
      )}
      {creating && <NewCertificateDialog onClose={() => setCreating(false)} changed={reload} />}
    </Card>
  );
}

function WebhookTools() {
  const { data, failure, reload } = useLoad(api.webhook);
  return (
    <>
      <CertificateTools />
      {failure && <Failure failure={failure} retry={reload} />}
      {data && <Paste webhook={data} />}
    </>
  );
}

const tools: Partial<Record<Section, () => ComponentChildren>> = {
  1: ConnectTools,
  3: ScopeTools,
  4: WebhookTools,
  6: TestTicketCard,
};

export function SectionTools({ section }: { section: Section }) {
  const Tools = tools[section];
  return Tools ? (
    <div class="column-side">
      <Tools />
    </div>
  ) : null;
}
