// The form for a new certificate.
import { useState } from 'preact/hooks';
import { api } from '../api';
import { t } from '../i18n';
import type { Certificate } from '../schema';
import { Button, Field, TextField } from '../ui/controls';
import { Dialog, Failure, toast } from '../ui/feedback';
import { useAction } from '../ui/hooks';

type Profile = Certificate['profile'];
type KeyBits = Certificate['key_bits'];

const profiles: readonly Profile[] = ['compatible', 'modern'];
const keySizes: readonly KeyBits[] = [2048, 3072, 4096];

function ProfileChoice({ profile, choose }: { profile: Profile; choose: (profile: Profile) => void }) {
  const words = t.value.certificates;
  return (
    <fieldset class="choice-cards">
      <legend>{words.profile}</legend>
      {profiles.map(value => (
        <label key={value} class={value === profile ? 'chosen' : ''}>
          <input
            type="radio"
            name="profile"
            value={value}
            checked={value === profile}
            onChange={() => choose(value)}
          />
          <span>
            <strong>{words[value]}</strong>
            <span class="hint">{value === 'compatible' ? words.compatibleText : words.modernText}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

export function NewCertificateDialog({ onClose, changed }: { onClose: () => void; changed: () => void }) {
  const [profile, setProfile] = useState<Profile>('compatible');
  const [keyBits, setKeyBits] = useState<KeyBits>(2048);
  const [days, setDays] = useState('');
  const { busy, failure, run } = useAction();
  const words = t.value.certificates;
  const make = () =>
    run(async () => {
      await api.makeCertificate({
        profile,
        key_bits: keyBits,
        ...(days ? { valid_days: Number(days) } : {}),
      });
      toast(words.made);
      changed();
      onClose();
    });
  return (
    <Dialog
      title={words.create}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t.value.app.cancel}</Button>
          <Button variant="primary" busy={busy} onClick={make}>
            {busy ? words.making : words.make}
          </Button>
        </>
      }
    >
      <ProfileChoice profile={profile} choose={setProfile} />
      <Field label={words.keyBits}>
        {attributes => (
          <select
            {...attributes}
            value={String(keyBits)}
            onChange={event => setKeyBits(Number(event.currentTarget.value) as KeyBits)}
          >
            {keySizes.map(size => (
              <option key={size} value={String(size)}>
                {words.bits(size)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <TextField
        label={words.validDays}
        type="number"
        min={1}
        max={3650}
        placeholder="398"
        value={days}
        change={setDays}
      />
      {failure && <Failure failure={failure} />}
    </Dialog>
  );
}
