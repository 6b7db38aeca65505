// Backup, diagnostics, and the audit of who did what.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { actionText, show, t } from '../i18n';
import type { AuditEntry, DiagnosticsListing } from '../schema';
import { loadSession } from '../session';
import { Button, Card, Form } from '../ui/controls';
import { Empty, Failure, Time, toast } from '../ui/feedback';
import { saveFile, useAction, useList, useTitle } from '../ui/hooks';
import { Listed } from '../ui/listed';
import { fieldOf, useNewPassword } from './session';

function BackupCard() {
  const { busy, failure, run } = useAction();
  const words = t.value.maintenance;
  const make = () =>
    run(async () => {
      saveFile(await api.backup());
      toast(words.ready);
    });
  return (
    <Card title={words.backupTitle}>
      <p>{words.backupText}</p>
      {failure && <Failure failure={failure} />}
      <Button icon="download" busy={busy} onClick={make}>
        {words.backup}
      </Button>
    </Card>
  );
}

function DiagnosticsCard() {
  const [listing, setListing] = useState<DiagnosticsListing | null>(null);
  const { busy, failure, run } = useAction();
  const words = t.value.maintenance;
  const make = () =>
    run(async () => {
      saveFile(await api.diagnostics());
      toast(words.ready);
    });
  return (
    <Card title={words.diagnosticsTitle}>
      <p>{words.diagnosticsText}</p>
      {listing && (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                <th>{words.file}</th>
                <th>{words.what}</th>
                <th class="number">{words.size}</th>
              </tr>
            </thead>
            <tbody>
              {listing.files.map(file => (
                <tr key={file.name}>
                  <td>
                    <code>{file.name}</code>
                  </td>
                  <td>{file.text}</td>
                  <td class="number">{show.bytes(file.size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {failure && <Failure failure={failure} />}
      <div class="row">
        {listing === null ? (
          <Button busy={busy} onClick={() => run(async () => setListing(await api.diagnosticsListing()))}>
            {words.list}
          </Button>
        ) : (
          <Button variant="primary" icon="download" busy={busy} onClick={make}>
            {words.diagnostics}
          </Button>
        )}
      </div>
    </Card>
  );
}

function PasswordCard() {
  const { busy, failure, run } = useAction();
  const words = t.value.maintenance;
  const { fields, take } = useNewPassword(words.passwordNew, failure);
  const submit = () => {
    const password = take();
    if (password === null) return;
    run(async () => {
      await api.changePassword(password);
      toast(words.passwordDone);
      await loadSession();
    });
  };
  return (
    <Card title={words.passwordTitle}>
      <p>{words.passwordText}</p>
      <Form submit={submit}>
        {fields}
        {failure && fieldOf(failure) === null && <Failure failure={failure} />}
        <Button type="submit" icon="lock" busy={busy}>
          {words.passwordSet}
        </Button>
      </Form>
    </Card>
  );
}

function AuditTable({ items }: { items: AuditEntry[] }) {
  const words = t.value.maintenance;
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th>{words.when}</th>
            <th>{words.who}</th>
            <th>{words.action}</th>
          </tr>
        </thead>
        <tbody>
          {items.map(entry => (
            <tr key={entry.id}>
              <td class="nowrap">
                <Time at={entry.at} as="list" />
              </td>
              <td class="nowrap">
                {words.actors[entry.actor]} {entry.remote && <span class="muted">{entry.remote}</span>}
              </td>
              <td>
                {actionText(entry.action)}{' '}
                <span class="muted">{Object.values(entry.args).filter(Boolean).join(' · ')}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AuditCard() {
  const list = useList(cursor => api.audit(cursor));
  const words = t.value.maintenance;
  return (
    <Card title={words.auditTitle}>
      <Listed list={list} empty={<Empty title={words.auditNone} next={words.auditNoneNext} />}>
        {items => <AuditTable items={items} />}
      </Listed>
    </Card>
  );
}

export function MaintenancePage() {
  const words = t.value.maintenance;
  useTitle(words.title);
  return (
    <div class="page">
      <div class="page-head">
        <h1 tabIndex={-1}>{words.title}</h1>
      </div>
      <div class="columns even">
        <div class="column-main">
          <BackupCard />
          <DiagnosticsCard />
        </div>
        <div class="column-side">
          <PasswordCard />
        </div>
      </div>
      <AuditCard />
    </div>
  );
}
