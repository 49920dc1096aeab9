/** What every script's editor can do, whatever its language. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, foldKeymap, indentOnInput, indentUnit } from '@codemirror/language'
import { lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension, Prec } from '@codemirror/state'
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  rectangularSelection,
  tooltips,
} from '@codemirror/view'

import { styleNonce } from '../app/nonce'
import type { Assistant } from './assistant'
import { columns, names } from './completion'
import { failures } from './failure'
import { hover } from './hover'
import { type Advice, problems } from './problems'
import { signatures } from './signatures'
import { theme } from './theme'
import { wrapping } from './wrapping'

/** What is set anew while the editor is open. */
export const slots = { language: new Compartment(), readOnly: new Compartment(), words: new Compartment() }

export interface Actions extends Advice {
  /** False where there is nothing to run. */
  run(): boolean
  toggleFullScreen(): void
  /** Tell what can be done about the problem at the cursor. */
  offerFixes(): void
}

export function setup(actions: Pick<Actions, 'run' | 'toggleFullScreen'>): Extension {
  return [
    Prec.highest(
      keymap.of([
        { key: 'Mod-Enter', run: () => actions.run(), stopPropagation: true },
        { key: 'Alt-m', run: () => (actions.toggleFullScreen(), true), stopPropagation: true },
      ]),
    ),
    // The page has shortcuts of the same keys; here they are the text's.
    EditorView.domEventHandlers({
      keydown: (event) => {
        if (isOurs(event)) event.stopPropagation()
      },
    }),
    EditorView.cspNonce.of(styleNonce()),
    lineNumbers(),
    highlightSpecialChars(),
    wrapping, // the pane is narrow
    history(),
    drawSelection(),
    dropCursor(),
    EditorState.allowMultipleSelections.of(true),
    rectangularSelection(),
    indentOnInput(),
    indentUnit.of('    '),
    EditorState.tabSize.of(4),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    search({ top: true }),
    tooltips({ position: 'fixed', tooltipSpace: space }),
    failures,
    theme,
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap.filter(({ key }) => key !== 'Mod-Enter'),
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
  ]
}

/** What the language server adds, for languages that it knows. */
export function assisted(assistant: Assistant, actions: Pick<Actions, 'offerFixes' | keyof Advice>): Extension {
  return [
    Prec.high(keymap.of([{ key: 'Mod-.', run: () => (actions.offerFixes(), true), stopPropagation: true }])),
    autocompletion({ override: [columns(assistant), names(assistant)], icons: true, closeOnBlur: true, activateOnTyping: true }),
    hover(assistant),
    signatures(assistant),
    problems(assistant, actions),
  ]
}

/** Completion by the words of the language alone. */
export const plain: Extension = autocompletion()

export function openSearch(view: EditorView): void {
  view.focus()
  openSearchPanel(view)
}

/** Where tooltips may stand: all of the window but its edge. */
const space = () => ({ top: EDGE, left: EDGE, bottom: window.innerHeight - EDGE, right: window.innerWidth - EDGE })
const EDGE = 8

const EDITING = new Set(['f', 'g', 'd', 'z', 'y', 'a', 'c', 'x', 'v', '/', '[', ']', 'i', 'u'])

/** Escape too: it ends a completion or a search, and the Tab after it leaves the editor. */
function isOurs(event: KeyboardEvent): boolean {
  return event.key === 'Escape' || ((event.ctrlKey || event.metaKey) && EDITING.has(event.key.toLowerCase()))
}
