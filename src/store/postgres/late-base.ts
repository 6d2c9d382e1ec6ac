/** `KeyvPostgres` as a base class that is loaded, with `keyv` and `pg`, when the first object is made. */
import type { KeyvPostgres } from '@keyv/postgres';
import { keyvPostgres } from '../drivers';

/** A function and not a class: the prototype of a class that extends it leads to `KeyvPostgres` from the first object on. */
function Base(this: unknown, ...given: ConstructorParameters<typeof KeyvPostgres>): object {
  const { KeyvPostgres: Loaded } = keyvPostgres();
  const prototype = Base.prototype as object;
  if (!(prototype instanceof Loaded)) Object.setPrototypeOf(prototype, Loaded.prototype);
  return Reflect.construct(Loaded, given, new.target) as object;
}

export const LateKeyvPostgres = Base as unknown as typeof KeyvPostgres;
