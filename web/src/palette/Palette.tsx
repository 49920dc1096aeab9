import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { useMemo, useRef, useState } from 'react'

import { useEditorActions, announce } from '../canvas/actions'
import { useHandle } from '../canvas/context'
import { useItems } from '../canvas/useItems'
import { EmptyState } from '../ui/EmptyState'
import { SearchField } from '../ui/TextField'
import { folders, type Item, searched, SERVICE_CATEGORY } from './items'
import styles from './Palette.module.css'
import { PaletteTree } from './PaletteTree'

/** What can be put on the canvas: by dragging, by a double click, or by Enter. */
export function Palette() {
  const { t } = useLingui()
  const { view } = useHandle()
  const actions = useEditorActions()
  const items = useItems()
  const [text, setText] = useState('')
  const tree = useRef<HTMLDivElement>(null)
  const all = useMemo(() => [...items, ...blocks.map((each) => ({ ...each, title: t(each.title), detail: t(each.detail) }))], [items, t])
  const found = useMemo(() => searched(all, text), [all, text])
  const shown = useMemo(() => folders(found), [found])
  const add = (item: Item) => {
    const { screen } = actions.middle()
    if (item.service) { view.setState({ serving: { kind: item.service, screen } }); return; }
    const id = actions.addNext(item)
    announce(t`${item.title} added as ${id}`)
  }
  return (
    <section className={styles.palette} aria-label={t`Palette`}>
      <div className={styles.search}>
        <SearchField
          label={t`Search modules and data`}
          size="small"
          value={text}
          onChange={setText}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown') {
              event.preventDefault()
              tree.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus()
            } else if (event.key === 'Enter' && text && found[0]) add(found[0])
          }}
        />
      </div>
      {found.length ? (
        <PaletteTree ref={tree} folders={shown} isSearch={text.trim() !== ''} onAdd={add} />
      ) : (
        <EmptyState title={t`Nothing of that name`}>
          <Trans>Try a shorter word: modules are found by title, category and what they do.</Trans>
        </EmptyState>
      )}
    </section>
  )
}

const common = { category: SERVICE_CATEGORY, module: '', parameters: {} }
const blocks = [
  { key: 'service:inputs', title: msg`Web service input`, detail: msg`Where a call gives its rows`, service: 'inputs' as const, ...common },
  { key: 'service:outputs', title: msg`Web service output`, detail: msg`What a call is answered with`, service: 'outputs' as const, ...common },
]
