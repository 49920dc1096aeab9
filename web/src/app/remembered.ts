/** Small choices kept in this browser; where it keeps none, they last as long as the page. */

const kept = new Map<string, string>()
const name = (key: string) => `bottega.${key}`

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(name(key)) ?? kept.get(key) ?? null
  } catch {
    return kept.get(key) ?? null
  }
}

export function remember(key: string, value: string | null): void {
  if (value === null) kept.delete(key)
  else kept.set(key, value)
  try {
    if (value === null) localStorage.removeItem(name(key))
    else localStorage.setItem(name(key), value)
  } catch {
    // Full, or forbidden: `kept` has it.
  }
}

/** The keys that begin so. */
export function recalled(prefix: string): string[] {
  const found = new Set([...kept.keys()].filter((key) => key.startsWith(prefix)))
  try {
    for (const each of Object.keys(localStorage)) if (each.startsWith(name(prefix))) found.add(each.slice(name('').length))
  } catch {
    // Forbidden: `kept` has it.
  }
  return [...found]
}
