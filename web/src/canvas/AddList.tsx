import { Trans, useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'

import { below, NODE_WIDTH } from '../document/layout'
import { fitting, searched } from '../palette/items'
import { categoryWords } from '../words/words'
import { Keys } from '../ui/Keys'
import { useEditorActions } from './actions'
import { CategoryIcon } from './CategoryIcon'
import { useHandle, useView } from './context'
import { type Pick, PickList } from './PickList'
import { PortShape } from './PortShape'
import { useItems } from './useItems'
import type { AddRequest } from './view'

const MOST = 200

/** What can be added here: all, or what fits the port that an edge was dragged from. */
export function AddList() {
  const request = useView((view) => view.adding)
  return request && <List request={request} />
}

function List({ request }: { request: AddRequest }) {
  const { t } = useLingui()
  const { view, catalogue, store } = useHandle()
  const actions = useEditorActions()
  const items = useItems()
  const { from, place, screen } = request
  const origin = from ? (actions.moduleAt(from.node)?.name ?? '') : ''
  const picksFor = useCallback(
    (text: string): Pick[] => {
      const found = fitting(searched(items, text), from, origin, catalogue)
      return found.slice(0, MOST).map(({ item, port, count }) => ({
        id: item.key,
        title: item.title,
        detail: port && from ? `${categoryWords(item.category)} · ${port.title}` : categoryWords(item.category),
        icon: port ? <PortShape type={port.type} /> : <CategoryIcon category={item.category} />,
        ...(from && !text ? { section: count > 0 ? t`Often next` : t`Fits, too` } : {}),
      }))
    },
    [items, from, origin, catalogue, t],
  )
  const close = () => view.setState({ adding: null })
  const pick = (key: string, goesOn: boolean) => {
    const item = items.find((each) => each.key === key)
    if (!item) return
    const id = actions.add(item, place, from)
    if (!goesOn) {
      close()
      actions.focus(id)
      return
    }
    const port = actions.moduleAt(id)?.outputs[0]
    const [x, y] = below(store.getState().document, id)
    view.setState({ adding: { screen, place: [x + NODE_WIDTH / 2, y], from: port ? { node: id, port, side: 'outputs' } : null } })
  }
  const what = from ? (from.side === 'outputs' ? t`What takes ${from.port.title}` : t`What gives ${from.port.title}`) : t`Add to the canvas`
  return (
    <PickList
      key={`${from?.node ?? ''} ${place.join()}`}
      label={what}
      placeholder={t`Search…`}
      at={screen}
      picksFor={picksFor}
      empty={t`Nothing of that name fits here.`}
      onPick={pick}
      onClose={close}
      foot={
        <>
          <Keys keys="Mod+Enter" /> <Trans>adds and goes on</Trans>
        </>
      }
    />
  )
}
