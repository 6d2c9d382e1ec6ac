/** The types that an Activity function declares for the data converter. */
import type { PayloadTypeInfo, TypeInfo } from '@temporalio/common';

const typeInfoOf = (fn: unknown): PayloadTypeInfo | undefined =>
  (fn as { activityDefinitionOptions?: { typeInfo?: PayloadTypeInfo } } | undefined)
    ?.activityDefinitionOptions?.typeInfo;

/** The TypeInfo that an Activity function declares for its result. */
export const outputTypeOf = (fn: unknown): TypeInfo | undefined => typeInfoOf(fn)?.outputType;

/** The TypeInfo that an Activity function declares for its arguments. */
export const inputTypesOf = (fn: unknown): readonly TypeInfo[] | undefined => typeInfoOf(fn)?.inputTypes;
