/** One CodeMirror for as long as its field is there; its text and the document's follow each other. */
import { EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { useEffect, useEffectEvent, useState } from 'react'

import { Assistant } from './assistant'
import { difference } from './difference'
import { type LanguageName, loadLanguage, type Schema } from './languages'
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

/** Null until the editor is there; `missing` is why the language server is not. */
export function useEditorView(options: EditorOptions): { editing: Editing | null; missing: string | null } {
  const [held, setHeld] = useState<Held | null>(null)
  const [missing, setMissing] = useState<string | null>(null)
  const { value, language, schema, isReadOnly, label, describedBy } = options
  const change = useEffectEvent((text: string) => options.onChange(text))
  const run = useEffectEvent(() => options.run())
  const toggleFullScreen = useEffectEvent(() => options.toggleFullScreen())
  const begin = useEffectEvent(() => opened(value, { run, toggleFullScreen }, change, setMissing))

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
      const help = language === 'python' ? assisted(held.assistant) : plain
      if (!isOver) held.view.dispatch({ effects: slots.language.reconfigure([found, isReadOnly ? [] : help]) })
    })
    return () => {
      isOver = true
    }
  }, [held, language, schema, isReadOnly])

  return { editing: held, missing }
}

function opened(value: string, actions: Actions, change: (text: string) => void, tell: (missing: string | null) => void): Held {
  let told = value
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const text = view.state.doc.toString()
    if (text === told) return
    told = text
    change(text)
  }
  const listener = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.every((each) => each.annotation(Transaction.remote))) timer ??= setTimeout(flush, LATER)
    if (update.focusChanged && !update.view.hasFocus) flush()
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
  return { view, assistant: new Assistant(tell), flush, setValue, destroy }
}
