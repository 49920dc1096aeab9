/** The line at which the last run failed, marked until it is changed. */
import { type EditorState, type Extension, type Range, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view'

import { difference } from './difference'
import { part } from './markup'

/** `line` counts from 1. */
export interface Failure {
  readonly line: number
  readonly message: string
  /** What the message is, for who does not see where it stands. */
  readonly title: string
  /** The script as it was in that run. */
  readonly script: string
}

const set = StateEffect.define<Failure | null>()

class Message extends WidgetType {
  constructor(private readonly failure: Failure) {
    super()
  }

  override eq(other: Message): boolean {
    return other.failure.message === this.failure.message && other.failure.title === this.failure.title
  }

  override toDOM(): HTMLElement {
    const outer = part('div', 'cm-failure', '')
    const inner = part('div', 'cm-failure-words', '')
    inner.setAttribute('role', 'note')
    inner.append(part('strong', 'cm-failure-title', this.failure.title), part('span', 'cm-failure-text', this.failure.message))
    outer.append(inner)
    return outer
  }

  override ignoreEvent(): boolean {
    return true // so that the text can be chosen and copied
  }
}

const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(set)) return decorations(transaction.state, effect.value)
    if (!transaction.docChanged || value.size === 0) return value
    const line = transaction.startState.doc.lineAt(value.iter().from)
    return transaction.changes.touchesRange(line.from, line.to) ? Decoration.none : value.map(transaction.changes)
  },
  provide: (field) => EditorView.decorations.from(field),
})

export const failures: Extension = marked

/** Mark it where that line is by now, or take the mark away. */
export function showFailure(view: EditorView, failure: Failure | null): void {
  const line = failure && lineNow(failure.script, view.state.doc.toString(), failure.line)
  if (line === null && view.state.field(marked).size === 0) return
  view.dispatch({ effects: set.of(failure && line !== null ? { ...failure, line } : null) })
}

/** Where a line of a text is in what became of it; null where it was changed. */
export function lineNow(then: string, now: string, line: number): number | null {
  const change = difference(then, now)
  if (!change) return line
  const start = then.split('\n', line - 1).join('\n').length + (line > 1 ? 1 : 0)
  const found = then.indexOf('\n', start)
  const end = found < 0 ? then.length : found
  if (change.from > end || (change.from === end && change.insert.startsWith('\n'))) return line
  if (change.to > start || (change.to === start && !change.insert.endsWith('\n'))) return null
  return line + lines(change.insert) - lines(then.slice(change.from, change.to))
}

const lines = (text: string) => text.split('\n').length - 1

/** Where the mark is, for who wants to go there. */
export function failureAt(state: EditorState): number | null {
  const marks = state.field(marked, false)
  return marks && marks.size > 0 ? marks.iter().from : null
}

function decorations(state: EditorState, failure: Failure | null): DecorationSet {
  if (!failure || failure.line < 1 || failure.line > state.doc.lines) return Decoration.none
  const line = state.doc.line(failure.line)
  const found: Range<Decoration>[] = [
    Decoration.line({ class: 'cm-failed-line' }).range(line.from),
    Decoration.widget({ widget: new Message(failure), side: 1, block: true }).range(line.to),
  ]
  return Decoration.set(found)
}
