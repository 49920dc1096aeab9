/** How the call is made that the cursor is in: shown from its bracket on, until it is left or Escape is pressed. */
import { type EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state'
import { type EditorView, keymap, showTooltip, type Tooltip, ViewPlugin, type ViewUpdate } from '@codemirror/view'

import type { Signature } from '../api/language'
import type { Assistant } from './assistant'
import { part, shortened } from './markup'

const DELAY = 120

interface Shown {
  readonly signature: Signature
  readonly at: number
}

const show = StateEffect.define<Shown | null>()

const shown = StateField.define<Shown | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(show)) return effect.value
    return value && transaction.docChanged ? { ...value, at: transaction.changes.mapPos(value.at) } : value
  },
  provide: (field) => showTooltip.from(field, (value) => value && tooltip(value)),
})

/** `isAsked` keys: Mod-Shift-Space shows it where the cursor is. */
export function signatures(assistant: Assistant): Extension {
  const asking = ViewPlugin.define((view) => new Asking(view, assistant))
  return [
    shown,
    asking,
    Prec.high(
      keymap.of([
        { key: 'Mod-Shift-Space', run: (view) => (view.plugin(asking)?.ask(), true) },
        { key: 'Escape', run: (view) => view.state.field(shown) !== null && (view.plugin(asking)?.hide(), true) },
      ]),
    ),
  ]
}

class Asking {
  private timer: ReturnType<typeof setTimeout> | undefined
  private control = new AbortController()

  constructor(
    private readonly view: EditorView,
    private readonly assistant: Assistant,
  ) {}

  update(update: ViewUpdate): void {
    const isShown = update.state.field(shown) !== null
    if (update.docChanged && typed(update, /[(,]/)) this.ask()
    else if (isShown && (update.docChanged || update.selectionSet)) this.ask()
    if (isShown && update.focusChanged && !update.view.hasFocus) queueMicrotask(() => this.hide())
  }

  ask(): void {
    clearTimeout(this.timer)
    this.control.abort()
    this.timer = setTimeout(() => void this.answer(), DELAY)
  }

  hide(): void {
    clearTimeout(this.timer)
    this.control.abort()
    if (this.view.state.field(shown, false)) this.view.dispatch({ effects: show.of(null) })
  }

  destroy(): void {
    clearTimeout(this.timer)
    this.control.abort()
  }

  private async answer(): Promise<void> {
    const control = (this.control = new AbortController())
    const { state } = this.view
    const at = state.selection.main.head
    const found = await this.assistant.signatures(state.doc, at, control.signal)
    if (control.signal.aborted || this.view.state.doc !== state.doc) return
    const signature = found?.[0]
    if (!signature && !this.view.state.field(shown)) return
    this.view.dispatch({ effects: show.of(signature ? { signature, at: bracketBefore(state, at) } : null) })
  }
}

/** Where the call begins: the tooltip stays there while its arguments are written. */
function bracketBefore(state: EditorState, at: number): number {
  const text = state.sliceDoc(Math.max(0, at - 2000), at)
  let depth = 0
  for (let back = text.length - 1; back >= 0; back -= 1) {
    const sign = text[back]
    if (sign === ')') depth += 1
    if (sign === '(' && depth-- === 0) return at - text.length + back
  }
  return at
}

function typed(update: ViewUpdate, signs: RegExp): boolean {
  let found = false
  if (!update.transactions.some((each) => each.isUserEvent('input.type'))) return false
  update.changes.iterChanges((_a, _b, _c, _d, inserted) => (found ||= inserted.length < 3 && signs.test(inserted.toString())))
  return found
}

function tooltip({ signature, at }: Shown): Tooltip {
  return { pos: at, above: true, create: () => ({ dom: drawn(signature) }) }
}

/** The names of all parameters, and all that is told of the one that is written now: types can be very long. */
export function compact({ label, parameters, active }: Signature): { before: string; name: string; after: string; detail: string } {
  const texts = parameters.map(({ start, end }) => label.slice(start, end))
  const heads = texts.map((text) => /^\**\w+/.exec(text)?.[0] ?? text)
  const here = heads[active] ?? ''
  const joined = (list: string[]) => list.join(', ')
  const before = heads.slice(0, Math.max(0, active))
  const after = here ? heads.slice(active + 1) : heads
  return {
    before: `(${joined(before)}${here && before.length ? ', ' : ''}`,
    name: here,
    after: `${here && after.length ? ', ' : ''}${joined(after)})`,
    detail: texts[active] === here ? '' : (texts[active] ?? ''),
  }
}

function drawn(signature: Signature): HTMLElement {
  const { before, name, after, detail } = compact(signature)
  const dom = document.createElement('div')
  dom.className = 'cm-told cm-signature'
  const code = part('pre', 'cm-told-code', '')
  code.append(before, part('strong', 'cm-signature-active', name), after)
  dom.append(code)
  if (detail) dom.append(part('div', 'cm-told-help cm-signature-detail', shortened(detail)))
  return dom
}
