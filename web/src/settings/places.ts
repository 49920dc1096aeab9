/** Lists of places as one text, and back. */

export function joined(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([key, places]) => [key, places.join(', ')]))
}

/** Commas, semicolons and spaces stand between places. */
export function split(texts: Readonly<Record<string, string>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, text.split(/[\s,;]+/).filter(Boolean)]))
}
