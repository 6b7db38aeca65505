// Builds two pages, each index.html beside content-hashed script and style: webui/dist, the admin page, and
// webui/dist-tab, the ticket tab, which is served on another listener and shares no bundle with it. Every
// file is named by its page, so that the daemon can embed the folders as they are and serve them under a
// policy without inline code.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeSchema } from './schema.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

function typeCheck() {
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '--noEmit', '-p', root], {
    stdio: 'inherit',
  });
}

function writeHashed(folder, name, extension, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = `${name}-${hash}.${extension}`;
  writeFileSync(`${root}${folder}/${file}`, bytes);
  return file;
}

async function bundle(folder, script, style) {
  rmSync(`${root}${folder}`, { recursive: true, force: true });
  mkdirSync(`${root}${folder}`);
  const result = await build({
    absWorkingDir: root,
    entryPoints: { app: script, style },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    outdir: folder,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const byEntry = Object.fromEntries(
    Object.entries(result.metafile.outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([file, output]) => [output.entryPoint, basename(file)]),
  );
  return { script: byEntry[script], style: byEntry[style] };
}

function writePage(folder, source, names) {
  const page = readFileSync(`${root}${source}`, 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name) => names[name]);
  writeFileSync(`${root}${folder}/index.html`, page);
}

async function buildAdmin() {
  const names = await bundle('dist', 'src/main.tsx', 'src/styles/index.css');
  const icon = writeHashed('dist', 'favicon', 'svg', readFileSync(`${root}src/favicon.svg`));
  writePage('dist', 'src/index.html', { ...names, icon });
}

async function buildTab() {
  const names = await bundle('dist-tab', 'src/tab/main.tsx', 'src/tab/tab.css');
  writePage('dist-tab', 'src/tab/index.html', names);
}

writeSchema();
typeCheck();
await buildTab();
// Last: its index.html is what tells whether the pages are current.
await buildAdmin();
