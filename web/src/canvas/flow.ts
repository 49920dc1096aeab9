/** What React Flow draws, made from the document; what did not change stays the same object, so that it is not drawn again. */
import type { Edge, Node, XYPosition } from '@xyflow/react'

import type { Catalogue, Module } from '../document/catalogue'
import { moduleOf, wires } from '../document/graph'
import { boxOf, NODE_HEIGHT, NODE_WIDTH } from '../document/layout'
import type { Selection } from '../document/store'
import { type Experiment, type ExperimentNode, type Named, type Note, parseSource, type Place } from '../document/types'

export type ModuleFlow = Node<{ node: ExperimentNode; module: Module | undefined }, 'module'>
export type NoteFlow = Node<{ note: Note }, 'note'>
export type GroupFlow = Node<{ members: readonly string[] }, 'frame'>
export type ServiceFlow = Node<{ kind: 'inputs' | 'outputs'; name: string }, 'service'>
export type FlowNode = ModuleFlow | NoteFlow | GroupFlow | ServiceFlow

export const noteId = (name: string) => `note/${name}`
export const groupId = (title: string) => `group/${title}`
export const serviceId = (kind: 'inputs' | 'outputs', name: string) => `service/${kind}/${name}`
/** What stands behind a prefix: the names may have slashes of their own. */
export const nameOf = (id: string) => id.slice(id.indexOf('/') + 1)
export const isNodeId = (id: string) => !id.includes('/')

export const inputHandle = (port: string) => `in:${port}`
export const outputHandle = (port: string) => `out:${port}`
export const portOfHandle = (handle: string | null | undefined) => handle?.slice(handle.indexOf(':') + 1) ?? ''

const FRAME = { side: 20, top: 44, bottom: 20 }
export const SERVICE_WIDTH = 180
export const SERVICE_HEIGHT = 36

const at = ([x, y]: Place): XYPosition => ({ x, y })
const samePlace = (one: XYPosition, other: XYPosition) => one.x === other.x && one.y === other.y

export function flowNodes(
  before: readonly FlowNode[],
  document: Experiment,
  places: Named<Place>,
  catalogue: Catalogue,
  selection: Selection,
): FlowNode[] {
  const had = new Map(before.map((node) => [node.id, node]))
  const chosen = new Set(selection.selection)
  const notes = new Set(selection.notes)
  const services = new Set(selection.services)
  const keep = <T extends FlowNode>(next: T, same: (old: T) => boolean): T => {
    const old = had.get(next.id) as T | undefined
    if (!old || old.type !== next.type) return next
    const isSame = samePlace(old.position, next.position) && (old.selected ?? false) === next.selected && same(old)
    return isSame ? old : { ...old, ...next, ...(old.measured ? { measured: old.measured } : {}) }
  }
  const modules = Object.entries(document.nodes).map(([id, node]): FlowNode => {
    const module = moduleOf(node, catalogue)
    const next: ModuleFlow = {
      id,
      type: 'module',
      position: at(places[id] ?? [0, 0]),
      data: { node, module },
      selected: chosen.has(id),
      width: NODE_WIDTH,
      height: NODE_HEIGHT,
    }
    return keep(next, (old) => old.data.node === node && old.data.module === module)
  })
  const written = Object.entries(document.notes).map(([name, note]): FlowNode => {
    const [width, height] = note.size
    const next: NoteFlow = { id: noteId(name), type: 'note', position: at(note.at), data: { note }, selected: notes.has(name), width, height, zIndex: -1 }
    return keep(next, (old) => old.data.note === note)
  })
  const frames = Object.entries(document.groups).map(([title, members]): FlowNode => {
    const next = frame(title, members, members.map((id) => places[id] ?? [0, 0]))
    return keep(next, (old) => old.data.members === members && old.width === next.width && old.height === next.height)
  })
  return [...frames, ...written, ...serviceNodes(document, places, services, keep), ...modules]
}

function frame(title: string, members: readonly string[], places: readonly Place[]): GroupFlow {
  const { x, y, width, height } = boxOf(places)
  return {
    id: groupId(title),
    type: 'frame',
    position: { x: x - FRAME.side, y: y - FRAME.top },
    width: width + 2 * FRAME.side,
    height: height + FRAME.top + FRAME.bottom,
    data: { members },
    selected: false,
    selectable: false,
    zIndex: -2,
    dragHandle: '.frame-head',
  }
}

/** Frames around their nodes as they are just now, while these are moved. */
export function reframed(nodes: readonly FlowNode[]): FlowNode[] {
  const positions = new Map(nodes.map((node) => [node.id, node.position]))
  return nodes.map((node) => {
    if (node.type !== 'frame') return node
    const places = node.data.members.map((id): Place => [positions.get(id)?.x ?? 0, positions.get(id)?.y ?? 0])
    const next = frame(nameOf(node.id), node.data.members, places)
    const isSame = samePlace(next.position, node.position) && next.width === node.width && next.height === node.height
    return isSame ? node : { ...node, position: next.position, width: next.width, height: next.height }
  })
}

function serviceNodes(
  document: Experiment,
  places: Named<Place>,
  chosen: ReadonlySet<string>,
  keep: (next: ServiceFlow, same: (old: ServiceFlow) => boolean) => ServiceFlow,
): FlowNode[] {
  const taken = new Map<string, number>()
  const make = (kind: 'inputs' | 'outputs', name: string, place: string | undefined) => {
    const { node } = parseSource(place ?? '')
    const [x, y] = places[node] ?? [0, 0]
    const slot = taken.get(`${kind} ${node}`) ?? 0
    taken.set(`${kind} ${node}`, slot + 1)
    // Beside the flow, so that no edge of the graph runs through it.
    const position = {
      x: x - (SERVICE_WIDTH + 24) * (slot + 1),
      y: kind === 'inputs' ? y - SERVICE_HEIGHT - 12 : y + NODE_HEIGHT + 12,
    }
    const next: ServiceFlow = {
      id: serviceId(kind, name),
      type: 'service',
      position,
      data: { kind, name },
      selected: chosen.has(`${kind}/${name}`),
      draggable: false,
      width: SERVICE_WIDTH,
      height: SERVICE_HEIGHT,
    }
    return keep(next, () => true)
  }
  return [
    ...Object.entries(document.service.inputs).map(([name, ports]) => make('inputs', name, ports[0])),
    ...Object.entries(document.service.outputs).map(([name, source]) => make('outputs', name, source)),
  ]
}

/** The colour that a type of port has, as a token. */
const COLOURS: Readonly<Record<string, string>> = {
  DataTable: 'table',
  GenericCsv: 'table',
  GenericTsv: 'table',
  Arff: 'table',
  SvmLight: 'table',
  Zip: 'zip',
  File: 'zip',
  UntrainedModel: 'model',
  TrainedModel: 'model',
  Transform: 'transform',
  Device: 'script',
  Dataset: 'table',
}
export const colourOf = (type: string | undefined) => `var(--port-${COLOURS[type ?? ''] ?? 'any'})`

export function flowEdges(before: readonly Edge[], document: Experiment, catalogue: Catalogue, chosen: readonly string[], spliced: string | null): Edge[] {
  const had = new Map(before.map((edge) => [edge.id, edge]))
  const own = wires(document, catalogue).map((wire): Edge => {
    const id = `${wire.to}.${wire.key}`
    const isWrong = !wire.output || !wire.input
    return {
      id,
      source: wire.from,
      target: wire.to,
      sourceHandle: wire.output ? outputHandle(wire.output.name) : null,
      targetHandle: wire.input ? inputHandle(wire.input.name) : null,
      selected: chosen.includes(id),
      className: isWrong ? 'wrong' : spliced === id ? 'spliced' : '',
      style: { stroke: colourOf(wire.output?.type) },
      interactionWidth: 20,
    }
  })
  return [...own, ...serviceEdges(document, catalogue)].map((next) => {
    const old = had.get(next.id)
    const isSame =
      old?.source === next.source && old.target === next.target && old.sourceHandle === next.sourceHandle &&
      old.targetHandle === next.targetHandle && (old.selected ?? false) === (next.selected ?? false) && old.className === next.className
    return old && isSame ? old : next
  })
}

function serviceEdges(document: Experiment, catalogue: Catalogue): Edge[] {
  const look = { className: 'service', selectable: false, style: { stroke: 'var(--accent)' } }
  const inputs = Object.entries(document.service.inputs).flatMap(([name, ports]) =>
    ports.map((place): Edge => {
      const { node, port } = parseSource(place)
      return { id: `${serviceId('inputs', name)} ${place}`, source: serviceId('inputs', name), target: node, targetHandle: inputHandle(port ?? ''), ...look }
    }),
  )
  const outputs = Object.entries(document.service.outputs).map(([name, source]): Edge => {
    const { node, port } = parseSource(source)
    const first = moduleOf(document.nodes[node], catalogue)?.outputs[0]?.name ?? ''
    return { id: serviceId('outputs', name), source: node, sourceHandle: outputHandle(port ?? first), target: serviceId('outputs', name), ...look }
  })
  return [...inputs, ...outputs]
}
