/** Waits until somebody ends a command that serves. */

/**
 * Resolves at SIGINT or SIGTERM.
 * @param onFault - hears of errors that nobody has caught, such as a codec's own, which would
 *   otherwise end the process
 */
export async function untilStopped(onFault: (error: unknown) => void): Promise<void> {
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  try {
    await new Promise<void>((stop) => process.once('SIGINT', stop).once('SIGTERM', stop));
  } finally {
    process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
  }
}
