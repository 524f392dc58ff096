/** Shows a step of the set-up with its time: a line that counts in a terminal, plain lines elsewhere. */

/**
 * Begins to show a step.
 * @param {string} name
 * @returns {(how: 'done' | 'failed') => void} ends it
 */
export function showProgress(name) {
  const begin = performance.now();
  const time = () => `${((performance.now() - begin) / 1000).toFixed(0)} s`;
  const isLive = process.stdout.isTTY;
  const timer = isLive
    ? setInterval(() => process.stdout.write(`\r  ${name} … ${time()}`), 250)
    : undefined;
  process.stdout.write(`  ${name} …${isLive ? '' : '\n'}`);
  return (how) => {
    clearInterval(timer);
    process.stdout.write(`${isLive ? '\r' : ''}  ${name}: ${how} in ${time()}   \n`);
  };
}
