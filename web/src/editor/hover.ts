/** What stands under the pointer, told beside it. */
import { hoverTooltip } from '@codemirror/view'

import type { Assistant } from './assistant'
import { isQuoted } from './completion'
import { explained } from './markup'
import { rangeOf } from './places'

const DELAY = 400

export function hover(assistant: Assistant) {
  return hoverTooltip(
    async ({ state }, at) => {
      if (isQuoted(state, at) || !/\w/.test(state.sliceDoc(Math.max(0, at - 1), at + 1))) return null
      const found = await assistant.explanation(state.doc, at)
      if (!found) return null
      const range = found.span ? rangeOf(state.doc, found.span) : { from: at, to: at }
      return { pos: range.from, end: range.to, above: true, create: () => ({ dom: explained(found.code, found.help) }) }
    },
    { hoverTime: DELAY, hideOnChange: true },
  )
}
