/** How a whole Workflow is cached: what its call says, over what the Workflow says of itself. */
import type { Question } from '../wire/questions';
import { digester } from '../key/key';
import type { CachePolicy } from '../options/version-policy';
import { sourceOfText } from '../key/version/source';
import type { CacheLayer, CacheOptions } from '../options/cache-options';
import { toLayer } from '../options/layer';
import { toCallSiteLayer } from '../options/call-site';
import { type AnyFunction, type Policy, resolvePolicy } from './resolve';

const digest = digester();

/** Its function is in the Workflow's isolate: only its source comes here. */
const elsewhere: AnyFunction = () => undefined;

/**
 * @param declared - by `cachedWorkflow`, as data
 * @returns undefined where nobody gives it a behaviour or version
 * @throws {CacheOptionsError} for what is not valid, and for a source that cannot be read
 */
export function workflowPolicy(
  { activityType, cache, workflow }: Pick<Question, 'activityType' | 'cache' | 'workflow'>,
  declared = workflow?.own?.declared,
): Policy | undefined {
  const where = `Workflow '${activityType}', cache`;
  const { source } = workflow?.own ?? {};
  const own = declared === undefined ? undefined : toLayer(declared as CacheOptions, where);
  const isDeclared = own !== undefined && own.behavior !== 'disable';
  // `true` means as declared, and 'auto' where nothing is.
  const asked = cache === true && !isDeclared ? 'auto' : cache;
  const callSite = asked === undefined ? undefined : toCallSiteLayer(asked, where);
  if (own === undefined && callSite?.behavior === undefined) return undefined;
  const body: CacheLayer = {
    policies: [source === undefined ? unseenBody : workflowBody(source, activityType)],
  };
  const layers = [callSite, own, body].filter((layer) => layer !== undefined);
  const called = { kind: 'workflow' } as const;
  const { policy } = resolvePolicy(layers, elsewhere, where, 'strict', { called, callSite });
  // Its automatic version is its own run's to make: a parent knows no source. A run that continues another has its version already.
  if (policy.behavior === 'auto' && source === undefined && workflow?.own === undefined) return undefined;
  return { ...policy, ownTtl: true };
}

/** No key is made without the source. */
const unseenBody: CachePolicy = {
  name: 'workflowBody/unseen',
  getVersion: () => Promise.reject(new Error('The source of the Workflow is not known here')),
};

/** As `functionBody` is of an Activity's function. */
const workflowBody = (source: string, name: string): CachePolicy => ({
  name: 'workflowBody/2',
  getVersion: () => digest(sourceOfText(source, name).body),
});
