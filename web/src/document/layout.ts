/** Places of nodes: tidied on request, found for those that have none, aligned. */
import { graphlib, layout as lay } from '@dagrejs/dagre'

import { feeders, ordered } from './graph'
import { type Experiment, own, type Place } from './types'

export const NODE_WIDTH = 220
export const NODE_HEIGHT = 56
const ACROSS = 40
const DOWN = 48

type Places = Readonly<Record<string, Place>>

/** Places by the flow, downwards, of all nodes or of some; some stay where they are as a whole. */
export function tidied(experiment: Experiment, ids: readonly string[] = Object.keys(experiment.nodes)): Places {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'TB', nodesep: ACROSS, ranksep: DOWN, ranker: 'network-simplex' })
  graph.setDefaultEdgeLabel(() => ({}))
  const chosen = new Set(ids)
  for (const id of ordered(experiment)) if (chosen.has(id)) graph.setNode(id, { width: NODE_WIDTH, height: NODE_HEIGHT })
  for (const [id, sources] of feeders(experiment)) {
    for (const from of sources) if (chosen.has(id) && chosen.has(from)) graph.setEdge(from, id)
  }
  lay(graph)
  const found: Record<string, Place> = {}
  for (const id of graph.nodes()) {
    const { x = 0, y = 0 } = graph.node(id) as { x?: number; y?: number }
    found[id] = [Math.round(x - NODE_WIDTH / 2), Math.round(y - NODE_HEIGHT / 2)]
  }
  return shifted(found, cornerOf(present(ids, experiment.layout)))
}

/** The places of all nodes: their own, or else below what feeds them, where nothing stands. */
export function placed(experiment: Experiment): Places {
  const all = Object.keys(experiment.nodes)
  if (all.every((id) => own(experiment.layout, id))) return experiment.layout
  if (!all.some((id) => own(experiment.layout, id))) return tidied(experiment)
  const found: Record<string, Place> = { ...experiment.layout }
  const sources = feeders(experiment)
  for (const id of ordered(experiment)) {
    if (own(found, id)) continue
    const above = present(sources.get(id) ?? [], found)
    const lowest = Math.max(...above.map((place) => place[1]), -Infinity)
    const start: Place = above[0] ? [above[0][0], lowest + NODE_HEIGHT + DOWN] : (cornerOf(Object.values(found)) ?? [0, 0])
    found[id] = free(start, Object.values(found))
  }
  return found
}

/** The nearest place to the right where no node stands. */
export function free(start: Place, taken: readonly Place[]): Place {
  const hits = ([x, y]: Place) =>
    taken.some((each) => Math.abs(each[0] - x) < NODE_WIDTH && Math.abs(each[1] - y) < NODE_HEIGHT)
  let place = start
  while (hits(place)) place = [place[0] + NODE_WIDTH + ACROSS, place[1]]
  return place
}

/** A free place below a node, for what follows it. */
export function below(experiment: Experiment, id: string): Place {
  const places = placed(experiment)
  const [x, y] = places[id] ?? [0, 0]
  return free([x, y + NODE_HEIGHT + DOWN], Object.values(places))
}

/** The box around places, with the nodes that stand there. */
export function boxOf(places: readonly Place[]): { x: number; y: number; width: number; height: number } {
  const [x, y] = cornerOf(places) ?? [0, 0]
  const right = Math.max(...places.map((place) => place[0] + NODE_WIDTH), x)
  const bottom = Math.max(...places.map((place) => place[1] + NODE_HEIGHT), y)
  return { x, y, width: right - x, height: bottom - y }
}

function present(ids: readonly string[], places: Places): Place[] {
  return ids.map((id) => own(places, id)).filter((place) => place !== undefined)
}

function cornerOf(places: readonly Place[]): Place | null {
  if (!places.length) return null
  return [Math.min(...places.map((place) => place[0])), Math.min(...places.map((place) => place[1]))]
}

function shifted(places: Places, corner: Place | null): Places {
  const from = cornerOf(Object.values(places))
  if (!corner || !from) return places
  const [dx, dy] = [corner[0] - from[0], corner[1] - from[1]]
  return Object.fromEntries(Object.entries(places).map(([id, [x, y]]) => [id, [x + dx, y + dy]]))
}
