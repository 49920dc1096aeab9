/** Quick fixes: changes that the server offers, put into a text which may have changed since it was asked about. */
import { ChangeSet, type Text } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

import type { ScriptEdit, ScriptProblem } from '../api/language'
import { difference } from './difference'
import { rangeOf } from './places'

interface Change {
  from: number
  to: number
  insert: string
}

/** What to change now; null where the text that a fix is about is no longer there. */
export function changesFor(asked: Text, now: Text, edits: readonly ScriptEdit[]): Change[] | null {
  const changes = edits.map((edit) => ({ ...rangeOf(asked, edit), insert: edit.text }))
  const since = changesSince(asked, now)
  if (!since) return changes
  if (changes.some(({ from, to }) => since.touchesRange(from, to))) return null
  return changes.map(({ from, to, insert }) => ({ from: since.mapPos(from), to: since.mapPos(to), insert }))
}

function changesSince(asked: Text, now: Text): ChangeSet | null {
  const change = asked.eq(now) ? null : difference(asked.toString(), now.toString())
  return change && ChangeSet.of(change, asked.length)
}

/** Put one into the text, as one change to undo. False where it no longer fits. */
export function applyEdits(view: EditorView, asked: Text, edits: readonly ScriptEdit[]): boolean {
  const changes = changesFor(asked, view.state.doc, edits)
  if (!changes) return false
  view.dispatch({ changes, userEvent: 'input.fix', scrollIntoView: true })
  return true
}

/** The edits of every safe fix at once: one a problem, and none that meets another. */
export function safeEdits(problems: readonly ScriptProblem[], doc: Text): ScriptEdit[] {
  const taken: ScriptEdit[] = []
  for (const { fixes } of problems) {
    const fix = fixes.find(({ safe }) => safe)
    const wanted = fix?.edits.filter((edit) => !taken.some((other) => isSame(edit, other))) ?? []
    if (!wanted.some((edit) => taken.some((other) => meets(edit, other, doc)))) taken.push(...wanted)
  }
  return taken
}

/** How many problems have one that is safe. */
export const safeCount = (problems: readonly ScriptProblem[]) => problems.filter(({ fixes }) => fixes.some(({ safe }) => safe)).length

const isSame = (a: ScriptEdit, b: ScriptEdit) =>
  a.text === b.text && a.line === b.line && a.column === b.column && a.end_line === b.end_line && a.end_column === b.end_column

function meets(a: ScriptEdit, b: ScriptEdit, doc: Text): boolean {
  const [one, other] = [rangeOf(doc, a), rangeOf(doc, b)]
  return one.from < other.to && other.from < one.to
}

/** What is wrong at a place, else in its line. */
export function problemsAt(problems: readonly ScriptProblem[], doc: Text, at: number): ScriptProblem[] {
  const line = doc.lineAt(at).number
  const inLine = problems.filter((each) => each.line <= line && line <= each.end_line)
  const here = inLine.filter((each) => isAt(rangeOf(doc, each), at))
  return here.length > 0 ? here : inLine
}

const isAt = ({ from, to }: { from: number; to: number }, at: number) => from <= at && at <= to
