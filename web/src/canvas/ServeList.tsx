import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'

import { isTable } from '../document/catalogue'
import { setServiceInput, setServiceOutput } from '../document/edits'
import { allPorts } from '../document/graph'
import { freshId } from '../document/ids'
import { own } from '../document/types'
import { useDoc, useHandle, useView } from './context'
import { type Pick, PickList } from './PickList'
import { PortShape } from './PortShape'
import type { Side } from './view'

/** Which port a new block of a web service belongs to. */
export function ServeList() {
  const request = useView((view) => view.serving)
  return request && <List kind={request.kind} screen={request.screen} />
}

function List({ kind, screen }: { kind: Side; screen: { x: number; y: number } }) {
  const { t } = useLingui()
  const { view, store, catalogue } = useHandle()
  const document = useDoc((state) => state.document)
  const isInput = kind === 'inputs'
  const picksFor = useCallback(
    (text: string): Pick[] => {
      const ports = allPorts(document, catalogue, kind).filter(({ port }) => !isInput || isTable(port.type))
      return ports
        .map(({ node, port }) => ({ id: `${node}.${port.name}`, title: `${node}: ${port.title}`, icon: <PortShape type={port.type} /> }))
        .filter((pick) => pick.title.toLowerCase().includes(text.toLowerCase()))
    },
    [document, catalogue, kind, isInput],
  )
  const close = () => view.setState({ serving: null })
  const pick = (place: string) => {
    const had = store.getState().document.service[kind]
    const base = isInput ? 'input1' : 'output1'
    const name = freshId(base, (each) => own<unknown>(had, each) !== undefined)
    close()
    store.getState().apply(
      (edited) => (isInput ? setServiceInput(edited, name, [place]) : setServiceOutput(edited, name, place)),
      isInput ? t`add a web service input` : t`add a web service output`,
      { select: { services: [`${kind}/${name}`] } },
    )
  }
  return (
    <PickList
      label={isInput ? t`The port that callers feed` : t`The port that callers read`}
      placeholder={isInput ? t`Which port do callers feed?` : t`Which port do callers read?`}
      at={screen}
      picksFor={picksFor}
      empty={t`There is no such port on the canvas yet.`}
      onPick={pick}
      onClose={close}
    />
  )
}
