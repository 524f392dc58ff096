/** Makes danfo frames from columns, around the traps of danfojs 1.2. */
// Danfo loads TensorFlow: as the project wants it, whoever is first.
import './backend';
import { DataFrame } from 'danfojs-node';

/** The values of one column; danfo itself takes typed arrays wrongly, so they are copied. */
export type Column = ArrayLike<number> | readonly (string | number | boolean | null)[];

/** Returns danfo's name for the type of `values`. Danfo's own guess makes numbers of `'01'`. */
function typeOf(values: unknown[]): string {
  const present = values.filter((value) => value !== null && value !== undefined);
  if (present.length > 0 && present.every((value) => typeof value === 'boolean')) return 'boolean';
  if (present.some((value) => typeof value !== 'number')) return 'string';
  return present.every((value) => Number.isInteger(value)) ? 'int32' : 'float32';
}

/** Methods that a column may replace: danfo does not need them itself, and tables like the names. */
const replaceable = ['count', 'max', 'mean', 'median', 'min', 'mode', 'std', 'sum', 'var'];

/** Throws if a column of this name would replace a member that danfo itself needs. */
function requireFreeName(name: string) {
  if (name in DataFrame.prototype && !replaceable.includes(name)) {
    throw new Error(
      `A column cannot be called '${name}': a frame has a member of that name. Take another one.`,
    );
  }
}

/**
 * Returns a danfo frame of equally long columns.
 * Throws if two lengths differ, or if a name is one that danfo keeps for itself, such as `shape`.
 */
export function frame(columns: Record<string, Column>): DataFrame {
  const names = Object.keys(columns);
  names.forEach(requireFreeName);
  const values: unknown[][] = names.map((name) => Array.from(columns[name] as ArrayLike<unknown>));
  const rows = values[0]?.length ?? 0;
  names.forEach((name, column) => {
    if (values[column].length !== rows) {
      throw new Error(
        `Column '${name}' has ${values[column].length} values, '${names[0]}' has ${rows}: ` +
          'all columns of a frame need equally many.',
      );
    }
  });
  const byRow = Array.from({ length: rows }, (_, row) => values.map((column) => column[row]));
  return new DataFrame(byRow, { columns: names, dtypes: values.map(typeOf) });
}
