// Language and theme: the reader's own choices, kept in this browser.
import { effect, signal } from '@preact/signals';
import { chooseLanguage, language, languages, t } from '../i18n';
import { Select } from './controls';

type Theme = 'system' | 'light' | 'dark';

const storageKey = 'mizo.theme';
const themes: readonly Theme[] = ['system', 'light', 'dark'];

const theme = signal<Theme>(themes.find(value => value === localStorage.getItem(storageKey)) ?? 'system');

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
  document.documentElement.lang = language.value;
});

function chooseTheme(value: Theme): void {
  localStorage.setItem(storageKey, value);
  theme.value = value;
}

export function Preferences() {
  return (
    <div class="preferences">
      <Select
        label={t.value.app.language}
        value={language.value}
        onChange={chooseLanguage}
        options={languages.map(({ code, name }) => ({ value: code, label: name }))}
      />
      <Select
        label={t.value.app.theme}
        value={theme.value}
        onChange={chooseTheme}
        options={themes.map(value => ({ value, label: t.value.themes[value] }))}
      />
    </div>
  );
}
