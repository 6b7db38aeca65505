// Writes src/schema.ts from docs/admin-api/openapi.json: the types of what travels, and the English texts
// of its codes. So the page cannot drift from the contract: what the document lacks does not compile.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const documentFile = new URL('../../docs/admin-api/openapi.json', import.meta.url);
const outputFile = new URL('../src/schema.ts', import.meta.url);

const nameOf = reference => reference.slice(reference.lastIndexOf('/') + 1);

const primitives = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};

function objectType(schema) {
  const required = new Set(schema.required ?? []);
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, value]) => `${name}${required.has(name) ? '' : '?'}: ${typeOf(value)};`,
  );
  const extra = schema.additionalProperties;
  if (extra) members.push(`[key: string]: ${extra === true ? 'unknown' : typeOf(extra)};`);
  return `{ ${members.join(' ')} }`;
}

function typeOf(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.type === 'array') return `Array<${schema.items ? typeOf(schema.items) : 'unknown'}>`;
  if (schema.type === 'object') return objectType(schema);
  const kinds = [schema.type].flat().filter(Boolean);
  return kinds.length === 0 ? 'unknown' : kinds.map(kind => primitives[kind] ?? 'unknown[]').join(' | ');
}

export function writeSchema() {
  const { components, info } = JSON.parse(readFileSync(documentFile, 'utf8'));
  const types = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};`,
  );
  const texts = components.schemas.MessageCode['x-meanings'];
  const lines = [
    '// Made by scripts/schema.mjs from docs/admin-api/openapi.json.',
    `export const apiVersion = ${JSON.stringify(info.version)};`,
    ...types,
    `export const englishMessages: Record<MessageCode, string> = ${JSON.stringify(texts, null, 2)};`,
  ];
  const text = lines.join('\n') + '\n';
  // An unchanged file keeps its time, so that nothing is built again for it.
  if (!existsSync(outputFile) || readFileSync(outputFile, 'utf8') !== text) writeFileSync(outputFile, text);
  return fileURLToPath(outputFile);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeSchema();
