// What is done with all events that fit a search: sending them again after a preview, and exporting them.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { show, t } from '../i18n';
import type { Replays } from '../schema';
import { fitsEventFilter, toEventFilter, toParams } from '../search';
import type { Query } from '../search';
import { Button, Fact, Facts, Segmented } from '../ui/controls';
import { Dialog, Failure, Notice, Time, toast } from '../ui/feedback';
import { saveFile, useAction } from '../ui/hooks';

function Preview({ preview }: { preview: Replays }) {
  const words = t.value.replay;
  return (
    <>
      <Facts>
        <Fact label={words.matched}>{show.number(preview.matched)}</Fact>
        <Fact label={words.replayable}>
          <strong>{show.number(preview.replayable)}</strong>
        </Fact>
        {preview.without_body > 0 && (
          <Fact label={words.withoutBody}>{show.number(preview.without_body)}</Fact>
        )}
        {preview.unscoped > 0 && <Fact label={words.unscoped}>{show.number(preview.unscoped)}</Fact>}
        {preview.oldest && (
          <Fact label={words.span}>
            <Time at={preview.oldest} as="full" /> … <Time at={preview.newest} as="full" />
          </Fact>
        )}
      </Facts>
      {preview.sample.length > 0 && <h3>{words.sample}</h3>}
      <ul class="sample">
        {preview.sample.map(event => (
          <li key={event.id}>
            <Time at={event.received_at} as="list" />{' '}
            <span class="ticket">{event.ticket === null ? '–' : `#${event.ticket}`}</span>
            <span>{t.value.kinds[event.kind]}</span> <span class="muted ellipsis">{event.title}</span>
          </li>
        ))}
      </ul>
      {preview.replayable === 0 && (
        <Notice tone="info">
          <p>{words.nothing}</p>
        </Notice>
      )}
    </>
  );
}

export function ReplayDialog({ query, onClose }: { query: Query; onClose: () => void }) {
  const [preview, setPreview] = useState<Replays | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.replay;
  const filter = toEventFilter(query);
  const fits = fitsEventFilter(query);
  const look = () => run(async () => setPreview(await api.replayMany(filter, true)));
  const send = () =>
    run(async () => {
      const done = await api.replayMany(filter, false);
      toast(words.done(show.number(done.created)));
      onClose();
    });
  return (
    <Dialog
      wide
      title={words.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.value.app.cancel}</Button>
          {preview === null ? (
            <Button variant="primary" busy={busy} disabled={!fits} onClick={look}>
              {words.preview}
            </Button>
          ) : (
            <Button
              variant="primary"
              icon="send"
              busy={busy}
              disabled={preview.replayable === 0}
              onClick={send}
            >
              {words.send(show.number(preview.replayable))}
            </Button>
          )}
        </>
      }
    >
      <p>{words.what}</p>
      {!fits && (
        <Notice tone="warn">
          <p>{words.unfit}</p>
        </Notice>
      )}
      {preview && <Preview preview={preview} />}
      {failure && <Failure failure={failure} />}
    </Dialog>
  );
}

type Format = 'csv' | 'ndjson';

export function ExportDialog({ query, onClose }: { query: Query; onClose: () => void }) {
  const [format, setFormat] = useState<Format>('csv');
  const { busy, failure, run } = useAction();
  const words = t.value.exporting;
  // Events have no outcome: leaving it out in silence would export more than is shown.
  const fits = query.outcome.length === 0;
  const save = () =>
    run(async () => {
      saveFile(await api.exportEvents(format, toParams(query)));
      toast(words.done);
      onClose();
    });
  return (
    <Dialog
      title={words.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.value.app.cancel}</Button>
          <Button variant="primary" icon="download" busy={busy} disabled={!fits} onClick={save}>
            {t.value.app.download}
          </Button>
        </>
      }
    >
      <p>{words.text}</p>
      {!fits && (
        <Notice tone="warn">
          <p>{words.unfit}</p>
        </Notice>
      )}
      <Segmented
        label={words.title}
        value={format}
        onChange={setFormat}
        options={[
          { value: 'csv', label: 'CSV' },
          { value: 'ndjson', label: 'NDJSON' },
        ]}
      />
      <p class="hint">{format === 'csv' ? words.csv : words.ndjson}</p>
      {failure && <Failure failure={failure} />}
    </Dialog>
  );
}
