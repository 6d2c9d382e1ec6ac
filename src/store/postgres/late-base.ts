/**
 * `KeyvPostgres` as a base class that is loaded, with `keyv` and `pg`, when the first object is
 * created.
 */
import type { KeyvPostgres } from '@keyv/postgres';
import { keyvPostgres } from '../drivers';

/**
 * A function takes the place of a class, because its prototype can lead to `KeyvPostgres` later. A
 * subclass then inherits from it from the first object on.
 */
function Base(this: unknown, ...given: ConstructorParameters<typeof KeyvPostgres>): object {
  const { KeyvPostgres: Loaded } = keyvPostgres();
  const prototype = Base.prototype as object;
  if (!(prototype instanceof Loaded)) Object.setPrototypeOf(prototype, Loaded.prototype);
  return Reflect.construct(Loaded, given, new.target) as object;
}

export const LateKeyvPostgres = Base as unknown as typeof KeyvPostgres;
