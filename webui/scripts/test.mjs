// Bundles the modules under test as plain JavaScript, then runs tests/*.test.mjs with node's own test runner.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeSchema } from './schema.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

// What needs no page: everything that computes, and the module that calls the service.
const modules = [
  'api',
  'copy_as',
  'delivery_list',
  'format',
  'guide_model',
  'i18n/codes_en',
  'i18n/codes_fr',
  'i18n/en',
  'i18n/fr',
  'i18n/messages_fr',
  'i18n/settings_en',
  'i18n/settings_fr',
  'markdown',
  'schema',
  'scope_model',
  'search',
  'settings_model',
  'where',
  'tab/pace',
  'tab/waiting',
  'tab/words',
];

writeSchema();
await build({
  absWorkingDir: root,
  stdin: {
    contents: modules.map(name => `export * from './src/${name}';`).join('\n'),
    resolveDir: root,
  },
  bundle: true,
  format: 'esm',
  platform: 'node',
  outfile: 'node_modules/.cache/webui-tests/modules.mjs',
  logLevel: 'warning',
});
const tests = readdirSync(`${root}tests`)
  .filter(name => name.endsWith('.test.mjs'))
  .map(name => `${root}tests/${name}`);
const run = spawnSync(process.execPath, ['--test', ...tests], { stdio: 'inherit' });
process.exit(run.status ?? 1);
