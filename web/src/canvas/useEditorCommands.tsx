/** The editor's commands: shortcuts, the palette of commands, the help and the menus read this one table. */
import { useLingui } from '@lingui/react/macro'
import { useMemo } from 'react'

import { type Command, useCommands } from '../commands/commands'
import { useEditorActions } from './actions'
import { copyByMenu, cutByMenu, pasteByMenu } from './clipboard'
import { useHandle } from './context'
import { togglePin } from './pinning'

/** Keys without Ctrl are the canvas's own while the focus is there, or nowhere. What lies over the page, a menu or the palette of commands, asks for it. */
export const isOnCanvas = () => {
  const at = document.activeElement
  return at === null || at === document.body || at.id === 'main' || at.closest('[data-canvas], [role="menu"], [role="dialog"]') !== null
}

export function useEditorCommands(): void {
  const { t } = useLingui()
  const handle = useHandle()
  const actions = useEditorActions()
  const list = useMemo(() => {
    const { store, view, flow } = handle
    const state = () => store.getState()
    const writable = () => !state().isReadOnly
    const onCanvas = () => writable() && isOnCanvas()
    const chosen = () => state().selection.length > 0
    const one = () => state().selection.at(-1)
    const something = () => chosen() || state().notes.length > 0 || state().wires.length > 0 || state().services.length > 0
    const withOne = (run: (id: string) => void) => () => {
      const id = one()
      if (id !== undefined) run(id)
    }
    const [edit, canvas, runs, panes] = [t`Edit`, t`Canvas`, t`Run`, t`Panes`]
    const zoom = { duration: 200 }
    const all: Command[] = [
      { id: 'editor.add', group: edit, title: t`Add to the canvas`, keys: 'A', when: onCanvas, run: () => actions.openAdd() },
      // Escape lets go of the node: Tab then leaves the canvas as it leaves anything else.
      { id: 'editor.next', group: edit, title: t`Add after the chosen node`, keys: 'Tab', when: () => onCanvas() && chosen(), run: () => actions.openAdd() },
      { id: 'editor.undo', group: edit, title: t`Undo`, keys: 'Mod+Z', when: () => writable() && state().history.past.length > 0, run: actions.undo },
      { id: 'editor.redo', group: edit, title: t`Redo`, keys: ['Mod+Shift+Z', 'Mod+Y'], when: () => writable() && state().history.future.length > 0, run: actions.redo },
      { id: 'editor.copy', group: edit, title: t`Copy`, keys: 'Mod+C', when: () => isOnCanvas() && (chosen() || state().notes.length > 0), run: () => copyByMenu(actions) },
      { id: 'editor.cut', group: edit, title: t`Cut`, keys: 'Mod+X', when: () => onCanvas() && (chosen() || state().notes.length > 0), run: () => cutByMenu(actions) },
      { id: 'editor.paste', group: edit, title: t`Paste`, keys: 'Mod+V', when: onCanvas, run: () => pasteByMenu(actions) },
      { id: 'editor.duplicate', group: edit, title: t`Duplicate`, keys: 'Mod+D', when: () => onCanvas() && (chosen() || state().notes.length > 0), run: actions.duplicate },
      { id: 'editor.delete', group: edit, title: t`Delete`, keys: ['Delete', 'Backspace'], when: () => onCanvas() && something(), run: actions.remove },
      { id: 'editor.bridge', group: edit, title: t`Delete and reconnect`, keys: 'Mod+Delete', when: () => onCanvas() && chosen(), run: actions.removeAndReconnect },
      { id: 'editor.rename', group: edit, title: t`Rename`, keys: 'F2', when: () => writable() && chosen(), run: withOne((id) => actions.rename('node', id)) },
      { id: 'editor.comment', group: edit, title: t`Comment`, keys: 'Shift+N', when: () => onCanvas() && chosen(), run: withOne(actions.comment) },
      { id: 'editor.connect', group: edit, title: t`Connect to…`, keys: 'C', when: () => onCanvas() && chosen(), run: withOne((node) => view.setState({ connecting: { node, remove: false } })) },
      { id: 'editor.disconnect', group: edit, title: t`Disconnect…`, keys: 'Shift+C', when: () => onCanvas() && chosen(), run: withOne((node) => view.setState({ connecting: { node, remove: true } })) },
      { id: 'editor.all', group: edit, title: t`Choose everything`, keys: 'Mod+A', when: isOnCanvas, run: actions.chooseAll },
      { id: 'editor.find', group: edit, title: t`Find on the canvas`, keys: 'Mod+F', inFields: false, run: () => view.setState({ isFinding: true, mode: 'canvas' }) },

      { id: 'editor.note', group: canvas, title: t`Add a note`, keys: 'N', when: onCanvas, run: () => actions.addNote() },
      { id: 'editor.group', group: canvas, title: t`Group`, keys: 'Mod+G', when: () => onCanvas() && chosen(), run: actions.group },
      { id: 'editor.ungroup', group: canvas, title: t`Ungroup`, keys: 'Mod+Shift+G', when: () => onCanvas() && isGrouped(), run: actions.ungroup },
      { id: 'editor.tidy', group: canvas, title: t`Tidy the layout`, keys: 'Shift+Alt+T', when: () => writable() && Object.keys(state().document.nodes).length > 0, run: actions.tidy },
      { id: 'editor.fit', group: canvas, title: t`Show all`, keys: '1', when: isOnCanvas, run: () => void flow.current?.fitView({ padding: 0.15, maxZoom: 1, ...zoom }) },
      { id: 'editor.actual', group: canvas, title: t`Actual size`, keys: '0', when: isOnCanvas, run: () => void flow.current?.zoomTo(1, zoom) },
      { id: 'editor.in', group: canvas, title: t`Zoom in`, keys: ['+', '='], when: isOnCanvas, run: () => void flow.current?.zoomIn(zoom) },
      { id: 'editor.out', group: canvas, title: t`Zoom out`, keys: '-', when: isOnCanvas, run: () => void flow.current?.zoomOut(zoom) },
      { id: 'editor.outline', group: canvas, title: t`Canvas or outline`, keys: 'O', when: () => true, run: () => view.setState(({ mode }) => ({ mode: mode === 'canvas' ? 'outline' : 'canvas' })) },

      { id: 'editor.preview', group: runs, title: t`Look into the output`, keys: ' ', when: () => isOnCanvas() && chosen(), run: withOne((id) => actions.preview(id)) },
      { id: 'editor.pin', group: runs, title: t`Pin or unpin the output`, keys: 'P', when: () => onCanvas() && chosen(), run: withOne((id) => togglePin(handle, id)) },

      { id: 'editor.properties', group: panes, title: t`Go to the properties`, keys: 'Enter', when: () => isOnCanvas() && chosen(), run: () => focusProperties(handle) },
      { id: 'editor.log', group: panes, title: t`Log`, keys: 'L', when: isOnCanvas, run: () => view.setState({ bottom: 'log', isBottomOpen: true }) },
      { id: 'editor.problems', group: panes, title: t`Problems`, keys: 'M', when: isOnCanvas, run: () => view.setState({ bottom: 'problems', isBottomOpen: true }) },
      { id: 'editor.escape', title: t`Choose nothing`, keys: 'Escape', hidden: true, when: () => isOnCanvas() && something(), run: () => state().select([]) },
    ]
    const arrows = [['ArrowUp', 'up', 0, -1], ['ArrowDown', 'down', 0, 1], ['ArrowLeft', 'left', -1, 0], ['ArrowRight', 'right', 1, 0]] as const
    const moves = { up: t`Move up`, down: t`Move down`, left: t`Move to the left`, right: t`Move to the right` }
    const names = { up: t`Go to what feeds it`, down: t`Go to what it feeds`, left: t`Go to the left`, right: t`Go to the right` }
    for (const [key, direction, dx, dy] of arrows) {
      all.push(
        { id: `editor.go.${direction}`, group: canvas, title: names[direction], keys: key, hidden: true, when: isOnCanvas, run: () => actions.walk(direction) },
        { id: `editor.move.${direction}`, group: canvas, title: moves[direction], keys: `Alt+${key}`, hidden: true, when: () => onCanvas() && something(), run: () => actions.nudge(dx, dy) },
      )
    }
    return all

    function isGrouped() {
      return Object.values(state().document.groups).some((members) => members.some((id) => state().selection.includes(id)))
    }
  }, [handle, actions, t])
  useCommands(list)
}

function focusProperties({ view }: ReturnType<typeof useHandle>): void {
  view.setState({ isRightOpen: true, right: 'properties' })
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-fields] :is(input, textarea, .cm-content, [data-field], button[aria-haspopup="listbox"])')?.focus())
}
