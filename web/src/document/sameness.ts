/** Whether two documents say the same, in whatever order their parts stand. */
import type { Experiment } from './types'
import { tree } from './writing'

/** Equal for documents that say the same, and short enough to be kept beside a draft. */
export function fingerprint(document: Experiment): string {
  const text = JSON.stringify(tree(document), (_, value: unknown) => sorted(value))
  // Two products of 32 bits each (cyrb53): nobody forges these, and by chance two never meet.
  let [one, other] = [0xdeadbeef, 0x41c6ce57]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 2654435761)
    other = Math.imul(other ^ code, 1597334677)
  }
  return `${text.length.toString(36)}.${(one >>> 0).toString(36)}.${(other >>> 0).toString(36)}`
}

export const isSame = (one: Experiment, other: Experiment): boolean => one === other || fingerprint(one) === fingerprint(other)

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}
