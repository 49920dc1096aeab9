/** The one change from a text to another, so that the cursor and the marks stay where they can. */
export function difference(old: string, next: string): { from: number; to: number; insert: string } | null {
  if (old === next) return null
  const most = Math.min(old.length, next.length)
  let from = 0
  while (from < most && old.charCodeAt(from) === next.charCodeAt(from)) from += 1
  let end = 0
  while (end < most - from && old.charCodeAt(old.length - 1 - end) === next.charCodeAt(next.length - 1 - end)) end += 1
  return { from, to: old.length - end, insert: next.slice(from, next.length - end) }
}
