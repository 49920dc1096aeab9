import '@xyflow/react/dist/base.css'

import { useLingui } from '@lingui/react/macro'
import { Background, BackgroundVariant, MiniMap, type NodeTypes, ReactFlow, ReactFlowProvider, SelectionMode } from '@xyflow/react'
import { type DragEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'

import { useTheme } from '../app/theme'
import { carriesFiles } from './arrivals'
import { EmptyCanvas } from './EmptyCanvas'
import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { ConnectionHint } from './ConnectionHint'
import { useDoc, useHandle, useView } from './context'
import { ITEM_TYPE, itemOfDrag } from './dragging'
import { type FlowNode, nameOf } from './flow'
import { GroupNode } from './GroupNode'
import { ModuleNode } from './ModuleNode'
import { NoteNode } from './NoteNode'
import { ServiceNode } from './ServiceNode'
import { useFileDrop } from './useFileDrop'
import { useFlow } from './useFlow'
import { useConnecting } from './useConnecting'
import { wireAt } from './wireAt'
import type { MenuTarget } from './view'
import { ZoomBar } from './ZoomBar'

const NODE_TYPES: NodeTypes = { module: ModuleNode, note: NoteNode, frame: GroupNode, service: ServiceNode }
const FIT = { padding: 0.15, maxZoom: 1 }
const GRID: [number, number] = [8, 8]
const NO_KEYS: string[] = []

/** The graph, drawn: nodes, wires, notes and frames. */
export function Canvas() {
  return (
    <ReactFlowProvider>
      <Flow />
    </ReactFlowProvider>
  )
}

function Flow() {
  const { t } = useLingui()
  const handle = useHandle()
  const actions = useEditorActions()
  const theme = useTheme((state) => state.resolved)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const isEmpty = useDoc((state) => !Object.keys(state.document.nodes).length && !Object.keys(state.document.notes).length)
  const isMapOpen = useView((view) => view.isMapOpen)
  const isSettling = useView((view) => view.isSettling)
  const box = useRef<HTMLDivElement>(null)
  const { nodes, edges, ...events } = useFlow()
  const connecting = useConnecting()

  const openMenu = useCallback(
    (event: { preventDefault: () => void; clientX: number; clientY: number }, target: MenuTarget) => {
      event.preventDefault()
      handle.view.setState({ menu: { x: event.clientX, y: event.clientY, target } })
    },
    [handle],
  )
  const aria = useMemo(() => ({ 'minimap.ariaLabel': t`Map of the canvas` }), [t])

  const { take, uploads } = useFileDrop()
  const [isOver, setOver] = useState(false)
  useSight()
  // Whoever comes from a page that is gone goes on here.
  useEffect(() => {
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true })
  }, [])

  const dragOver = (event: DragEvent) => {
    if (!isReadOnly && carriesFiles(event)) {
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      setOver(true)
      return
    }
    if (isReadOnly || !event.dataTransfer.types.includes(ITEM_TYPE)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
    handle.view.setState({ spliced: wireAt(event.clientX, event.clientY) })
  }
  const drop = (event: DragEvent) => {
    setOver(false)
    if (!isReadOnly && carriesFiles(event)) {
      event.preventDefault()
      take([...event.dataTransfer.files], actions.placeAt({ x: event.clientX, y: event.clientY }))
      return
    }
    const item = itemOfDrag(event)
    const wire = wireAt(event.clientX, event.clientY)
    handle.view.setState({ spliced: null })
    if (!item || isReadOnly) return
    event.preventDefault()
    const screen = { x: event.clientX, y: event.clientY }
    if (item.service) handle.view.setState({ serving: { kind: item.service, screen } })
    else actions.drop(item, actions.placeAt(screen), wire)
  }

  return (
    // The canvas takes what is dropped on it; the same can be done by keys.
    <div
      ref={box}
      className={styles.canvas}
      data-canvas
      data-over={isOver || undefined}
      data-settling={isSettling || undefined}
      role="application"
      tabIndex={-1}
      aria-label={t`Canvas`}
      onDragOver={dragOver}
      onDragLeave={() => {
        setOver(false)
        handle.view.setState({ spliced: null })
      }}
      onDrop={drop}
      onDoubleClick={(event) => {
        if (!(event.target instanceof Element) || !event.target.classList.contains('react-flow__pane')) return
        const screen = { x: event.clientX, y: event.clientY }
        actions.openAdd({ screen, place: actions.placeAt(screen), from: null })
      }}
    >
      <ReactFlow<FlowNode>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        colorMode={theme}
        {...events}
        {...connecting}
        onInit={handle.keepFlow}
        onPaneContextMenu={(event) => openMenu(event, { kind: 'canvas' })}
        onNodeContextMenu={(event, node) => {
          if (node.type === 'module') {
            if (!node.selected) actions.choose([node.id])
            openMenu(event, { kind: 'node', id: node.id })
          } else if (node.type === 'note') openMenu(event, { kind: 'note', id: nameOf(node.id) })
          else if (node.type === 'frame') openMenu(event, { kind: 'group', id: nameOf(node.id) })
          else openMenu(event, { kind: 'service', id: nameOf(node.id) })
        }}
        onEdgeContextMenu={(event, edge) => {
          handle.store.getState().select([], { wires: [edge.id] })
          openMenu(event, { kind: 'wire', id: edge.id })
        }}
        nodesDraggable={!isReadOnly}
        nodesConnectable={!isReadOnly}
        nodesFocusable={false}
        edgesFocusable={false}
        disableKeyboardA11y
        deleteKeyCode={NO_KEYS}
        multiSelectionKeyCode={['Shift', 'Meta', 'Control']}
        selectionKeyCode="Shift"
        selectionMode={SelectionMode.Partial}
        zoomOnDoubleClick={false}
        connectOnClick={false}
        connectionRadius={28}
        minZoom={0.1}
        maxZoom={2}
        fitView
        fitViewOptions={FIT}
        snapToGrid
        snapGrid={GRID}
        elevateNodesOnSelect
        ariaLabelConfig={aria}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.25} color="var(--line-2)" />
        {isMapOpen && !isEmpty && <MiniMap pannable zoomable className={styles.map ?? ''} nodeColor={mapColour} nodeBorderRadius={6} />}
        <ConnectionHint />
      </ReactFlow>
      {isEmpty && <EmptyCanvas onFiles={(files) => take(files, actions.middle().place)} />}
      {uploads}
      <ZoomBar />
    </div>
  )
}

/** What opens below the canvas may not cover the node that it tells of. */
function useSight() {
  const { view, store } = useHandle()
  const actions = useEditorActions()
  const isBottomOpen = useView((state) => state.isBottomOpen)
  useEffect(() => {
    if (!isBottomOpen) return
    const { bottom, port } = view.getState()
    const id = bottom === 'data' && port ? port.node : store.getState().selection.at(-1)
    const frame = requestAnimationFrame(() => id !== undefined && actions.keepInSight(id))
    return () => cancelAnimationFrame(frame)
  }, [isBottomOpen, actions, store, view])
}

const mapColour = (node: FlowNode) =>
  node.type === 'frame' ? 'transparent' : node.type === 'note' ? 'var(--warn-surface)' : node.selected ? 'var(--accent)' : 'var(--line-strong)'
