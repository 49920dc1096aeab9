/** Names and words: of nodes, notes and groups. */
import { t } from '@lingui/core/macro'

import * as edits from '../../document/edits'
import { freshId, isId, slug } from '../../document/ids'
import { free, placed } from '../../document/layout'
import { type Note, NOTE_SIZE, own, type Place } from '../../document/types'
import type { Basis } from './basis'

export function naming({ view, state, doc, apply, corner, focus }: Basis) {
  const rename = (kind: 'node' | 'group', id: string) => {
    if (!state().isReadOnly) view.setState({ renaming: { kind, id } })
  }
  /** Null where it was given up; what cannot be an id becomes the nearest that can. */
  const renamed = (kind: 'node' | 'group', old: string, name: string | null) => {
    view.setState({ renaming: null })
    const wish = name?.trim() ?? old
    if (kind === 'group') {
      if (wish && wish !== old) apply((experiment) => edits.renameGroup(experiment, old, wish), t`rename the group ${old}`)
      return
    }
    const base = isId(wish) ? wish : slug(wish)
    const isTaken = (each: string) => each !== old && own(doc().nodes, each) !== undefined
    const id = wish === old ? old : isTaken(base) ? freshId(base, isTaken) : base
    if (id !== old) apply((experiment) => edits.renameNode(experiment, old, id), t`rename ${old} to ${id}`, { select: { selection: [id] } })
    const { port } = view.getState()
    if (port?.node === old) view.setState({ port: { ...port, node: id } })
    focus(id)
  }

  const comment = (id: string) => {
    if (!state().isReadOnly) view.setState({ commenting: id })
  }
  const commented = (id: string, text: string | null) => {
    view.setState({ commenting: null })
    focus(id)
    if (text !== null && text.trim() !== own(doc().nodes, id)?.comment) {
      apply((experiment) => edits.setComment(experiment, id, text.trim()), t`comment ${id}`)
    }
  }

  const addNote = (place?: Place) => {
    const name = freshId('note', (each) => own(doc().notes, each) !== undefined)
    const at = place ?? free(corner(), Object.values(placed(doc())))
    apply((experiment) => edits.putNote(experiment, name, { text: '', at, size: NOTE_SIZE }), t`add a note`, { select: { notes: [name] } })
  }
  const writeNote = (name: string, note: Note) => {
    apply((experiment) => edits.putNote(experiment, name, note), t`change a note`)
  }

  /** Frame what is chosen, and ask for a title. */
  const group = () => {
    const { selection } = state()
    if (!selection.length) return
    const before = new Set(Object.keys(doc().groups))
    apply((experiment) => edits.group(experiment, selection, t`Group`), t`group`)
    const title = Object.keys(doc().groups).find((each) => !before.has(each))
    if (title) view.setState({ renaming: { kind: 'group', id: title } })
  }
  const ungroup = () => {
    const { selection } = state()
    apply((experiment) => edits.ungroup(experiment, selection), t`ungroup`)
  }
  return { rename, renamed, comment, commented, addNote, writeNote, group, ungroup }
}
