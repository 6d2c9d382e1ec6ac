/** How many open runs have looked up: as long as there are any, their Workers need the plugin. */
import type { Client } from '@temporalio/client';
import { PATCH_PREFIX } from '../../lookup/protocol';
import { formatCount } from '../format';
import { answered, type Check, messageOf, ok, warning } from './check';

/** The server cannot search for the beginning of a patch's name: so all open runs with patches are listed, at most so many. */
const QUERY = "ExecutionStatus = 'Running' AND TemporalChangeVersion IS NOT NULL";
const MOST_LISTED = 10_000;

export async function checkLookups(client: Client): Promise<Check> {
  let open: OpenLookups;
  try {
    open = await answered(() => openLookups(client));
  } catch (error) {
    const mend = 'let this user list Workflows, on a server that lists them by TemporalChangeVersion';
    return warning('lookups', `open runs that have looked up cannot be counted: ${messageOf(error)}`, mend);
  }
  const { runs, of, complete } = open;
  if (runs === 0 && complete) return ok('lookups', 'no open run has looked up');
  const count = `${complete ? '' : 'at least '}${formatCount(runs)} open ${runs === 1 ? 'run has' : 'runs have'} looked up`;
  const names = [...of].sort().join(', ');
  return ok('lookups', `${count}, and their Workers must be able to; what: ${names}`);
}

interface OpenLookups {
  runs: number;
  /** What was looked up: Activity types, children, Workflows. */
  of: Set<string>;
  complete: boolean;
}

async function openLookups(client: Client): Promise<OpenLookups> {
  const found: OpenLookups = { runs: 0, of: new Set(), complete: true };
  let listed = 0;
  for await (const { searchAttributes } of client.workflow.list({ query: QUERY, pageSize: 1_000 })) {
    if (++listed > MOST_LISTED) return { ...found, complete: false };
    const patches = (searchAttributes.TemporalChangeVersion ?? []).map(String);
    const ours = patches.filter((patch) => patch.startsWith(PATCH_PREFIX));
    for (const patch of ours) found.of.add(patch.slice(PATCH_PREFIX.length));
    if (ours.length > 0) found.runs++;
  }
  return found;
}
