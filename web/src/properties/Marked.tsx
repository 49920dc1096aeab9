/** Help as modules tell it, in which names of code stand between backticks. */
export function Marked({ text }: { text: string }) {
  return partsOf(text).map(({ words, isCode }, place) => (isCode ? <code key={place}>{words}</code> : words))
}

export interface Part {
  words: string
  isCode: boolean
}

/** A backtick without its other one is a sign like any other. */
export function partsOf(text: string): Part[] {
  return text
    .split(/(`[^`]+`)/)
    .filter(Boolean)
    .map((each) => (/^`[^`]+`$/.test(each) ? { words: each.slice(1, -1), isCode: true } : { words: each, isCode: false }))
}
