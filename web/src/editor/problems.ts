/** Squiggles under what the language server finds wrong. */
import { type Diagnostic, forceLinting, linter, lintGutter } from '@codemirror/lint'
import { type Extension, StateEffect } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

import type { ScriptProblem } from '../api/language'
import type { Assistant } from './assistant'
import { rangeOf } from './places'

const DELAY = 500
const changed = StateEffect.define()

export function problems(assistant: Assistant): Extension {
  const source = async (view: EditorView): Promise<readonly Diagnostic[]> => {
    const { doc } = view.state
    const found = await assistant.problems(doc)
    return (found ?? []).map((each) => diagnostic(each, rangeOf(doc, each)))
  }
  const isStale = (update: { transactions: readonly { effects: readonly StateEffect<unknown>[] }[] }) =>
    update.transactions.some(({ effects }) => effects.some((effect) => effect.is(changed)))
  return [linter(source, { delay: DELAY, needsRefresh: isStale }), lintGutter()]
}

/** Look again: what is around the script is no longer the same. */
export function lookAgain(view: EditorView): void {
  view.dispatch({ effects: changed.of(null) })
  forceLinting(view)
}

function diagnostic(each: ScriptProblem, range: { from: number; to: number }): Diagnostic {
  return {
    ...range,
    severity: each.severity,
    message: each.message,
    ...(each.code ? { source: each.code } : {}),
    ...(each.unnecessary ? { markClass: 'cm-unnecessary' } : {}),
  }
}
