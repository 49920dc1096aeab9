/** Taking things away, and copying them as text. */
import { t } from '@lingui/core/macro'

import { copied, looksCopied, pasted } from '../../document/clipboard'
import * as edits from '../../document/edits'
import { fed, feeders } from '../../document/graph'
import { NODE_WIDTH, placed } from '../../document/layout'
import type { EditorState } from '../../document/store'
import { type Experiment, mapped, parseSource, type Place } from '../../document/types'
import { toast } from '../../ui/toasts'
import type { Basis } from './basis'

const PASTE_OFFSET = 32

export function removing({ state, doc, apply, focus, focusCanvas }: Basis) {
  /** Where the keyboard goes on after nodes are gone. */
  const neighbourOf = (ids: readonly string[]) => {
    const near = ids.flatMap((id) => [...(feeders(doc()).get(id) ?? []), ...(fed(doc()).get(id) ?? [])])
    return near.find((id) => !ids.includes(id))
  }
  const take = (edit: (experiment: Experiment) => Experiment, label: string) => {
    const next = neighbourOf(state().selection)
    apply(edit, label, { select: { selection: next ? [next] : [] } })
    if (next) focus(next)
    else focusCanvas()
  }

  const remove = () => {
    const { selection, wires, notes, services } = state()
    const [first, ...more] = [...selection, ...notes, ...wires, ...services]
    if (first === undefined) return
    const count = more.length + 1
    take((experiment) => withoutAll(experiment, state()), more.length ? t`delete ${count} things` : t`delete ${first}`)
  }
  const removeAndReconnect = () => {
    const { selection } = state()
    if (selection.length) take((experiment) => selection.reduce(edits.removeAndReconnect, experiment), t`delete and reconnect`)
  }
  return { remove, removeAndReconnect }
}

function withoutAll(experiment: Experiment, { selection, wires, notes, services }: EditorState): Experiment {
  let left = edits.removeNodes(experiment, selection)
  for (const wire of wires) {
    const { node, port } = parseSource(wire)
    left = edits.disconnect(left, node, port ?? '')
  }
  for (const note of notes) left = edits.removeNote(left, note)
  for (const service of services) {
    const name = service.slice(service.indexOf('/') + 1)
    left = service.startsWith('inputs/') ? edits.setServiceInput(left, name, []) : edits.setServiceOutput(left, name, null)
  }
  return left
}

export function copying({ state, doc, apply, middle }: Basis) {
  const copyText = (): string | null => {
    const { selection, notes } = state()
    if (!selection.length && !notes.length) return null
    const places = mapped(placed(doc()), (place, id) => (selection.includes(id) ? place : undefined))
    return copied(edits.moveNodes(doc(), places), selection, notes)
  }

  /** Beside what was copied where that stands here, else in the middle of what is seen. */
  const cornerFor = (part: Experiment, isOwn: boolean): Place => {
    const here = Object.values(placed(doc()))
    const places = [...Object.values(part.layout), ...Object.values(part.notes).map(({ at }) => at)]
    const isTaken = ([x, y]: Place) => here.some((each) => each[0] === x && each[1] === y)
    let corner: Place = [Math.min(...places.map(([x]) => x)), Math.min(...places.map(([, y]) => y))]
    const [mx, my] = middle().place
    if (!places.length || (!isOwn && !places.some(isTaken))) return [mx - NODE_WIDTH / 2, my]
    do corner = [corner[0] + PASTE_OFFSET, corner[1] + PASTE_OFFSET]
    while (isTaken(corner))
    return corner
  }

  /** Whether the text was nodes. */
  const pasteText = (text: string, isOwn = false): boolean => {
    if (state().isReadOnly || !looksCopied(text)) return false
    try {
      const found = pasted(doc(), text, (part) => cornerFor(part, isOwn))
      if (found) apply(() => found.experiment, t`paste`, { select: { selection: found.ids, notes: found.notes } })
      return found !== null
    } catch (error) {
      toast.error(error)
      return true
    }
  }
  const duplicate = () => {
    const text = copyText()
    if (text !== null) pasteText(text, true)
  }
  return { copyText, pasteText, duplicate }
}
