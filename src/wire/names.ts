/**
 * Every name under which this package writes into headers, histories and stores. docs/wire.md is
 * generated from this table.
 *
 * New fields of a message are optional. A change that cannot be optional raises the version of the
 * protocol, which is part of its names.
 */
import type { WireName } from './wire-name';

const since = '0.1.0';

/** The names, in the order of docs/wire.md. */
export const WIRE = {
  CONTROL: {
    kind: 'header',
    name: 'activity-cache',
    carries: 'the run control: `mode`, `activities`, the run that overwrites; also a memo field of that name',
    writer: 'the client, and the Workflow for all that it schedules',
    reader: 'the Workflow, the Activity Worker',
    since,
    otherwise: 'a warning, and the cache is used as usual',
  },
  CALL: {
    kind: 'header',
    name: 'activity-cache-call',
    carries: 'the option `cache` of one call, and what its look-up found out',
    writer: 'the Workflow, the client',
    reader: 'the Activity Worker, the Workflow that is started',
    since,
    otherwise: 'a warning, and only the options of the Activity apply',
  },
  HELD: {
    kind: 'header',
    name: 'activity-cache-held',
    carries: 'the keys of which callers above hold the reservation',
    writer: 'the Activity, the Workflow',
    reader: 'the Activity Worker, the Workflow',
    since,
    otherwise: 'no key counts as held: a call that waits for itself runs after its `waitTimeout`',
  },
  CONTINUATION: {
    kind: 'header',
    name: 'activity-cache-continuation',
    carries:
      'the entry under which a cached Workflow that continues as new will be stored, and what it used so far',
    writer: 'the Workflow that continues as new',
    reader: 'the run that continues it',
    since,
    otherwise: 'the run is computed as a run of its own',
  },
  COLLECTOR: {
    kind: 'header',
    name: 'activity-cache-collector',
    carries: 'the run of the Workflow above that collects what its result depends on',
    writer: 'the Workflow',
    reader: 'the child Workflow',
    since,
    otherwise: 'the child reports nothing, and the Workflow above is not stored',
  },
  COLLECTED_AS: {
    kind: 'header',
    name: 'activity-cache-collected-as',
    carries: 'the name under which a child reports, where its Workflow Id is not unique',
    writer: 'the Workflow',
    reader: 'the child Workflow',
    since,
    otherwise: 'the child reports under its Workflow Id, and the Workflow above is not stored',
  },
  RESOLVE: {
    kind: 'local Activity',
    name: 'activity-cache.resolve',
    carries: 'a question about one call and its arguments; the answer is a value or a JSON object',
    writer: 'the Workflow',
    reader: 'the Workflow Worker',
    since,
    otherwise: 'the Activity is scheduled without a look-up',
  },
  RESOLVE_ALL: {
    kind: 'local Activity',
    name: 'activity-cache.resolve-all',
    carries: 'the same for several calls',
    writer: 'the Workflow',
    reader: 'the Workflow Worker',
    since,
    otherwise: 'the Activities are scheduled without a look-up',
  },
  STORE: {
    kind: 'local Activity',
    name: 'activity-cache.store',
    carries: 'the result of a whole Workflow',
    writer: 'the Workflow',
    reader: 'the Workflow Worker',
    since,
    otherwise: 'the result is not stored',
  },
  SETTLE_TURN: {
    kind: 'local Activity',
    name: 'activity-cache.settle',
    carries: 'how a turn ended, or that a call no longer waits',
    writer: 'the Workflow',
    reader: 'the Workflow Worker',
    since,
    otherwise: 'the reservation notices by itself, within the lease',
  },
  REPORT_DEPENDENCIES: {
    kind: 'local Activity',
    name: 'activity-cache.report-dependencies',
    carries: 'what a Workflow used, and for which collector',
    writer: 'the Workflow',
    reader: 'the Workflow Worker',
    since,
    otherwise: 'the Workflow above is not stored',
  },
  WAIT: {
    kind: 'signal',
    name: 'activity-cache.wait',
    carries: 'callers to be queued',
    writer: 'a Worker',
    reader: 'the reservation',
    since,
    otherwise: 'the callers are queued once more, later',
  },
  LEAVE: {
    kind: 'signal',
    name: 'activity-cache.leave',
    carries: 'callers that no longer wait',
    writer: 'a Worker',
    reader: 'the reservation',
    since,
    otherwise: 'the reservation notices by itself when their turn comes',
  },
  SETTLE: {
    kind: 'signal',
    name: 'activity-cache.settle',
    carries: 'how a turn ended',
    writer: 'a Worker',
    reader: 'the reservation',
    since,
    otherwise: 'the reservation notices by itself, within the lease',
  },
  CLOSE: {
    kind: 'signal',
    name: 'activity-cache.close',
    carries: 'that a process which let it stay open for the next turn ends',
    writer: 'a Worker',
    reader: 'the reservation',
    since,
    otherwise: 'the reservation ends by itself, as soon as a Worker processes it',
  },
  WAKE: {
    kind: 'signal',
    name: 'activity-cache.wake',
    carries: 'which call of a waiting Workflow is to look again',
    writer: 'the reservation, or for many Workflows the Worker that processes it',
    reader: 'the Workflow that waits',
    since,
    otherwise: 'the Workflow looks again after its own timer',
  },
  REPORT: {
    kind: 'query',
    name: 'activity-cache.report',
    carries: 'the report of a run',
    writer: 'any client',
    reader: 'the Workflow',
    since,
    otherwise: 'the query fails',
  },
  PATCH_PREFIX: {
    kind: 'patch prefix',
    name: 'activity-cache/',
    carries:
      'the type whose calls a run looks up, and the number of the call from which it does (`#`), or no longer does (`~`)',
    writer: 'the Workflow',
    reader: 'the Workflow on replay; `doctor`',
    since,
    otherwise: 'calls of that type are not looked up in that run',
  },
  OUTCOME_METADATA: {
    kind: 'metadata key',
    name: 'activity-cache',
    carries: 'the label of a result: status, key, version, origin',
    writer: 'the Activity Worker',
    reader: 'the report, the Workflow',
    since,
    otherwise: 'the status of the row is `unknown`',
  },
  INDEX: {
    kind: 'metadata key',
    name: 'activity-cache-index',
    carries: 'where the answers are in the data, and their metadata',
    writer: 'the Workflow Worker',
    reader: 'the Workflow',
    since,
    otherwise: 'the Activities are scheduled',
  },
  IDENTITY: {
    kind: 'note',
    name: 'identity',
    carries: "the store's own random name",
    writer: 'a Worker',
    reader: 'a Worker, the command line',
    since,
    otherwise: 'a new name is made, and the old one is no longer used',
  },
  SIGNING_KEY: {
    kind: 'note',
    name: 'signing-key',
    carries: 'the key with which Workers sign the entry under which a Workflow will be stored',
    writer: 'a Worker',
    reader: 'a Worker',
    since,
    otherwise: 'a new key is made, and results signed with another key are not stored',
  },
  LEASES: {
    kind: 'note',
    name: 'lease/',
    carries: 'that a process which holds a reservation is alive',
    writer: 'a Worker',
    reader: 'the reservation, by an Activity',
    since,
    otherwise: 'the holder counts as gone after the lease',
  },
  WORKERS: {
    kind: 'note',
    name: 'worker/',
    carries: 'that a Worker runs, and its configuration',
    writer: 'a Worker',
    reader: '`doctor`',
    since,
    otherwise: '`doctor` does not list the Worker',
  },
  BUILDS: {
    kind: 'note',
    name: 'build/',
    carries: 'the versions of the Activities and Workflows that a Worker runs',
    writer: 'a Worker',
    reader: 'a Workflow Worker',
    since,
    otherwise: 'the versions are unknown: whole Workflows that use them are not stored',
  },
  VERSIONS: {
    kind: 'note',
    name: 'version/',
    carries: 'what an automatic version was made of: a digest for each policy and each piece of code',
    writer: 'a Worker',
    reader: '`explain`, `prune`',
    since,
    otherwise: '`explain` names the version, and not what differs in it',
  },
  INVALIDATIONS: {
    kind: 'note',
    name: 'invalidated/',
    carries: 'what a call of `invalidate` selected, for a week',
    writer: 'a Worker, the command line',
    reader: '`explain`',
    since,
    otherwise: '`explain` does not say which call invalidated an entry',
  },
  LIVE: {
    kind: 'note',
    name: 'live/',
    carries: 'the build of a running Worker, and when it started',
    writer: 'a Worker',
    reader: 'a Workflow Worker',
    since,
    otherwise: 'the Activity counts as not running: whole Workflows that use it are not stored',
  },
  ENDED: {
    kind: 'note',
    name: 'ended/',
    carries: 'the build of a Worker that has ended, and when it ended',
    writer: 'a Worker',
    reader: 'a Workflow Worker',
    since,
    otherwise: 'the Worker counts as running until its note is out of date',
  },
  USES: {
    kind: 'note',
    name: 'uses/',
    carries: 'what a Workflow used, for its collector',
    writer: 'a Workflow Worker',
    reader: 'a Workflow Worker',
    since,
    otherwise: 'the Workflow above is not stored',
  },
  RESERVATION_TYPE: {
    kind: 'Workflow type',
    name: 'activityCacheReservationV1',
    carries: 'a reservation, with the version of its protocol',
    writer: 'a Worker',
    reader: "the package's own Worker",
    since,
    otherwise: 'another version has another type',
  },
  RESERVATIONS: {
    kind: 'Task Queue and Workflow Id prefix',
    name: 'activity-cache/v1/',
    carries: "the version of the protocol; the store's own name follows",
    writer: 'a Worker',
    reader: "the package's own Worker, the command line",
    since,
    otherwise: 'versions do not meet: each has its own queue and its own reservations',
  },
  SEARCH_ATTRIBUTES: {
    kind: 'search attribute prefix',
    name: 'ActivityCache',
    carries: 'type (`Type`), key (`Key`) and scope (`Scope`) of a reservation, if the namespace has them',
    writer: 'a Worker',
    reader: 'people',
    since,
    otherwise: 'reservations are not found by these attributes',
  },
} as const satisfies Record<string, WireName>;

/** The text of a name. */
const text = <N extends keyof typeof WIRE>(name: N): (typeof WIRE)[N]['name'] => WIRE[name].name;

export const CONTROL = text('CONTROL');
export const CALL = text('CALL');
export const HELD = text('HELD');
export const CONTINUATION = text('CONTINUATION');
export const COLLECTOR = text('COLLECTOR');
export const COLLECTED_AS = text('COLLECTED_AS');
export const RESOLVE = text('RESOLVE');
export const RESOLVE_ALL = text('RESOLVE_ALL');
export const STORE = text('STORE');
export const SETTLE_TURN = text('SETTLE_TURN');
export const REPORT_DEPENDENCIES = text('REPORT_DEPENDENCIES');
export const WAIT = text('WAIT');
export const LEAVE = text('LEAVE');
export const SETTLE = text('SETTLE');
export const CLOSE = text('CLOSE');
export const WAKE = text('WAKE');
export const REPORT = text('REPORT');
export const PATCH_PREFIX = text('PATCH_PREFIX');
export const OUTCOME_METADATA = text('OUTCOME_METADATA');
export const INDEX = text('INDEX');
export const IDENTITY = text('IDENTITY');
export const SIGNING_KEY = text('SIGNING_KEY');
export const LEASES = text('LEASES');
export const WORKERS = text('WORKERS');
export const BUILDS = text('BUILDS');
export const VERSIONS = text('VERSIONS');
export const INVALIDATIONS = text('INVALIDATIONS');
export const LIVE = text('LIVE');
export const ENDED = text('ENDED');
export const USES = text('USES');
export const RESERVATION_TYPE = text('RESERVATION_TYPE');
export const RESERVATIONS = text('RESERVATIONS');
export const SEARCH_ATTRIBUTES = text('SEARCH_ATTRIBUTES');
