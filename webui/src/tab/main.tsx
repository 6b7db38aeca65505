import { render } from 'preact';
import { Tab } from './app';
import { languageOf } from './words';

const root = document.getElementById('tab');
const language = languageOf(document.documentElement.dataset['language'], navigator.languages);
document.documentElement.lang = language;
// The link is the page's own query, as HaloPSA has filled it in: handed on as it stands, to be judged there.
if (root) render(<Tab link={location.search.slice(1)} language={language} />, root);
