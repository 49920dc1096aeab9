import { Trans, useLingui } from '@lingui/react/macro'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'

import { Button } from '../ui/Button'
import { Checkbox } from '../ui/Choice'
import { SearchField } from '../ui/TextField'
import type { KnownColumn } from './columns'
import styles from './Properties.module.css'

interface ColumnNamesProps {
  names: readonly string[]
  known: readonly KnownColumn[] | null
  onChange: (names: readonly string[]) => void
}

/** A list to tick. Names that are not known can be written: they may come with the next table. */
export function ColumnNames({ names, known, onChange }: ColumnNamesProps) {
  const { t } = useLingui()
  const [text, setText] = useState('')
  // All that were chosen at some time: ticking one off must not take it from the list.
  const [seen, setSeen] = useState(names)
  if (names.some((name) => !seen.includes(name))) setSeen([...new Set([...seen, ...names])])
  const listed = useMemo(() => {
    const told = known ?? []
    const more = seen.filter((name) => !told.some((each) => each.name === name))
    return [...told, ...more.map((name) => ({ name, type: known ? t`not in what comes in` : '' }))]
  }, [known, seen, t])
  const shown = listed.filter((each) => each.name.toLowerCase().includes(text.toLowerCase()))
  const isNew = text.trim() !== '' && !listed.some((each) => each.name === text.trim())
  const toggle = (name: string, isOn: boolean) => onChange(isOn ? [...names, name] : names.filter((each) => each !== name))
  const add = () => {
    if (!isNew) return
    onChange([...names, text.trim()])
    setText('')
  }
  const isAll = shown.length > 0 && shown.every((each) => names.includes(each.name))
  return (
    <>
      <div className={styles.find}>
        <SearchField
          label={t`Find a column, or write a name`}
          size="small"
          value={text}
          onChange={setText}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            const [only, ...more] = shown
            if (isNew) add()
            else if (only && !more.length) toggle(only.name, !names.includes(only.name))
          }}
        />
        <Button size="small" icon={<Plus />} isDisabled={!isNew} onPress={add}>
          <Trans>Add</Trans>
        </Button>
      </div>
      {shown.length > 1 && (
        <Checkbox
          isSelected={isAll}
          isIndeterminate={!isAll && shown.some((each) => names.includes(each.name))}
          onChange={(isOn) => {
            const these = shown.map((each) => each.name)
            onChange(isOn ? [...new Set([...names, ...these])] : names.filter((name) => !these.includes(name)))
          }}
        >
          <Trans>All that are listed</Trans>
        </Checkbox>
      )}
      <div className={styles.nameList} role="group" aria-label={t`Columns`}>
        {shown.map(({ name, type }) => (
          <Checkbox key={name} isSelected={names.includes(name)} onChange={(isOn) => toggle(name, isOn)} description={type}>
            {name}
          </Checkbox>
        ))}
        {!shown.length && (
          <p className={styles.hint}>{known ? <Trans>No column of that name comes in.</Trans> : <Trans>The columns are known once what feeds this port has run. Write their names above until then.</Trans>}</p>
        )}
      </div>
    </>
  )
}
