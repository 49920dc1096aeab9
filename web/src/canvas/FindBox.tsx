import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronDown, ChevronUp, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'

import { moduleOf } from '../document/graph'
import type { Catalogue } from '../document/catalogue'
import type { Experiment } from '../document/types'
import { IconButton } from '../ui/Button'
import { SearchField } from '../ui/TextField'
import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import { useDoc, useHandle, useView } from './context'
import { titleOf } from './ModuleNode'

/** Finds nodes by title, id, comment and what stands in their parameters. */
export function FindBox() {
  return useView((view) => view.isFinding) ? <Box /> : null
}

function Box() {
  const { t } = useLingui()
  const { view, catalogue } = useHandle()
  const actions = useEditorActions()
  const document = useDoc((state) => state.document)
  const [text, setText] = useState('')
  const [place, setPlace] = useState(0)
  const field = useRef<HTMLInputElement>(null)
  const found = useMemo(() => (text.trim() ? matches(document, catalogue, text) : []), [document, catalogue, text])
  useEffect(() => field.current?.focus(), [])
  const go = (to: number) => {
    if (!found.length) return
    const next = (to + found.length) % found.length
    setPlace(next)
    const id = found[next]
    if (id === undefined) return
    actions.show(id, false)
  }
  const close = () => {
    view.setState({ isFinding: false })
    if (found[place] !== undefined && text) actions.show(found[place])
  }
  const count = found.length
  const at = Math.min(place + 1, count)
  return (
    <search className={styles.find}>
      <SearchField
        label={t`Find on the canvas`}
        size="small"
        value={text}
        onChange={(value) => {
          setText(value)
          setPlace(-1)
        }}
        inputRef={field}
        onKeyDown={(event) => {
          if (event.key === 'Enter') {
            event.preventDefault()
            go(place + (event.shiftKey ? -1 : 1))
          } else if (event.key === 'Escape') {
            event.preventDefault()
            close()
          }
        }}
      />
      <span className={styles.count} role="status">
        {text.trim() ? count ? <Trans>{at} of {count}</Trans> : <Trans>None</Trans> : null}
      </span>
      <IconButton size="small" label={t`The one before`} keys="Shift+Enter" icon={<ChevronUp />} onPress={() => go(place - 1)} />
      <IconButton size="small" label={t`The next one`} keys="Enter" icon={<ChevronDown />} onPress={() => go(place + 1)} />
      <IconButton size="small" label={t`Close`} keys="Escape" icon={<X />} onPress={close} />
    </search>
  )
}

/** Nodes that have all the words somewhere, those with them in title or id first. */
export function matches(document: Experiment, catalogue: Catalogue, text: string): string[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = Object.entries(document.nodes).flatMap(([id, node]) => {
    const name = `${titleOf(node, moduleOf(node, catalogue))} ${id}`.toLowerCase()
    const all = `${name} ${node.module} ${node.comment} ${JSON.stringify(node.parameters)}`.toLowerCase()
    if (!words.every((word) => all.includes(word))) return []
    return [{ id, isName: words.every((word) => name.includes(word)) }]
  })
  return found.sort((one, other) => Number(other.isName) - Number(one.isName)).map(({ id }) => id)
}
