/** Choosing and looking: nothing of it changes the document but undo and redo. */
import { t } from '@lingui/core/macro'

import { fed, feeders, ordered } from '../../document/graph'
import { NODE_HEIGHT, NODE_WIDTH, placed } from '../../document/layout'
import type { Experiment, Named, Place } from '../../document/types'
import { intoSight } from '../sight'
import { announce, type Basis } from './basis'
import { SETTLED } from './placing'

/** Pixels between a node and the edge of the canvas: the ports stand out of it. */
const MARGIN = 32
/** What stands over the lower edge: the buttons to zoom by. */
const BELOW = 40

export type Direction = 'up' | 'down' | 'left' | 'right'

export function walking({ view, flow, state, doc, moduleAt, elementOf, focus }: Basis) {
  const choose = (ids: readonly string[]) => {
    state().select(ids)
  }
  const chooseAll = () => {
    state().select(Object.keys(doc().nodes), { notes: Object.keys(doc().notes) })
  }
  /** Choose a node and bring it into sight. */
  const show = (id: string, takesFocus = true) => {
    state().select([id])
    const place = placed(doc())[id]
    const zoom = Math.max(flow.current?.getZoom() ?? 1, 0.6)
    if (place) void flow.current?.setCenter(place[0] + NODE_WIDTH / 2, place[1] + NODE_HEIGHT / 2, { zoom, duration: SETTLED })
    if (takesFocus) focus(id)
  }
  /** Move the canvas so that a node is seen, as little as can be. */
  const keepInSight = (id: string) => {
    const [part, room] = [elementOf(id), document.querySelector('[data-canvas]')].map((each) => each?.getBoundingClientRect())
    const at = flow.current?.getViewport()
    if (!part || !room || !at) return
    const { x, y } = intoSight(part, { left: room.left, right: room.right, top: room.top, bottom: room.bottom - BELOW }, MARGIN)
    if (x || y) void flow.current?.setViewport({ ...at, x: at.x + x, y: at.y + y }, { duration: SETTLED })
  }
  const walk = (direction: Direction) => {
    const { selection } = state()
    const id = selection.at(-1) ?? ordered(doc())[0]
    if (id === undefined) return
    const next = selection.length ? nextOf(doc(), placed(doc()), id, direction) : id
    if (next) show(next)
  }
  const preview = (node: string, port?: string) => {
    const name = port ?? moduleAt(node)?.outputs[0]?.name
    if (name) view.setState({ port: { node, port: name }, bottom: 'data', isBottomOpen: true })
  }
  const undo = () => {
    const label = state().undo()
    if (label) announce(t`Undone: ${label}`)
  }
  const redo = () => {
    const label = state().redo()
    if (label) announce(t`Done again: ${label}`)
  }
  return { choose, chooseAll, show, keepInSight, walk, preview, undo, redo }
}

/** The nearest node in a direction: up and down go along edges where there are any; else to what stands there. */
export function nextOf(experiment: Experiment, places: Named<Place>, id: string, direction: Direction): string | undefined {
  const [x, y] = places[id] ?? [0, 0]
  const nearest = (ids: readonly string[], far: (place: Place) => number) =>
    ids.toSorted((one, other) => far(places[one] ?? [0, 0]) - far(places[other] ?? [0, 0]))[0]
  if (direction === 'up' || direction === 'down') {
    const joined = (direction === 'up' ? feeders(experiment) : fed(experiment)).get(id) ?? []
    if (joined.length) return nearest(joined, (place) => Math.hypot(place[0] - x, place[1] - y))
    const way = direction === 'up' ? -1 : 1
    const there = Object.keys(experiment.nodes).filter((each) => each !== id && way * ((places[each]?.[1] ?? 0) - y) > 0)
    return nearest(there, (place) => Math.abs(place[1] - y) + 4 * Math.abs(place[0] - x))
  }
  const sign = direction === 'left' ? -1 : 1
  const beside = Object.keys(experiment.nodes).filter((each) => each !== id && sign * ((places[each]?.[0] ?? 0) - x) > 0)
  // What stands on the same height counts as nearer.
  return nearest(beside, (place) => Math.abs(place[0] - x) + 4 * Math.abs(place[1] - y))
}
