/** Squiggles under what the language server finds wrong, with what can be done about it. */
import { t } from '@lingui/core/macro'
import { type Diagnostic, forceLinting, linter, lintGutter } from '@codemirror/lint'
import { type EditorState, type Extension, StateEffect, StateField, type Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

import type { ScriptEdit, ScriptProblem } from '../api/language'
import type { Assistant } from './assistant'
import { applyEdits, problemsAt, safeCount, safeEdits } from './fixes'
import { rangeOf } from './places'

const DELAY = 500
const UNRESOLVED = ['unresolved-import', 'import-not-found']
const OLD_SYNTAX = 'python2'
const changed = StateEffect.define()
const reported = StateEffect.define<Report>()

/** What was told of a text. */
export interface Report {
  readonly doc: Text
  readonly problems: readonly ScriptProblem[]
  readonly isPython2: boolean
}

/** What problems offer beside their fixes. */
export interface Advice {
  /** Tell how a module can be had that the environment lacks. */
  explainImport(module: string): void
  /** Make Python 3 of it. */
  convert(): void
}

/** Something that can be done about a problem. */
export interface Offer {
  title: string
  run: (view: EditorView) => void
}

const newest = StateField.define<Report | null>({
  create: () => null,
  update: (value, { effects }) => effects.find((each) => each.is(reported))?.value ?? value,
})

/** What was told last; null before the first answer. */
export const reportOf = (state: EditorState): Report | null => state.field(newest, false) ?? null

export function problems(assistant: Assistant, advice: Advice): Extension {
  const source = async (view: EditorView): Promise<readonly Diagnostic[]> => {
    const { doc, problems: found } = await asked(view, assistant)
    return found.map((each) => diagnostic(each, doc, advice))
  }
  const isStale = (update: { transactions: readonly { effects: readonly StateEffect<unknown>[] }[] }) =>
    update.transactions.some(({ effects }) => effects.some((effect) => effect.is(changed)))
  return [newest, linter(source, { delay: DELAY, needsRefresh: isStale }), lintGutter()]
}

async function asked(view: EditorView, assistant: Assistant): Promise<Report> {
  const { doc } = view.state
  const found = await assistant.problems(doc)
  const report = { doc, problems: found?.problems ?? [], isPython2: found?.python2 ?? false }
  if (found && view.state.doc.eq(doc)) view.dispatch({ effects: reported.of(report) })
  return report
}

/** Look again: what is around the script is no longer the same. */
export function lookAgain(view: EditorView): void {
  view.dispatch({ effects: changed.of(null) })
  forceLinting(view)
}

/** What can be done about what is wrong at the cursor; asked anew where the text has changed since. */
export async function offersAtCursor(view: EditorView, assistant: Assistant, advice: Advice): Promise<Offer[]> {
  const told = reportOf(view.state)
  const { doc, problems: found } = told?.doc.eq(view.state.doc) ? told : await asked(view, assistant)
  if (!doc.eq(view.state.doc)) return []
  const here = problemsAt(found, doc, view.state.selection.main.head).flatMap((each) => offersOf(each, doc, advice))
  const all = safeCount(found)
  return all > 1 ? [...here, { title: t`Fix all that is safe (${all})`, run: fixAll }] : here
}

/** Put in every safe fix that was offered; one change to undo. */
export function fixAll(view: EditorView): void {
  const report = reportOf(view.state)
  if (report) fix(view, report.doc, safeEdits(report.problems, report.doc))
}

function fix(view: EditorView, doc: Text, edits: readonly ScriptEdit[]): void {
  if (applyEdits(view, doc, edits)) lookAgain(view)
}

function diagnostic(each: ScriptProblem, doc: Text, advice: Advice): Diagnostic {
  const offers = offersOf(each, doc, advice)
  return {
    ...rangeOf(doc, each),
    severity: each.severity,
    message: each.message,
    ...(each.code ? { source: each.code } : {}),
    ...(each.unnecessary ? { markClass: 'cm-unnecessary' } : {}),
    ...(offers.length > 0 ? { actions: offers.map(({ title, run }) => ({ name: title, apply: run })) } : {}),
  }
}

function offersOf(each: ScriptProblem, doc: Text, advice: Advice): Offer[] {
  // All of it changes: that is looked at first.
  if (each.code === OLD_SYNTAX) return [{ title: t`Convert to Python 3…`, run: () => advice.convert() }]
  const fixes = each.fixes.map(({ title, edits }) => ({ title, run: (view: EditorView) => fix(view, doc, edits) }))
  if (!UNRESOLVED.includes(each.code)) return fixes
  const { from, to } = rangeOf(doc, each)
  return [...fixes, { title: t`How to get it`, run: () => advice.explainImport(doc.sliceString(from, to)) }]
}
