import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, type SyntheticEvent, useState } from 'react'

import { Button, ComboBox, ErrorNote, IconButton, type Option, TextField } from '../ui'
import styles from './settings.module.css'

export type EntryMap = Readonly<Record<string, string>>

interface Props {
  /** What the keys and the values are, with an example of each. */
  keyLabel: string
  keyExample: string
  valueLabel: string
  valueExample: string
  empty: string
  entries: EntryMap
  /** Keys to choose from; others may be typed. */
  choices?: readonly Option[]
  /** How a key reads. */
  nameOf?: (key: string) => ReactNode
  onChange: (entries: EntryMap) => Promise<unknown>
}

/** A setting that has several entries, each a key and a value; each change is saved at once. */
export function Entries({ entries, empty, nameOf = (key) => <code>{key}</code>, onChange, ...words }: Props) {
  const { t } = useLingui()
  const [error, setError] = useState<unknown>(null)
  const [isPending, setPending] = useState(false)
  const put = async (next: EntryMap) => {
    setPending(true)
    setError(null)
    try {
      await onChange(next)
      return true
    } catch (caught) {
      setError(caught)
      return false
    } finally {
      setPending(false)
    }
  }
  const keys = Object.keys(entries).sort()
  return (
    <>
      {keys.length === 0 && <p className={styles.quiet}>{empty}</p>}
      <ul className={styles.entries}>
        {keys.map((key) => (
          <li key={key} className={styles.entry}>
            <span>{nameOf(key)}</span>
            <code>{entries[key]}</code>
            <IconButton
              size="small"
              label={t`Remove ${key}`}
              icon={<Trash2 />}
              isDisabled={isPending}
              onPress={() => void put(Object.fromEntries(Object.entries(entries).filter(([each]) => each !== key)))}
            />
          </li>
        ))}
      </ul>
      <Adding {...words} isPending={isPending} onAdd={(key, value) => put({ ...entries, [key]: value })} />
      {error !== null && <ErrorNote error={error} />}
    </>
  )
}

type AddingProps = Pick<Props, 'keyLabel' | 'keyExample' | 'valueLabel' | 'valueExample' | 'choices'> & {
  isPending: boolean
  onAdd: (key: string, value: string) => Promise<boolean>
}

function Adding({ keyLabel, keyExample, valueLabel, valueExample, choices, isPending, onAdd }: AddingProps) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const add = async (event: SyntheticEvent) => {
    event.preventDefault()
    if (await onAdd(key.trim(), value.trim())) {
      setKey('')
      setValue('')
    }
  }
  const chosen = choices?.find((each) => each.id === key)
  return (
    <form className={styles.add} onSubmit={(event) => void add(event)}>
      {choices ? (
        <ComboBox
          label={keyLabel}
          placeholder={keyExample}
          isFree
          options={choices}
          value={chosen?.id ?? null}
          text={chosen?.label ?? key}
          onText={(text) => setKey(choices.find((each) => each.label === text)?.id ?? text)}
          onChange={(id) => id !== null && setKey(id)}
        />
      ) : (
        <TextField label={keyLabel} placeholder={keyExample} value={key} onChange={setKey} spellCheck="false" />
      )}
      <TextField label={valueLabel} placeholder={valueExample} value={value} onChange={setValue} spellCheck="false" />
      <Button type="submit" icon={<Plus />} isPending={isPending} isDisabled={key.trim() === '' || value.trim() === ''}>
        <Trans>Add</Trans>
      </Button>
    </form>
  )
}
