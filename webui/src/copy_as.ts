// A delivery as a command that sends it once more, for a shell or for PowerShell.
import type { DeliveryDetail, Header } from './schema';

// What the client sets itself, or what would only hold for the first connection.
const leftOut = new Set([
  'host',
  'content-length',
  'connection',
  'transfer-encoding',
  'expect',
  'accept-encoding',
]);

const sendable = (headers: Header[]): Header[] =>
  headers.filter(header => !header.masked && !leftOut.has(header.name.toLowerCase()));

export const quoteForShell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

// Typographic quotes end a PowerShell string as the plain one does, so all of them are doubled.
export const quoteForPowerShell = (text: string): string =>
  `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

// A body that is not shown whole, or is no text, comes from the downloaded file.
const inlineBody = (delivery: DeliveryDetail): string | null =>
  delivery.body.encoding === 'utf8' && !delivery.body.truncated ? delivery.body.text : null;

export function asCurl(delivery: DeliveryDetail, url: string): string {
  const body = inlineBody(delivery);
  return [
    `curl --request ${delivery.method} ${quoteForShell(url)}`,
    ...sendable(delivery.headers).map(
      header => `  --header ${quoteForShell(`${header.name}: ${header.value}`)}`,
    ),
    `  --data-binary ${body === null ? quoteForShell(`@${delivery.id}.json`) : quoteForShell(body)}`,
  ].join(' \\\n');
}

export function asPowerShell(delivery: DeliveryDetail, url: string): string {
  const body = inlineBody(delivery);
  const headers = sendable(delivery.headers)
    .filter(header => header.name.toLowerCase() !== 'content-type')
    .map(header => `  ${quoteForPowerShell(header.name)} = ${quoteForPowerShell(header.value)}`);
  const type =
    delivery.headers.find(header => header.name.toLowerCase() === 'content-type')?.value ??
    'application/json';
  const bytes =
    body === null
      ? `[IO.File]::ReadAllBytes("$PWD\\${delivery.id}.json")`
      : `[Text.Encoding]::UTF8.GetBytes(${quoteForPowerShell(body)})`;
  return [
    '$headers = @{',
    ...headers,
    '}',
    `$body = ${bytes}`,
    `Invoke-WebRequest -Method ${delivery.method} -Uri ${quoteForPowerShell(url)} -Headers $headers ` +
      `-ContentType ${quoteForPowerShell(type)} -Body $body`,
  ].join('\n');
}
