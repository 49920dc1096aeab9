/** What can be done in the editor, whatever asks for it: a key, the mouse, a menu or the palette. */
import { useMemo } from 'react'

import { adding } from './actions/adding'
import { basis } from './actions/basis'
import { naming } from './actions/naming'
import { placing } from './actions/placing'
import { copying, removing } from './actions/removing'
import { walking } from './actions/walking'
import { wiring } from './actions/wiring'
import { type EditorHandle, useHandle } from './context'

export { announce } from './actions/basis'

export type EditorActions = ReturnType<typeof editorActions>

const made = new WeakMap<EditorHandle, EditorActions>()

export function useEditorActions(): EditorActions {
  const handle = useHandle()
  return useMemo(() => actionsOf(handle), [handle])
}

export function actionsOf(handle: EditorHandle): EditorActions {
  const found = made.get(handle) ?? editorActions(handle)
  made.set(handle, found)
  return found
}

function editorActions(handle: EditorHandle) {
  const base = basis(handle)
  const wires = wiring(base)
  const { moduleAt, placeAt, middle, focus } = base
  return {
    moduleAt, placeAt, middle, focus,
    ...wires, ...adding(base, wires), ...removing(base), ...copying(base), ...placing(base), ...naming(base), ...walking(base),
  }
}
