import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Frame, useVariables, type Variable } from '../api/debugging'
import { recall, remember } from '../app/remembered'
import { Disclosure } from '../ui'
import styles from './debugging.module.css'
import { SmallTable } from './SmallTable'

const OPEN = 'variables.open'
const SHORT = 160 // characters of a value that are told at once

/** What the variables of a failed script held, frame by frame; nothing where none were kept. */
export function Variables({ run, node }: { run: string; node: string }) {
  const { t } = useLingui()
  const [isOpen, setOpen] = useState(recall(OPEN) === 'true')
  const { data: frames } = useVariables(run, node)
  if (!frames || frames.length === 0) return null
  const change = (open: boolean) => {
    remember(OPEN, String(open))
    setOpen(open)
  }
  return (
    <Disclosure title={t`Variables`} isOpen={isOpen} onOpenChange={change}>
      <ol className={styles.frames} aria-label={t`Frames of the traceback`}>
        {frames.map((frame, place) => (
          <li key={place}>
            <Disclosure title={<Place frame={frame} />} aside={<Count of={frame.variables.length} />} isOpenAtFirst={place === 0}>
              <Held variables={frame.variables} label={t`Variables of ${frame.function}`} />
            </Disclosure>
          </li>
        ))}
      </ol>
    </Disclosure>
  )
}

function Place({ frame: { function: name, file, line } }: { frame: Frame }) {
  return (
    <>
      <code className={styles.function}>{name}</code>{' '}
      <span className={styles.quiet}>{line === null ? file : <Trans>{file}, line {line}</Trans>}</span>
    </>
  )
}

function Count({ of }: { of: number }) {
  return <span className={styles.quiet}><Plural value={of} one="# variable" other="# variables" /></span>
}

function Held({ variables, label }: { variables: readonly Variable[]; label: string }) {
  if (variables.length === 0) return <p className={styles.none}><Trans>No variables of its own.</Trans></p>
  return (
    <ul className={styles.variables} aria-label={label}>
      {variables.map((each) => (
        <li key={each.name} className={styles.variable}>
          <code className={styles.name}>{each.name}</code>
          <span className={styles.type}>{each.type}</span>
          <Value of={each} />
        </li>
      ))}
    </ul>
  )
}

function Value({ of: { name, value, table } }: { of: Variable }) {
  if (table) {
    return <div className={styles.value}><Disclosure title={value}><SmallTable name={name} table={table} /></Disclosure></div>
  }
  if (value.length <= SHORT && !value.includes('\n')) return <code className={styles.text}>{value}</code>
  return (
    <div className={styles.value}>
      <Disclosure title={<code className={styles.begin}>{shortened(value)}</code>}><pre className={styles.whole}>{value}</pre></Disclosure>
    </div>
  )
}

/** Its beginning, in one line. */
export function shortened(value: string): string {
  const line = value.slice(0, SHORT).replaceAll(/\s+/g, ' ').trimEnd()
  return line.length < value.length ? `${line}…` : line
}
