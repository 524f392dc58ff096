/** Probabilities of ten classes from short rows: classes that a row leaves out get 0. */
export function tenClasses(rows: number[][]): Float32Array {
  const values = new Float32Array(rows.length * 10);
  rows.forEach((row, image) => {
    values.set(row, image * 10);
  });
  return values;
}

/** Probabilities of a classifier that is sure of these classes, one an image. */
export function sureOf(...classes: number[]): Float32Array {
  return tenClasses(
    classes.map((label) => Array.from({ length: 10 }, (_, place) => Number(place === label))),
  );
}
