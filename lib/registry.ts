/**
 * Values that outlive a cell and the reload of a module, such as tensors and compiled graphs. Making one
 * again under its name first frees the one before it, so a cell can be run any number of times.
 */

/** Something that holds memory which the garbage collector does not free. */
export interface Disposable {
  dispose(): void;
}

interface Registry {
  values: Map<string, Disposable>;
  /** The newest request for each name: a slower, older one finds that it is no longer wanted. */
  requests: Map<string, symbol>;
}

/** Modules are evaluated again after each edit; the global object is not. */
function registry(): Registry {
  const key = Symbol.for('fashion-mnist.registry');
  const holder = globalThis as unknown as Record<symbol, Registry | undefined>;
  holder[key] ??= { values: new Map(), requests: new Map() };
  return holder[key];
}

/**
 * Returns what `make` gives, kept under `name` until it is made again or released. The earlier value
 * of that name is disposed first, so that the two never fill the memory together.
 */
export function keep<T extends Disposable>(name: string, make: () => T): T {
  release(name);
  const value = make();
  registry().values.set(name, value);
  return value;
}

/**
 * Does the same for a value that takes time to make. The last request for a name wins: if it was asked
 * for again or released meanwhile (a cell was interrupted and run again), the late value is disposed.
 *
 * @throws what `make` throws, or that the value was no longer wanted
 */
export async function keepAsync<T extends Disposable>(
  name: string,
  make: () => Promise<T>,
): Promise<T> {
  release(name);
  const request = Symbol(name);
  const { values, requests } = registry();
  requests.set(name, request);
  const wanted = () => requests.get(name) === request;
  try {
    const value = await make();
    if (wanted()) {
      values.set(name, value);
      return value;
    }
    value.dispose();
  } finally {
    if (wanted()) requests.delete(name);
  }
  throw new Error(`"${name}" was made again or released while it was being made.`);
}

/** Returns the value kept under `name`, or `undefined`. The caller says of what type it is. */
export function kept<T extends Disposable>(name: string): T | undefined {
  return registry().values.get(name) as T | undefined;
}

/** Disposes what is kept under `name`; does nothing if that is nothing. */
export function release(name: string): void {
  const { values, requests } = registry();
  const value = values.get(name);
  requests.delete(name);
  values.delete(name);
  value?.dispose();
}
