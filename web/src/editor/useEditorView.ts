/** One CodeMirror for as long as its field is there; its text and the document's follow each other. */
import { EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useEffectEvent, useState } from 'react'

import { Assistant } from './assistant'
import { difference } from './difference'
import { safeCount } from './fixes'
import { type LanguageName, loadLanguage, type Schema } from './languages'
import { reportOf } from './problems'
import { type Actions, assisted, plain, setup, slots } from './setup'
import { words } from './words'

const LATER = 250

export interface EditorOptions extends Actions {
  value: string
  onChange: (text: string) => void
  language: LanguageName
  /** Best the same value as long as it says the same. */
  schema: Schema
  isReadOnly: boolean
  label: string
  describedBy: string
}

export interface Editing {
  view: EditorView
  assistant: Assistant
  /** Tell what was typed and not told yet. */
  flush: () => void
}

interface Held extends Editing {
  setValue: (text: string) => void
  destroy: () => void
}

/** What the language server told. */
export interface Told {
  /** Why there is none; null where there is. */
  missing: string | null
  isPython2: boolean
  /** How many problems can be mended at once. */
  fixes: number
}

/** Null until the editor is there. */
export function useEditorView(options: EditorOptions): Told & { editing: Editing | null } {
  const [held, setHeld] = useState<Held | null>(null)
  const [missing, setMissing] = useState<string | null>(null)
  const [report, setReport] = useState<Pick<Told, 'isPython2' | 'fixes'>>(NO_REPORT)
  const { value, language, schema, isReadOnly, label, describedBy } = options
  const change = useEffectEvent((text: string) => options.onChange(text))
  const run = useEffectEvent(() => options.run())
  const toggleFullScreen = useEffectEvent(() => options.toggleFullScreen())
  const offerFixes = useEffectEvent(() => options.offerFixes())
  const explainImport = useEffectEvent((module: string) => options.explainImport(module))
  const convert = useEffectEvent(() => options.convert())
  const begin = useEffectEvent(() => opened(value, { run, toggleFullScreen }, { change, missing: setMissing, report: setReport }))

  useEffect(() => {
    const made = begin()
    setHeld(made) // eslint-disable-line react-hooks/set-state-in-effect -- an editor is no value of a render: it is begun and ended
    return () => made.destroy()
  }, [])

  useEffect(() => held?.setValue(value), [held, value])

  useEffect(() => {
    const attributes = { 'aria-label': label, 'aria-describedby': describedBy }
    const fixed = [EditorState.readOnly.of(isReadOnly), EditorView.contentAttributes.of(attributes)]
    held?.view.dispatch({ effects: [slots.readOnly.reconfigure(fixed), slots.words.reconfigure(words())] })
  }, [held, isReadOnly, label, describedBy])

  useEffect(() => {
    if (!held) return
    let isOver = false
    void loadLanguage(language, schema).then((found) => {
      const help = language === 'python' ? assisted(held.assistant, { offerFixes, explainImport, convert }) : plain
      if (!isOver) held.view.dispatch({ effects: slots.language.reconfigure([found, isReadOnly ? [] : help]) })
    })
    return () => {
      isOver = true
    }
  }, [held, language, schema, isReadOnly])

  return { editing: held, missing, ...report }
}

const NO_REPORT = { isPython2: false, fixes: 0 }

interface Listeners {
  change: (text: string) => void
  missing: (missing: string | null) => void
  report: (report: typeof NO_REPORT) => void
}

function opened(value: string, actions: Pick<Actions, 'run' | 'toggleFullScreen'>, tell: Listeners): Held {
  let told = value
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const text = view.state.doc.toString()
    if (text === told) return
    told = text
    tell.change(text)
  }
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.every((each) => each.annotation(Transaction.remote))) timer ??= setTimeout(flush, LATER)
    if (update.focusChanged && !update.view.hasFocus) flush()
    const report = reportOf(update.state)
    if (report && report !== reportOf(update.startState)) tell.report({ isPython2: report.isPython2, fixes: safeCount(report.problems) })
  })
  const extensions = [setup(actions), slots.language.of([]), slots.readOnly.of([]), slots.words.of([]), listener]
  const view = new EditorView({ doc: value, extensions })
  const setValue = (text: string) => {
    if (text === told) return // what we told ourselves comes back
    told = text
    const spec = difference(view.state.doc.toString(), text)
    if (spec) view.dispatch({ changes: spec, annotations: [Transaction.remote.of(true), Transaction.addToHistory.of(false)] })
  }
  const destroy = () => {
    flush()
    view.destroy()
  }
  return { view, assistant: new Assistant(tell.missing), flush, setValue, destroy }
}
