import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'

import { findPort } from '../document/catalogue'
import { isConnected, moduleOf, targetsOf, wires } from '../document/graph'
import { own } from '../document/types'
import { toast } from '../ui/toasts'
import { useEditorActions } from './actions'
import { useDoc, useHandle, useView } from './context'
import { titleOf } from './ModuleNode'
import { type Pick, PickList } from './PickList'
import { PortShape } from './PortShape'

/** Wires by the keyboard: the ports that a node's outputs fit, or the wires that it has. */
export function ConnectList() {
  const request = useView((view) => view.connecting)
  return request && (request.remove ? <Disconnect node={request.node} /> : <Connect node={request.node} />)
}

function useAt(node: string) {
  const box = document.querySelector(`[data-node="${CSS.escape(node)}"]`)?.getBoundingClientRect()
  return box ? { x: box.x + box.width / 2, y: box.bottom + 8 } : { x: 400, y: 300 }
}

function Connect({ node }: { node: string }) {
  const { t } = useLingui()
  const { view, catalogue } = useHandle()
  const actions = useEditorActions()
  const document = useDoc((state) => state.document)
  const at = useAt(node)
  const outputs = moduleOf(own(document.nodes, node), catalogue)?.outputs ?? []
  const options = outputs.flatMap((port) =>
    targetsOf(document, { node, port }, catalogue).map((to) => ({ from: { node, port }, to, id: `${port.name} ${to.node}.${to.port.name}` })),
  )
  const title = (id: string) => {
    const found = own(document.nodes, id)
    return found ? titleOf(found, moduleOf(found, catalogue)) : id
  }
  const picksFor = useCallback(
    (text: string): Pick[] =>
      options
        .map(({ id, from, to }) => ({
          id,
          title: `${title(to.node)}: ${to.port.title}`,
          detail: isConnected(document, to) ? t`${to.node}; takes the place of the wire that is there` : to.node,
          icon: <PortShape type={to.port.type} isFilled={false} />,
          ...(outputs.length > 1 ? { section: t`From ${from.port.title}` } : {}),
        }))
        .filter((pick) => `${pick.title} ${pick.detail}`.toLowerCase().includes(text.toLowerCase())),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- they follow from the document
    [document, node],
  )
  const close = () => view.setState({ connecting: null })
  return (
    <PickList
      label={t`Connect ${title(node)} to`}
      placeholder={t`Connect ${title(node)} to…`}
      at={at}
      picksFor={picksFor}
      empty={outputs.length ? t`No port on the canvas fits.` : t`It has no outputs.`}
      onPick={(id) => {
        const found = options.find((each) => each.id === id)
        close()
        if (found) actions.connect(found.from, found.to)
      }}
      onClose={close}
    />
  )
}

function Disconnect({ node }: { node: string }) {
  const { t } = useLingui()
  const { view, catalogue } = useHandle()
  const actions = useEditorActions()
  const document = useDoc((state) => state.document)
  const at = useAt(node)
  const found = wires(document, catalogue).filter((wire) => wire.from === node || wire.to === node)
  const picksFor = useCallback(
    (text: string): Pick[] =>
      found
        .map((wire) => ({
          id: `${wire.to}.${wire.key}`,
          title: `${wire.from} → ${wire.to}`,
          detail: wire.input?.title ?? findPort([], wire.key)?.title ?? wire.key,
        }))
        .filter((pick) => `${pick.title} ${pick.detail}`.toLowerCase().includes(text.toLowerCase())),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- they follow from the document
    [document, node],
  )
  const close = () => view.setState({ connecting: null })
  return (
    <PickList
      label={t`Disconnect`}
      placeholder={t`Disconnect…`}
      at={at}
      picksFor={picksFor}
      empty={t`It has no wires.`}
      onPick={(id) => {
        close()
        const dot = id.indexOf('.')
        actions.disconnect(id.slice(0, dot), id.slice(dot + 1))
        toast.info(t`Disconnected.`, { undo: () => actions.undo() })
      }}
      onClose={close}
    />
  )
}
