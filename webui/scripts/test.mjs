// Bundles the modules under test as plain JavaScript, then runs tests/*.test.mjs with node's own test runner.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeSchema } from './schema.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

writeSchema();
await build({
  absWorkingDir: root,
  entryPoints: ['tests/modules.ts'],
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
