/** What can be done now: one table that shortcuts, the palette, the help and menus read. */
import { type ReactNode, useEffect } from 'react'
import { create } from 'zustand'

import { isPressed } from './keys'

export interface Command {
  id: string
  /** What it does, in the page's language: "Delete the selection". */
  title: string
  /** Under which head it stands in the help and the palette. */
  group?: string
  /** Its shortcuts, the first of them shown. */
  keys?: string | readonly string[]
  icon?: ReactNode
  /** Whether it can be done at this moment; always, unless told. */
  when?: () => boolean
  run: () => void
  /** Its shortcut holds while a text is being written, too. With Mod it does anyway. */
  inFields?: boolean
  /** Not in the palette, for it means nothing there. */
  hidden?: boolean
}

interface CommandsState {
  /** The last registered of an id counts, and its shortcuts before those of others. */
  layers: readonly (readonly Command[])[]
}

export const useCommandTable = create<CommandsState>(() => ({ layers: [] }))

/** Register commands while the component is there. The list is a value: make it with useMemo. */
export function useCommands(list: readonly Command[]): void {
  useEffect(() => register(list), [list])
}

/** The same outside of components; gives what takes them away. */
export function register(list: readonly Command[]): () => void {
  useCommandTable.setState(({ layers }) => ({ layers: [...layers, list] }))
  return () => useCommandTable.setState(({ layers }) => ({ layers: layers.filter((each) => each !== list) }))
}

/** All commands, each id once, the newest first. */
export function commands(): Command[] {
  const found = new Map<string, Command>()
  for (const layer of useCommandTable.getState().layers.toReversed())
    for (const each of layer) if (!found.has(each.id)) found.set(each.id, each)
  return [...found.values()]
}

export const canRun = (command: Command): boolean => command.when?.() ?? true

export function runCommand(id: string): void {
  const found = commands().find((each) => each.id === id)
  if (found && canRun(found)) found.run()
}

/** The shortcut of a command, to be shown beside it. */
export function keysOf(id: string): string | undefined {
  const found = commands().find((each) => each.id === id)
  return found && keyList(found)[0]
}

export const keyList = ({ keys = [] }: Command): readonly string[] => (typeof keys === 'string' ? [keys] : keys)

/** The command that a pressed key means here and now. */
export function commandFor(event: KeyboardEvent): Command | undefined {
  const inField = isTextField(event.target)
  return commands().find(
    (each) => (!inField || holdsInFields(each)) && keyList(each).some((keys) => isPressed(keys, event)) && canRun(each),
  )
}

// Keys by which a text is edited are the field's own, although they have Mod.
const EDITING = ['Mod+Z', 'Mod+Shift+Z', 'Mod+Y', 'Mod+A', 'Mod+C', 'Mod+X', 'Mod+V', 'Mod+Delete', 'Mod+Backspace']

function holdsInFields(command: Command): boolean {
  return command.inFields ?? keyList(command).every((keys) => keys.includes('Mod+') && !EDITING.includes(keys))
}

/** Whether keys written here are text. */
export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('.cm-editor')) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range', 'file'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}
