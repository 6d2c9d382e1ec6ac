/** Which kind of object a value is, as far as its encoding depends on it. Objects of other realms (Jest, vm) count alike. */
import type { Payload } from '@temporalio/common';
import { OUTCOME_METADATA } from '../wire/names';
import { isPlainObject } from './unkeyable';

/** Whether a list, date, map or set is just that: what extends these classes may hold more. */
export function isBuiltIn(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Array.prototype || prototype === null || isPlainObject(prototype);
}

/** Whether a view of memory is just that; a Buffer is. */
export function isBuiltInView(value: ArrayBufferView): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return false;
  return ['BYTES_PER_ELEMENT', 'getInt8'].some((own) => Object.hasOwn(prototype, own)) || isBuffer(prototype);
}

const isBuffer = (prototype: object): boolean => prototype === Buffer.prototype;

/** The full name of a protobuf message's type, which its class's name is only the end of; undefined for anything else. */
export function messageTypeOf(value: object): string | undefined {
  const { $type: type } = value as { $type?: { fullName?: unknown; encode?: unknown } | null };
  if (typeof type?.fullName !== 'string' || typeof type.encode !== 'function') return undefined;
  return type.fullName.replace(/^\./, ''); // some versions of protobufjs write a dot before it
}

/** A RawValue's metadata without the label of the call that it is the result of. */
export function metadataOf({ metadata }: Payload): Record<string, unknown> {
  const { [OUTCOME_METADATA]: _label, ...rest } = metadata ?? {};
  return rest;
}

export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
