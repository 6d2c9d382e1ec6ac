/**
 * The policy of a whole Workflow. The options of the call take precedence over the options that the
 * Workflow declares.
 */
import type { Question } from '../wire/questions';
import type { CachePolicy } from '../options/version-policy';
import { workflowCode } from '../key/version/workflow-code';
import type { CacheLayer, CacheOptions } from '../options/cache-options';
import { toLayer } from '../options/layer';
import { toCallSiteLayer } from '../options/call-site';
import { type AnyFunction, type Policy, resolvePolicy } from './resolve';

/** A stand-in: the Workflow's function is in the isolate, and only its source is available here. */
const unseenFunction: AnyFunction = () => undefined;

/**
 * @param declared - the options of `cachedWorkflow`, as data
 * @param code - the code of the Worker's bundle, if it is known
 * @returns undefined if neither the call nor the Workflow sets a behaviour or a version
 * @throws {CacheOptionsError} for invalid options, and for a source that cannot be read
 */
export function workflowPolicy(
  { activityType, cache, workflow }: Pick<Question, 'activityType' | 'cache' | 'workflow'>,
  declared = workflow?.own?.declared,
  code: () => string | undefined = () => undefined,
): Policy | undefined {
  const where = `Workflow '${activityType}', cache`;
  const { source } = workflow?.own ?? {};
  const own = declared === undefined ? undefined : toLayer(declared as CacheOptions, where);
  const isDeclared = own !== undefined && own.behavior !== 'disable';
  // `true` means the declared behaviour, or 'auto' if none is declared.
  const asked = cache === true && !isDeclared ? 'auto' : cache;
  const callSite = asked === undefined ? undefined : toCallSiteLayer(asked, where);
  if (own === undefined && callSite?.behavior === undefined) return undefined;
  const body: CacheLayer = {
    policies: [source === undefined ? unseenBody : workflowCode(activityType, source, code)],
  };
  const layers = [callSite, own, body].filter((layer) => layer !== undefined);
  const called = { kind: 'workflow' } as const;
  const { policy } = resolvePolicy(layers, unseenFunction, where, 'strict', { called, callSite });
  // Only the run itself can make its automatic version, because a parent does not have the source.
  // A run that continues another one already has its version.
  if (policy.behavior === 'auto' && source === undefined && workflow?.own === undefined) return undefined;
  return { ...policy, ownTtl: true, isWorkflow: true };
}

/** A policy that rejects, because no key is made without the source. */
const unseenBody: CachePolicy = {
  name: 'workflowBody/unseen',
  getVersion: () => Promise.reject(new Error('The source of the Workflow is not known here')),
};
