// The request as it came: headers, and the body as a tree, as text, as a file, or as a command.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { asCurl, asPowerShell } from '../copy_as';
import { show, t } from '../i18n';
import type { Body, DeliveryDetail } from '../schema';
import { Button, Card, CopyButton, Segmented } from '../ui/controls';
import { Failure, Notice } from '../ui/feedback';
import { saveFile, useAction } from '../ui/hooks';
import { JsonTree, parseJson } from '../ui/json_tree';

type View = 'tree' | 'raw';

function BodyView({ body }: { body: Body }) {
  const words = t.value.delivery;
  const text = body.text ?? '';
  const isTree = body.encoding === 'utf8' && !body.truncated && parseJson(text) !== null;
  const [view, setView] = useState<View>(isTree ? 'tree' : 'raw');
  return (
    <>
      <div class="row spread">
        <Segmented
          label={words.view}
          value={view}
          onChange={setView}
          options={[
            { value: 'tree', label: words.tree },
            { value: 'raw', label: words.raw },
          ]}
        />
        <span class="row">
          <CopyButton text={text} label={words.body} />
        </span>
      </div>
      {body.encoding === 'base64' && <p class="muted">{words.binary}</p>}
      {view === 'tree' ? (
        <JsonTree text={text} />
      ) : (
        <pre class="raw-body" tabIndex={0}>
          {text}
        </pre>
      )}
      {body.truncated && <p class="muted">{words.truncated}</p>}
    </>
  );
}

function BodyAbsent({ repeated }: { repeated: boolean }) {
  const words = t.value.delivery;
  return (
    <Notice tone="info" title={repeated ? words.bodyRepeat : words.bodyGone}>
      <p>{repeated ? words.bodyRepeatNext : words.bodyGoneNext}</p>
    </Notice>
  );
}

function Headers({ delivery }: { delivery: DeliveryDetail }) {
  const words = t.value.delivery;
  return (
    <details class="headers">
      <summary>
        {words.headers} <span class="muted">({delivery.headers.length})</span>
      </summary>
      <dl>
        <div>
          <dt>{delivery.method}</dt>
          <dd>{delivery.path}</dd>
        </div>
        {delivery.headers.map((header, index) => (
          <div key={index}>
            <dt>{header.name}</dt>
            <dd>{header.masked ? <em class="muted">{words.masked}</em> : header.value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

export function RequestCard({ delivery, webhookUrl }: { delivery: DeliveryDetail; webhookUrl: string }) {
  const words = t.value.delivery;
  const { busy, failure, run } = useAction();
  const { body } = delivery;
  return (
    <Card
      title={words.request}
      actions={
        <>
          <span class="muted">{words.copyAs}</span>
          <CopyButton look="named" text={asCurl(delivery, webhookUrl)} label={words.curl} />
          <CopyButton look="named" text={asPowerShell(delivery, webhookUrl)} label={words.powershell} />
        </>
      }
    >
      <Headers delivery={delivery} />
      <h3 class="row spread">
        <span>
          {words.body} <span class="muted">{show.bytes(body.size)}</span>
        </span>
        {body.available && (
          <Button
            class="small"
            icon="download"
            busy={busy}
            onClick={() => run(async () => saveFile(await api.deliveryBody(delivery.id)))}
          >
            {t.value.app.download}
          </Button>
        )}
      </h3>
      {failure && <Failure failure={failure} />}
      {body.available ? <BodyView body={body} /> : <BodyAbsent repeated={delivery.outcome === 'repeated'} />}
    </Card>
  );
}
