/** The name of a function in a message. */
export const functionName = (fn: unknown): string =>
  typeof fn === 'function' && fn.name !== '' ? fn.name : 'an anonymous function';
