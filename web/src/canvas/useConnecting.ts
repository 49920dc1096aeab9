/** Making an edge by dragging: what fits glows, what does not says why, and empty canvas offers what would fit. */
import { useLingui } from '@lingui/react/macro'
import type { Connection, Edge, FinalConnectionState, HandleType, OnConnectStartParams } from '@xyflow/react'
import { useMemo } from 'react'

import { findPort } from '../document/catalogue'
import { type PortPlace, refusal, sourcesOf, targetsOf } from '../document/graph'
import { toast } from '../ui/toasts'
import { useEditorActions } from './actions'
import { useHandle } from './context'
import { isNodeId, portOfHandle } from './flow'
import { type Begin, portKey } from './view'
import { refusalWords } from './words'

export function useConnecting() {
  const { t } = useLingui()
  const { store, view, catalogue } = useHandle()
  const actions = useEditorActions()
  return useMemo(() => {
    const portAt = (node: string | null, handle: string | null | undefined, type: HandleType): Begin | null => {
      const side = type === 'source' ? 'outputs' : 'inputs'
      const port = node && isNodeId(node) ? findPort(actions.moduleAt(node)?.[side] ?? [], portOfHandle(handle)) : undefined
      return node && port ? { node, port, side } : null
    }
    const ends = ({ source, sourceHandle, target, targetHandle }: Connection | Edge): [PortPlace, PortPlace] | null => {
      const from = portAt(source, sourceHandle, 'source')
      const to = portAt(target, targetHandle, 'target')
      return from && to ? [from, to] : null
    }

    return {
      onConnectStart: (_: unknown, { nodeId, handleId, handleType }: OnConnectStartParams) => {
        const begin = handleType && portAt(nodeId, handleId, handleType)
        if (!begin) return
        const { document } = store.getState()
        const isOutput = begin.side === 'outputs'
        const found = isOutput ? targetsOf(document, begin, catalogue) : sourcesOf(document, begin, catalogue)
        const fitting = new Set(found.map(({ node, port }) => portKey(node, isOutput ? 'inputs' : 'outputs', port.name)))
        fitting.add(portKey(begin.node, begin.side, begin.port.name))
        view.setState({ dragged: { begin, fitting } })
      },
      isValidConnection: (connection: Connection | Edge) => {
        const found = ends(connection)
        return found !== null && refusal(store.getState().document, ...found) === null
      },
      onConnect: (connection: Connection) => {
        const found = ends(connection)
        if (found) actions.connect(...found)
      },
      onConnectEnd: (event: MouseEvent | TouchEvent, { isValid, toHandle }: FinalConnectionState) => {
        const begin = view.getState().dragged?.begin
        view.setState({ dragged: null })
        if (!begin || isValid) return
        const screen = 'changedTouches' in event ? pointOf(event.changedTouches[0]) : pointOf(event)
        const over = document.elementFromPoint(screen.x, screen.y)
        const end = toHandle && portAt(toHandle.nodeId, toHandle.id, toHandle.type)
        if (end?.node === begin.node && end.port === begin.port) return
        if (end) {
          const [from, to] = begin.side === 'outputs' ? [begin, end] : [end, begin]
          const why = begin.side === end.side ? 'type' : refusal(store.getState().document, from, to)
          if (why) toast.info(refusalWords(t, why, from.port, to.port))
          return
        }
        const node = over?.closest('[data-node]')?.getAttribute('data-node')
        if (node && node !== begin.node) {
          if (!actions.connectToNode(begin, node)) toast.info(t`Nothing of ${node} fits ${begin.port.title}.`)
        } else if (over?.closest('[data-canvas]') && !node) {
          actions.openAdd({ screen, place: actions.placeAt(screen), from: begin })
        }
      },
    }
  }, [actions, catalogue, store, t, view])
}

const pointOf = (event: { clientX: number; clientY: number } | undefined) => ({ x: event?.clientX ?? 0, y: event?.clientY ?? 0 })
