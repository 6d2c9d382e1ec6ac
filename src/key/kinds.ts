/** The kind of an object, as far as its encoding depends on it, in any realm (Jest, vm). */
import type { Payload } from '@temporalio/common';
import { OUTCOME_METADATA } from '../wire/names';
import { isPlainObject } from './unkeyable';

/** Whether a list, date, map or set has exactly that class. A subclass may hold more data. */
export function isBuiltIn(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Array.prototype || prototype === null || isPlainObject(prototype);
}

/** Whether a view of memory has exactly a built-in class. A Buffer counts as built-in. */
export function isBuiltInView(value: ArrayBufferView): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null) return false;
  return ['BYTES_PER_ELEMENT', 'getInt8'].some((own) => Object.hasOwn(prototype, own)) || isBuffer(prototype);
}

const isBuffer = (prototype: object): boolean => prototype === Buffer.prototype;

/**
 * The full name of a protobuf message's type. The name of its class is only the end of this name.
 * Returns undefined for any other value.
 */
export function messageTypeOf(value: object): string | undefined {
  const { $type: type } = value as { $type?: { fullName?: unknown; encode?: unknown } | null };
  if (typeof type?.fullName !== 'string' || typeof type.encode !== 'function') return undefined;
  return type.fullName.replace(/^\./, ''); // some versions of protobufjs add a leading dot
}

/** The metadata of a RawValue, without the label of the call that returned the value. */
export function metadataOf({ metadata }: Payload): Record<string, unknown> {
  const { [OUTCOME_METADATA]: _label, ...rest } = metadata ?? {};
  return rest;
}

export function hasToJSON(value: object): value is { toJSON(): unknown } {
  return typeof (value as { toJSON?: unknown }).toJSON === 'function';
}
