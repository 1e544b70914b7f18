/** Normal numbers from uniform ones. */

/** Two independent standard normal numbers (Box and Muller 1958). */
export function normalPair(random: () => number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const angle = 2 * Math.PI * random();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

/** Fills an array with normal numbers of that deviation. */
export function fillNormal(values: Float32Array, std: number, random: () => number): Float32Array {
  for (let i = 0; i < values.length; i += 2) {
    const [first, second] = normalPair(random);
    values[i] = first * std;
    if (i + 1 < values.length) values[i + 1] = second * std;
  }
  return values;
}
