/** Values that are more than JSON, for Workflows and Activities alike. */
import { RawValue, type TypeInfo } from '@temporalio/common';

/** Arguments of one call. */
export const SPECIAL: Record<string, unknown[]> = {
  undefined: [undefined],
  null: [null],
  zero: [0],
  'empty text': [''],
  bytes: [new Uint8Array([1, 2, 255])],
  'no bytes': [new Uint8Array()],
  date: [new Date(1_000)],
  raw: [new RawValue({ a: 1 })],
  'raw bytes': [new RawValue(new Uint8Array([7]))],
  'no arguments': [],
  'undefined after all': [1, undefined],
  'nested undefined': [{ a: undefined, b: [undefined] }],
};

export function describeValue(value: unknown): string {
  if (value instanceof Uint8Array) return `bytes ${Array.from(value).join(',')}`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Money) return `money ${value.cents}`;
  return value === undefined ? 'undefined' : JSON.stringify(value);
}

export class Money {
  constructor(readonly cents: number) {}
  toJSON() {
    return { cents: this.cents }; // else no key can be made of it
  }
}

/** On its way it is text, of a form that says that it was converted. */
export const money: TypeInfo<any, any> = {
  transferTypeConverter: {
    toTransferType: (value: Money) => `${value.cents} cents`,
    fromTransferType: (text: string) => new Money(parseInt(text, 10)),
  },
};
