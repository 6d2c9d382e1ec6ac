/**
 * A codec over HTTP, by the protocol of Temporal's UI and CLI: `POST …/decode` and `POST …/encode`,
 * whatever stands before in the path. Pages of one origin may ask, and programs, which have none.
 * On loopback the name in the request must be this machine's, so that a page whose name was
 * pointed here reaches nothing.
 */
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from 'node:http';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { shorten } from './format';
import { bodyOf, payloadsFrom } from './payload-json';
import { within } from './within';

export interface CodecEndpoint {
  /** The codec for a namespace. Undefined: the request names none. */
  codecFor(namespace: string | undefined): Promise<PayloadCodec>;
  /** The origin of the UI, such as `http://localhost:8233`. */
  uiOrigin: string;
  isLoopback: boolean;
  /** Hears of failures, in words that contain no value. */
  onFailure(line: string): void;
  /** How long a codec may take, in milliseconds. */
  timeoutMs?: number;
  maxBodyBytes?: number;
}

const TIMEOUT_MS = 30_000;
/** Temporal has payloads of 2 MB, and messages with several of them. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;
/** Each failure is reported once, and so many of them, so that nobody can fill a log. */
const MAX_REPORTED = 20;

interface Answer {
  status: number;
  body?: string;
  headers?: OutgoingHttpHeaders;
}

/** A request that gets an HTTP error. */
class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: OutgoingHttpHeaders = {},
  ) {
    super(message);
  }
}

export function codecEndpoint(endpoint: CodecEndpoint): RequestListener {
  const reported = new Set<string>();
  const report = (line: string): void => {
    if (reported.size >= MAX_REPORTED || reported.has(line)) return;
    reported.add(line);
    endpoint.onFailure(line);
  };
  const onRefusal = (error: unknown): Answer => {
    const { status, message, headers } =
      error instanceof Refused ? error : new Refused(500, (error as Error).message);
    return { status, body: JSON.stringify({ message }), headers };
  };
  return (request, response) => {
    response.on('error', () => {}); // The reader has gone.
    void answer(request, endpoint, report)
      .catch(onRefusal)
      .then(({ status, body, headers }) => {
        response.writeHead(status, { ...headers, ...headersFor(request, endpoint) }).end(body);
      });
  };
}

function headersFor(
  { headers: { origin } }: IncomingMessage,
  { uiOrigin }: CodecEndpoint,
): OutgoingHttpHeaders {
  return {
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json',
    Vary: 'Origin',
    'X-Content-Type-Options': 'nosniff',
    ...(origin !== undefined &&
      isUi(origin, uiOrigin) && {
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Allow-Credentials': 'true',
        'Access-Control-Allow-Headers': 'Authorization, Authorization-Extras, Content-Type, X-Namespace',
        'Access-Control-Allow-Methods': 'POST',
        'Access-Control-Max-Age': '600',
      }),
  };
}

async function answer(
  request: IncomingMessage,
  endpoint: CodecEndpoint,
  report: (line: string) => void,
): Promise<Answer> {
  const { headers, method, url = '/' } = request;
  if (endpoint.isLoopback && !isLoopback(nameIn(headers.host)))
    throw new Refused(403, 'the request names another host; --host serves others than this machine');
  if (headers.origin !== undefined && !isUi(headers.origin, endpoint.uiOrigin)) {
    const { uiOrigin } = endpoint;
    report(`a page of ${shorten(headers.origin, 100)} was refused: --ui-address is ${uiOrigin}`);
    throw new Refused(403, `only pages of ${uiOrigin} may ask; --ui-address names the UI`);
  }
  const [operation = '', above] = url.replace(/[?#].*$/s, '').split('/').reverse(); // prettier-ignore
  if (operation !== 'decode' && operation !== 'encode')
    throw new Refused(404, 'there is /decode and /encode');
  if (method === 'OPTIONS') return { status: 204 };
  if (method !== 'POST') throw new Refused(405, 'POST payloads', { Allow: 'OPTIONS, POST' });

  const payloads = await payloadsOf(request, endpoint.maxBodyBytes ?? MAX_BODY_BYTES);
  const given = headers['x-namespace'];
  const namespace = typeof given === 'string' && given !== '' ? given : namespaceIn(above);
  try {
    const answered = within(endpoint.timeoutMs ?? TIMEOUT_MS, () =>
      convert(operation, payloads, endpoint, namespace),
    );
    return { status: 200, body: await answered };
  } catch (error) {
    // The message may have a part of a value. Who has sent the value may see it, a log may not.
    const { name = 'Error', message } = (error ?? {}) as Partial<Error>;
    report(`the codec failed to ${operation}: ${shorten(name, 100)}`);
    throw new Refused(500, `the codec failed to ${operation}: ${message ?? String(error)}`);
  }
}

async function convert(
  operation: 'decode' | 'encode',
  payloads: Payload[],
  endpoint: CodecEndpoint,
  namespace: string | undefined,
): Promise<string> {
  const codec = await endpoint.codecFor(namespace);
  const converted = await codec[operation](payloads);
  if (converted.length !== payloads.length)
    throw new Error(`it made ${converted.length} payloads of ${payloads.length}`);
  return bodyOf(converted);
}

async function payloadsOf(request: IncomingMessage, maxBytes: number): Promise<Payload[]> {
  const chunks: Buffer[] = [];
  let left = maxBytes;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      left -= chunk.length;
      if (left >= 0) chunks.push(chunk);
      else chunks.length = 0; // The rest is read, so that the answer arrives, and dropped.
    }
  } catch {
    throw new Refused(400, 'the request ended in the middle');
  }
  if (left < 0) throw new Refused(413, `the body has more than ${maxBytes} bytes`);
  try {
    return payloadsFrom(Buffer.concat(chunks).toString());
  } catch (error) {
    throw new Refused(400, (error as Error).message);
  }
}

/** Temporal's CLI puts the namespace into the path where its endpoint says `{namespace}`. */
function namespaceIn(segment: string | undefined): string | undefined {
  if (segment === undefined || segment === '') return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refused(400, 'the path is not encoded');
  }
}

/** The name of a `Host` header, without its port. */
const nameIn = (host = ''): string => host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1');

/** The names of this machine are one: people open the same UI by either. */
const isUi = (origin: string, uiOrigin: string): boolean =>
  origin === uiOrigin || (isOrigin(origin) && unaliased(origin) === unaliased(uiOrigin));

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

function unaliased(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  return [protocol, isLoopback(name) ? 'localhost' : name, port].join(' ');
}

/** @param name - a host name, or an address */
export const isLoopback = (name: string): boolean => /^(localhost\.?|127(\.\d{1,3}){3}|::1)$/i.test(name);
