/**
 * Counts the open runs that have looked up. While there are any, their Workers need the
 * plugin.
 */
import type { Client } from '@temporalio/client';
import { PATCH_PREFIX } from '../../wire/names';
import { formatCount } from '../format';
import { answered, type Check, messageOf, ok, warning } from './check';

/**
 * Lists all open runs with patches, at most {@link MAX_LISTED}, because the server cannot search
 * for a prefix of a patch's name.
 */
const QUERY = "ExecutionStatus = 'Running' AND TemporalChangeVersion IS NOT NULL";
const MAX_LISTED = 10_000;
/**
 * The size from which the attribute counts as nearly full. It holds at most 2,048 bytes, and the
 * SDK adds no name beyond that.
 */
const NEARLY_FULL_BYTES = 1_900;

/** @param queues - the queues on which the store's Workers run or ran. Other queues are ignored */
export async function checkLookups(client: Client, queues: readonly string[]): Promise<Check> {
  if (queues.length === 0) {
    const seen = `open runs that have looked up are not counted: the store knows of no Worker in namespace '${client.options.namespace}'`;
    return warning('lookups', seen, 'start a Worker with the plugin and this store, or name its --namespace');
  }
  let open: OpenLookups;
  try {
    open = await answered(() => openLookups(client, queues));
  } catch (error) {
    const fix = 'let this user list Workflows, on a server that lists them by TemporalChangeVersion';
    return warning('lookups', `open runs that have looked up cannot be counted: ${messageOf(error)}`, fix);
  }
  const { runs, of, full, complete } = open;
  if (runs === 0 && complete) return ok('lookups', 'no open run has looked up');
  const count = `${complete ? '' : 'at least '}${formatCount(runs)} open ${runs === 1 ? 'run has' : 'runs have'} looked up`;
  const names = [...of].sort().join(', ');
  const seen = `${count}, and their Workers must be able to; what: ${names}`;
  if (full.length === 0) return ok('lookups', seen);
  return warning(
    'lookups',
    `${seen}; TemporalChangeVersion is full, or nearly, in ${full.join(', ')}: what these look up beside it is not listed`,
    'give cache: true to fewer Activity types of one run, or move some of them into child Workflows',
  );
}

interface OpenLookups {
  runs: number;
  /** The names that were looked up: Activity types, children, Workflows. */
  of: Set<string>;
  /** The Workflow ids of a few runs whose attribute is nearly full. */
  full: string[];
  complete: boolean;
}

const MAX_NAMED = 3;

async function openLookups(client: Client, queues: readonly string[]): Promise<OpenLookups> {
  const found: OpenLookups = { runs: 0, of: new Set(), full: [], complete: true };
  const query = `${QUERY} AND TaskQueue IN (${queues.map(quoted).join(', ')})`;
  let listed = 0;
  for await (const { workflowId, searchAttributes } of client.workflow.list({ query, pageSize: 1_000 })) {
    if (++listed > MAX_LISTED) return { ...found, complete: false };
    const patches = (searchAttributes.TemporalChangeVersion ?? []).map(String);
    const ours = patches.filter((patch) => patch.startsWith(PATCH_PREFIX));
    for (const patch of ours) found.of.add(patch.slice(PATCH_PREFIX.length).replace(/[#~]\d+$/, ''));
    if (ours.length === 0) continue;
    found.runs++;
    const bytes = Buffer.byteLength(JSON.stringify(patches));
    if (bytes > NEARLY_FULL_BYTES && found.full.length < MAX_NAMED) found.full.push(workflowId);
  }
  return found;
}

/** The name as a string literal of the server's query language. */
const quoted = (name: string): string => `'${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
