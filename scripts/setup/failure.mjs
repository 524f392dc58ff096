/** A problem that the user can mend: shown as its message alone, without a stack. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

const noNetwork =
  /ENOTFOUND|EAI_AGAIN|ENETUNREACH|ETIMEDOUT|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|NewConnectionError|Temporary failure in name resolution|Failed to establish a new connection|Read timed out|ConnectTimeoutError|getaddrinfo/;
const noSpace = /ENOSPC|No space left on device|Errno 28/;

/**
 * What to do about a step that failed, as far as its output tells.
 * @param {string} output
 */
export function advice(output) {
  if (noSpace.test(output)) return 'The disk is full: free some space, then run this again.';
  if (noNetwork.test(output)) {
    return 'No connection to the package registry: check the network or its proxy, then run this again; what is done is kept.';
  }
  return 'Run this again to go on from here; `npm run doctor` tells more once the set-up is there.';
}
