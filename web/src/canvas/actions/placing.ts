/** Places of nodes and notes. */
import { t } from '@lingui/core/macro'

import { moveNodes, putNote } from '../../document/edits'
import { placed, tidied } from '../../document/layout'
import { type Experiment, type Named, own, type Place } from '../../document/types'
import type { Basis } from './basis'

const STEP = 16 // pixels that an arrow key moves a node
export const SETTLED = 300 // ms that nodes take to their new places

export function placing({ view, flow, state, doc, apply }: Basis) {
  /** One step with a splice of the same node that follows. */
  const move = (places: Named<Place>, notes: Named<Place> = {}) => {
    const [only, ...more] = Object.keys(places)
    const merge = only !== undefined && !more.length ? { merge: `splice ${only}` } : {}
    apply((experiment) => withNotes(moveNodes(experiment, places), notes), t`move`, merge)
  }

  const nudge = (dx: number, dy: number) => {
    const { selection, notes } = state()
    if (!selection.length && !notes.length) return
    const shifted = ([x, y]: Place): Place => [x + dx * STEP, y + dy * STEP]
    const edit = (experiment: Experiment) => {
      const places = placed(experiment)
      const nodes = selection.map((id): [string, Place] => [id, shifted(places[id] ?? [0, 0])])
      const written = notes.map((name): [string, Place] => [name, shifted(own(experiment.notes, name)?.at ?? [0, 0])])
      return withNotes(moveNodes(experiment, Object.fromEntries(nodes)), Object.fromEntries(written))
    }
    apply(edit, t`move`, { merge: `nudge ${selection.join()} ${notes.join()}` })
  }

  /** By the flow: what is chosen where that is several, else all. */
  const tidy = () => {
    const { selection } = state()
    const ids = selection.length > 1 ? selection : Object.keys(doc().nodes)
    view.setState({ isSettling: true })
    apply((experiment) => moveNodes(experiment, tidied(experiment, ids)), t`tidy the layout`)
    setTimeout(() => {
      view.setState({ isSettling: false })
      if (selection.length < 2) void flow.current?.fitView({ padding: 0.15, maxZoom: 1, duration: SETTLED })
    }, SETTLED)
  }
  return { move, nudge, tidy }
}

function withNotes(experiment: Experiment, places: Named<Place>): Experiment {
  return Object.entries(places).reduce((edited, [name, at]) => {
    const note = own(edited.notes, name)
    return note ? putNote(edited, name, { ...note, at }) : edited
  }, experiment)
}
