/** Nodes and edges for React Flow: the document's, and between two edits what the mouse has made of them. */
import { applyNodeChanges, type Edge, type EdgeChange, type NodeChange } from '@xyflow/react'
import { type MouseEvent as ReactMouseEvent, useCallback, useMemo, useRef, useState } from 'react'

import { placed } from '../document/layout'
import type { Place } from '../document/types'
import { useEditorActions } from './actions'
import { useDoc, useHandle, useView } from './context'
import { flowEdges, flowNodes, type FlowNode, isNodeId, nameOf, reframed } from './flow'
import { wireBelow } from './wireAt'

export function useFlow() {
  const { store, view, catalogue } = useHandle()
  const actions = useEditorActions()
  const document = useDoc((state) => state.document)
  const selection = useDoc((state) => state.selection)
  const wires = useDoc((state) => state.wires)
  const notes = useDoc((state) => state.notes)
  const services = useDoc((state) => state.services)
  const spliced = useView((each) => each.spliced)
  const places = useMemo(() => placed(document), [document])

  // What the mouse has changed since the document did; measured sizes live on in it.
  const [moved, setMoved] = useState<{ of: object; nodes: FlowNode[] }>({ of: {}, nodes: [] })
  const chosen = useMemo(() => ({ selection, wires, notes, services }), [selection, wires, notes, services])
  const fresh = useMemo(() => ({ document, chosen }), [document, chosen])
  let nodes = moved.nodes
  if (moved.of !== fresh) {
    nodes = flowNodes(moved.nodes, document, places, catalogue, chosen)
    setMoved({ of: fresh, nodes })
  }

  const [edges, setEdges] = useState<{ of: object; edges: Edge[] }>({ of: {}, edges: [] })
  const wired = useMemo(() => ({ document, wires, spliced }), [document, wires, spliced])
  if (edges.of !== wired) setEdges({ of: wired, edges: flowEdges(edges.edges, document, catalogue, wires, spliced) })

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const selects = changes.filter((change) => change.type === 'select')
      const rest = changes.filter((change) => change.type !== 'select' && change.type !== 'remove')
      if (rest.length) setMoved((had) => ({ ...had, nodes: changed(had.nodes, rest) }))
      if (selects.length) {
        const { selection: nodesNow, notes: notesNow, services: servicesNow, wires: wiresNow } = store.getState()
        const pick = (now: readonly string[], is: (id: string) => boolean, name: (id: string) => string) => {
          const off = new Set(selects.filter((each) => !each.selected && is(each.id)).map((each) => name(each.id)))
          const on = selects.filter((each) => each.selected && is(each.id)).map((each) => name(each.id))
          return [...now.filter((each) => !off.has(each) && !on.includes(each)), ...on]
        }
        store.getState().select(pick(nodesNow, isNodeId, (id) => id), {
          wires: wiresNow,
          notes: pick(notesNow, (id) => id.startsWith('note/'), nameOf),
          services: pick(servicesNow, (id) => id.startsWith('service/'), nameOf),
        })
      }
    },
    [store],
  )

  const onEdgesChange = useCallback(
    (changes: EdgeChange[]) => {
      const selects = changes.filter((change) => change.type === 'select')
      if (!selects.length) return
      const { selection: nodesNow, notes: notesNow, services: servicesNow, wires: now } = store.getState()
      const off = new Set(selects.filter((each) => !each.selected).map((each) => each.id))
      const on = selects.filter((each) => each.selected).map((each) => each.id)
      const next = [...now.filter((id) => !off.has(id) && !on.includes(id)), ...on]
      store.getState().select(nodesNow, { wires: next, notes: notesNow, services: servicesNow })
    },
    [store],
  )

  // Looking for the wire below is dear: once a frame, and only for a node that may be put on one.
  const look = useCallback(
    (node: FlowNode, all: readonly FlowNode[]) => {
      const element = all.length === 1 && node.type === 'module' && actions.isSpliceable(node.id) ? elementOf(node.id) : null
      const wire = element && wireBelow(element)
      const next = wire && actions.spliceOf(node.id, wire) ? wire : null
      if (view.getState().spliced !== next) view.setState({ spliced: next })
      return next
    },
    [actions, view],
  )
  const frame = useRef(0)
  const onNodeDrag = useCallback(
    (_: unknown, node: FlowNode, all: FlowNode[]) => {
      cancelAnimationFrame(frame.current)
      frame.current = requestAnimationFrame(() => look(node, all))
    },
    [look],
  )

  const origins = useRef(new Map<string, Place>())
  const onNodeDragStart = useCallback((_: unknown, __: FlowNode, all: FlowNode[]) => {
    origins.current = new Map(all.map(({ id, position }) => [id, [position.x, position.y]]))
  }, [])

  const onNodeDragStop = useCallback(
    (_: ReactMouseEvent | TouchEvent | MouseEvent, node: FlowNode, all: FlowNode[]) => {
      cancelAnimationFrame(frame.current)
      const wire = look(node, all)
      view.setState({ spliced: null })
      const isMoved = all.some(({ id, position }) => {
        const from = origins.current.get(id)
        return from?.[0] !== position.x || from[1] !== position.y
      })
      if (!isMoved) return
      const frames = all.filter((each) => each.type === 'frame')
      const members = new Set(frames.flatMap((each) => each.data.members))
      const current = moved.nodes
      const at = (each: FlowNode): [string, Place] => [each.id, [each.position.x, each.position.y]]
      const places = [...all.filter((each) => each.type === 'module'), ...current.filter((each) => members.has(each.id))].map(at)
      const notesMoved = all.filter((each) => each.type === 'note').map((each): [string, Place] => [nameOf(each.id), at(each)[1]])
      actions.move(Object.fromEntries(places), Object.fromEntries(notesMoved))
      if (wire) actions.spliceIn(node.id, wire)
    },
    [actions, look, moved.nodes, view],
  )

  return { nodes, edges: edges.edges, onNodesChange, onEdgesChange, onNodeDrag, onNodeDragStart, onNodeDragStop }
}

const elementOf = (id: string) => document.querySelector(`[data-node="${CSS.escape(id)}"]`)

/** Changes applied; who moves a frame moves its nodes, and who moves nodes their frames. */
function changed(nodes: FlowNode[], changes: NodeChange<FlowNode>[]): FlowNode[] {
  const before = new Map(nodes.map((node) => [node.id, node]))
  const more: NodeChange<FlowNode>[] = []
  for (const change of changes) {
    const frame = change.type === 'position' ? before.get(change.id) : undefined
    if (change.type !== 'position' || frame?.type !== 'frame' || !change.position) continue
    const [dx, dy] = [change.position.x - frame.position.x, change.position.y - frame.position.y]
    for (const id of frame.data.members) {
      const { x, y } = before.get(id)?.position ?? { x: 0, y: 0 }
      more.push({ id, type: 'position', position: { x: x + dx, y: y + dy } })
    }
  }
  const applied = applyNodeChanges([...changes, ...more], nodes)
  return changes.some((change) => change.type === 'position') ? reframed(applied) : applied
}
