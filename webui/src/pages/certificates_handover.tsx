// The one time a certificate's private key leaves: as a PFX for the admin to carry into HaloPSA.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import type { Certificate } from '../schema';
import { Button, CopyValue } from '../ui/controls';
import { Failure } from '../ui/feedback';
import { saveFile, useAction } from '../ui/hooks';

export function Handover({ certificate, changed }: { certificate: Certificate; changed: () => void }) {
  const [password, setPassword] = useState<string | null>(null);
  const saving = useAction();
  const asking = useAction();
  const words = t.value.certificates;
  const failure = saving.failure ?? asking.failure;
  return (
    <div class="handover">
      <h2>{words.steps}</h2>
      <ol>
        {words.stepList.map(step => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div class="row">
        <Button
          variant="primary"
          icon="download"
          busy={saving.busy}
          onClick={() =>
            saving.run(async () => {
              saveFile(await api.pfx(certificate.id));
              changed();
            })
          }
        >
          {words.pfx}
        </Button>
        {password === null && (
          <Button
            icon="lock"
            busy={asking.busy}
            onClick={() =>
              asking.run(async () => setPassword((await api.pfxPassword(certificate.id)).password))
            }
          >
            {words.password}
          </Button>
        )}
      </div>
      {password !== null && (
        <CopyValue label={words.passwordLabel} value={password} note={words.passwordHint} />
      )}
      {failure && <Failure failure={failure} />}
      {certificate.pfx_until && <p class="hint">{words.available(show.dateTime(certificate.pfx_until))}</p>}
    </div>
  );
}
