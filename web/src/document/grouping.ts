/** Values by a key, in the order in which the keys first come. */
export function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>()
  for (const value of values) {
    const key = keyOf(value)
    const had = found.get(key)
    if (had) had.push(value)
    else found.set(key, [value])
  }
  return found
}
