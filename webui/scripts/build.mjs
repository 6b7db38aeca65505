// Builds webui/dist: index.html beside content-hashed script, style and icon. Every file is named by the
// page itself, so that the daemon can embed the folder as it is and serve it under a policy without
// inline code.
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { writeSchema } from './schema.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = `${root}dist`;

function typeCheck() {
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, '--noEmit', '-p', root], {
    stdio: 'inherit',
  });
}

function writeHashed(name, extension, bytes) {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const file = `${name}-${hash}.${extension}`;
  writeFileSync(`${dist}/${file}`, bytes);
  return file;
}

async function bundle() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { app: 'src/main.tsx', style: 'src/styles/index.css' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryNames: '[name]-[hash]',
    outdir: 'dist',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  const byEntry = Object.fromEntries(
    Object.entries(result.metafile.outputs)
      .filter(([, output]) => output.entryPoint)
      .map(([file, output]) => [output.entryPoint, basename(file)]),
  );
  return { script: byEntry['src/main.tsx'], style: byEntry['src/styles/index.css'] };
}

writeSchema();
typeCheck();
rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const { script, style } = await bundle();
const icon = writeHashed('favicon', 'svg', readFileSync(`${root}src/favicon.svg`));
const page = readFileSync(`${root}src/index.html`, 'utf8')
  .replace('{{script}}', `/${script}`)
  .replace('{{style}}', `/${style}`)
  .replace('{{icon}}', `/${icon}`);
writeFileSync(`${dist}/index.html`, page);
