/**
 * The search attributes of reservations. They are given at the start, where they cost nothing, if
 * the namespace has them. The server is asked once, when the first reservation starts.
 */
import type { WorkflowClient } from '@temporalio/client';
import {
  defineSearchAttributeKey,
  type SearchAttributePair,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../../wire/names';

/** Identifies a reservation. */
export interface Reserved {
  scope: string;
  activityType: string;
  key: string;
}

/** The attributes, and their values. */
const VALUES: Readonly<Record<string, (reserved: Reserved) => string>> = {
  [`${SEARCH_ATTRIBUTES}Type`]: ({ activityType }) => activityType,
  [`${SEARCH_ATTRIBUTES}Key`]: ({ key }) => key,
  [`${SEARCH_ATTRIBUTES}Scope`]: ({ scope }) => scope,
};

/** The server rejects longer keywords, and with them the start. */
const MAX_BYTES = 255;

const KEYWORD = 2; // This is the type's number in the API.
const ASKED_FOR_MS = 1_000;
const INVALID_ARGUMENT = 3; // This is the code of gRPC.

export class SearchAttributes {
  private names?: Promise<readonly string[]>;

  constructor(private readonly client: WorkflowClient) {}

  /**
   * Starts a reservation with the attributes. If the server rejects them, because they were removed
   * in the meantime, it starts without them, and so do all that follow.
   */
  async startWith<T>(
    reserved: Reserved,
    start: (attributes: { typedSearchAttributes?: TypedSearchAttributes }) => Promise<T>,
  ): Promise<T> {
    const pairs = pairsOf(reserved, await (this.names ??= this.ask()));
    if (pairs.length === 0) return start({});
    try {
      return await start({ typedSearchAttributes: new TypedSearchAttributes(pairs) });
    } catch (error) {
      if ((error as { cause?: { code?: unknown } }).cause?.code !== INVALID_ARGUMENT) throw error;
      this.names = Promise.resolve([]);
      return start({});
    }
  }

  /** The attributes that the namespace has. There are none if they cannot be read. */
  private async ask(): Promise<readonly string[]> {
    try {
      const { connection, options } = this.client;
      const { operatorService } = connection as unknown as {
        operatorService: {
          listSearchAttributes(request: { namespace: string }): Promise<{
            customAttributes?: Record<string, unknown> | null;
          }>;
        };
      };
      const { customAttributes } = await this.client.withDeadline(Date.now() + ASKED_FOR_MS, () =>
        operatorService.listSearchAttributes({ namespace: options.namespace }),
      );
      return Object.keys(VALUES).filter((name) => customAttributes?.[name] === KEYWORD);
    } catch {
      return []; // The right to read them may be missing.
    }
  }
}

function pairsOf(reserved: Reserved, names: readonly string[]): SearchAttributePair[] {
  return names.flatMap((name) => {
    const value = VALUES[name]!(reserved);
    if (value === '' || Buffer.byteLength(value) > MAX_BYTES) return [];
    return [{ key: defineSearchAttributeKey(name, SearchAttributeType.KEYWORD), value }];
  });
}
