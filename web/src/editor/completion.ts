/** Completions: of the language server, and of the columns of connected tables. */
import {
  type Completion,
  type CompletionContext,
  type CompletionResult,
  type CompletionSource,
  insertCompletionText,
} from '@codemirror/autocomplete'
import { syntaxTree } from '@codemirror/language'
import type { EditorState, TransactionSpec } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'

import type { Completion as Offered } from '../api/language'
import { aliases } from './aliases'
import type { Assistant } from './assistant'
import { columnPlace, columnsAt, quoted } from './columns'
import { explained } from './markup'
import { rangeOf } from './places'

const FAMILIAR = /^(pandas|numpy|sklearn|scipy|matplotlib\.pyplot|seaborn|statsmodels|datetime|math|re|json|collections|itertools)(\.[a-z]|$)/
const TOLD = 60_000 // of a script this much before the cursor is looked at for columns

/** Names of the script, of its environment and of what they have. */
export function names(assistant: Assistant): CompletionSource {
  return async (context) => {
    const word = context.matchBefore(/[^\W\d]\w*$/)
    const isMember = context.matchBefore(/\.\w*$/) !== null
    if (!word && !isMember && !context.explicit) return null
    if (isQuoted(context.state, context.pos)) return null
    const answer = await assistant.completions(context.state.doc, context.pos, signalOf(context))
    if (context.aborted) return null
    if (!answer) return isMember ? null : ofLanguage(context)
    if (answer.items.length === 0) return null
    const options = answer.items.map((each) => option(each, context.state))
    return { from: word?.from ?? context.pos, options, ...(answer.more ? {} : { validFor: /^\w*$/ }) }
  }
}

/** What the editor itself knows of the language: its words, and the names of the script. */
async function ofLanguage(context: CompletionContext): Promise<CompletionResult | null> {
  const sources = context.state.languageDataAt<CompletionSource>('autocomplete', context.pos)
  const found = (await Promise.all(sources.map(async (source) => source(context)))).filter((each) => each !== null)
  const first = found[0]
  return first ? { ...first, options: found.flatMap(({ from, options }) => (from === first.from ? options : [])) } : null
}

/** Columns, inside of quotes and as attributes. */
export function columns(assistant: Assistant): CompletionSource {
  return (context): CompletionResult | null => {
    const { doc } = context.state
    const before = doc.sliceString(Math.max(0, context.pos - TOLD), context.pos)
    const place = columnPlace(before)
    if (!place) return null
    const frames = assistant.frames(doc)
    const known = aliases(before, frames.map(({ parameter }) => parameter))
    const found = columnsAt({ ...place, frame: known.get(place.frame ?? '') ?? place.frame }, frames)
    if (found.length === 0) return null
    const { quote } = place
    const options = found.map(({ name, type, parameter }): Completion => ({
      label: name,
      detail: `${type} · ${parameter}`,
      type: 'property',
      boost: quote === null ? -1 : 1,
      ...(quote === null ? {} : { apply: (view, _, from, to) => insertColumn(view, name, quote, from, to) }),
    }))
    const from = place.from + Math.max(0, context.pos - TOLD)
    return { from, options, validFor: quote === null ? /^\w*$/ : /^[^"'\\\n]*$/ }
  }
}

/** The name, and the quote behind it where none is there yet. */
function insertColumn(view: EditorView, name: string, quote: '"' | "'", from: number, to: number): void {
  const isClosed = view.state.sliceDoc(to, to + 1) === quote
  const text = quoted(name, quote)
  view.dispatch({
    ...insertCompletionText(view.state, isClosed ? text : text + quote, from, to),
    selection: { anchor: from + text.length + 1 },
  })
}

function option(each: Offered, state: EditorState): Completion {
  const isTyped = each.insert === each.label && each.edits.length === 0
  return {
    label: each.label,
    type: each.kind,
    boost: boostOf(each),
    ...(each.source ? { detail: each.source } : {}),
    ...(each.detail || each.summary ? { info: () => explained(each.detail, each.summary) } : {}),
    ...(isTyped ? {} : { apply: (view, _, from, to) => view.dispatch(insertion(view, each, state, from, to)) }),
  }
}

/** What is there comes before what has to be imported, and that of libraries that most scripts use before the rest. */
function boostOf({ label, edits, source }: Offered): number {
  if (edits.length > 0) return FAMILIAR.test(source) ? -30 : -50
  return label.startsWith('_') ? -20 : 0
}

/** The text, with the lines that it needs elsewhere; these are where they were when it was asked for. */
function insertion(view: EditorView, each: Offered, asked: EditorState, from: number, to: number): TransactionSpec {
  const edits = each.edits.map((edit) => ({ ...rangeOf(asked.doc, edit), insert: edit.text }))
  const before = edits.every((edit) => edit.to <= from) // else the text between has changed under them
  const main = { from, to, insert: each.insert }
  const changes = view.state.changes(before ? [...edits, main] : main)
  return {
    changes,
    selection: { anchor: changes.mapPos(to, 1) },
    scrollIntoView: true,
    userEvent: 'input.complete',
  }
}

/** Whether a place is in a text or a comment; a place within an f-string's braces is not. */
export function isQuoted(state: EditorState, at: number): boolean {
  const { name } = syntaxTree(state).resolveInner(at, -1)
  return name === 'String' || name === 'Comment' || name === 'FormatString'
}

function signalOf(context: CompletionContext): AbortSignal {
  const control = new AbortController()
  context.addEventListener('abort', () => control.abort(), { onDocChange: true })
  return control.signal
}
