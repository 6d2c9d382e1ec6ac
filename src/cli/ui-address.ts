/** The option `--ui-address`: where Temporal's UI is. */
import { UsageError } from './errors';

export const DEFAULT_UI = 'http://localhost:8233';

/**
 * @param address - the value of the option
 * @returns the address without a slash at its end
 * @throws {@link UsageError} if it is no address of a web page
 */
export function uiAddress(address = DEFAULT_UI): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new UsageError(`--ui-address ${address}: it takes a URL such as ${DEFAULT_UI}`);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}
