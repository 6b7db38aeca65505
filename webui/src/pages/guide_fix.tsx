// What a fix would change in HaloPSA, shown before it does.
import { useEffect, useState } from 'preact/hooks';
import { api } from '../api';
import { messageText, t } from '../i18n';
import type { Check, CheckChange, Checks, Fix, Fixes } from '../schema';
import { Badge, Button } from '../ui/controls';
import { Dialog, Failure, Loading, Notice, toast } from '../ui/feedback';
import { useAction } from '../ui/hooks';

// What stays as it is, is no change to look at.
const isReal = (change: CheckChange): boolean => change.from !== change.to;

function Changes({ changes }: { changes: CheckChange[] }) {
  const words = t.value.guide;
  return (
    <ul class="changes">
      {changes.filter(isReal).map((change, index) => (
        <li key={index}>
          <span class="change-what">
            {change.object} {change.field && <strong>· {change.field}</strong>}
          </span>
          <span class="change-values">
            {change.from && (
              <>
                <del>{change.from}</del>
                <span aria-hidden="true">→</span>
              </>
            )}
            <ins>{change.to || words.nothing}</ins>
          </span>
        </li>
      ))}
    </ul>
  );
}

interface FixDialogProps {
  check: Check;
  changed: (check: Check) => void;
  onClose: () => void;
}

export function FixDialog({ check, changed, onClose }: FixDialogProps) {
  const [preview, setPreview] = useState<Fix | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.guide;
  useEffect(() => run(async () => setPreview(await api.fixCheck(check.id, true))), []);
  const make = () =>
    run(async () => {
      const fixed = await api.fixCheck(check.id, false);
      changed(fixed.check);
      setPreview(fixed);
      if (!fixed.done) return;
      toast(words.fixed);
      onClose();
    });
  return (
    <Dialog
      wide
      title={messageText(check.title)}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.value.app.cancel}</Button>
          <Button variant="primary" busy={busy} disabled={preview === null} onClick={make}>
            {words.fix}
          </Button>
        </>
      }
    >
      <p>{words.fixText}</p>
      {failure && <Failure failure={failure} />}
      {preview?.error && <Notice tone="error" title={messageText(preview.error)} />}
      {preview ? <Changes changes={preview.changes} /> : !failure && <Loading />}
    </Dialog>
  );
}

function FixItem({ item, tried }: { item: Fix; tried: boolean }) {
  const words = t.value.guide;
  return (
    <li class="fix-item">
      <div class="row spread">
        <strong>{messageText(item.check.title)}</strong>
        {tried && (
          <Badge tone={item.done ? 'ok' : 'error'}>{item.done ? words.isFixed : words.notFixed}</Badge>
        )}
      </div>
      {item.error && <p class="error-text">{messageText(item.error)}</p>}
      <Changes changes={item.changes} />
    </li>
  );
}

interface FixAllProps {
  changed: (checks: Checks) => void;
  onClose: () => void;
}

export function FixAllDialog({ changed, onClose }: FixAllProps) {
  const [shown, setShown] = useState<Fixes | null>(null);
  const [tried, setTried] = useState(false);
  const { busy, failure, run } = useAction();
  const words = t.value.guide;
  useEffect(() => run(async () => setShown(await api.fixAllChecks(true))), []);
  const make = () =>
    run(async () => {
      setShown(await api.fixAllChecks(false));
      setTried(true);
      changed(await api.checks());
    });
  const count = shown?.items.reduce((sum, item) => sum + item.changes.filter(isReal).length, 0) ?? 0;
  const failed = shown?.items.some(item => !item.done) ?? false;
  return (
    <Dialog
      wide
      title={words.fixAllTitle}
      onClose={onClose}
      actions={
        tried ? (
          <Button variant="primary" onClick={onClose}>
            {t.value.app.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t.value.app.cancel}</Button>
            <Button variant="primary" busy={busy} disabled={count === 0} onClick={make}>
              {words.makeChanges(count)}
            </Button>
          </>
        )
      }
    >
      {!tried && <p>{words.fixText}</p>}
      {tried && (
        <Notice tone={failed ? 'warn' : 'ok'} title={failed ? words.someFixed : words.allFixed} />
      )}
      {failure && <Failure failure={failure} />}
      {shown === null && !failure && <Loading />}
      {shown && shown.items.length === 0 && <p class="muted">{words.nothingToFix}</p>}
      {shown && (
        <ul class="plain-fixes">
          {shown.items.map(item => (
            <FixItem key={item.id} item={item} tried={tried} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}
