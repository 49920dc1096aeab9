import { useLingui } from '@lingui/react/macro'
import { type PointerEvent, useRef } from 'react'

import type { Column, ColumnProfile } from '../api/outputs'
import { MiniHistogram } from '../charts/MiniHistogram'
import { count, percent } from '../charts/format'
import styles from './grid.module.css'
import { roleText } from './values'

interface Props {
  id: string
  column: Column
  at: number
  profile: ColumnProfile | undefined
  rows: number
  left: number
  width: number
  isChosen: boolean
  isActive: boolean
  onChoose: () => void
  onWidth: (width: number) => void
}

/** The head of a column: name, type, how much is missing, and its values in small. */
export function HeadCell({ id, column, at, profile, rows, left, width, isChosen, isActive, onChoose, onWidth }: Props) {
  const { t } = useLingui()
  const { name } = column
  const missing = profile?.missing ? t`${percent(profile.missing / Math.max(rows, 1))} missing` : ''
  const [different, absent] = [count(profile?.distinct ?? 0), count(profile?.missing ?? 0)]
  const told = profile ? t`${name}: ${different} different values, ${absent} missing` : name
  const role = ROLES.has(column.role) ? roleText(column.role) : ''
  return (
    // Keys are handled by the grid, which has the focus for all of its cells.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={id}
      role="columnheader"
      aria-colindex={at + 1}
      aria-selected={isChosen}
      className={styles.headCell}
      data-active={isActive}
      style={{ left, width }}
      title={told}
      onClick={onChoose}
    >
      <span className={styles.name}>{column.name || ' '}</span>
      <span className={styles.kind}>
        <span className={styles.type}>{column.type}</span>
        {role && <span className={styles.role}>{role}</span>}
        {missing && <span className={styles.missing}>{missing}</span>}
      </span>
      <span className={styles.shape}>{profile && <MiniHistogram counts={countsOf(profile)} />}</span>
      <Handle width={width} onWidth={onWidth} />
    </div>
  )
}

const ROLES = new Set(['label', 'weight', 'score'])

/** Bins of numbers, else the most frequent values. */
function countsOf(profile: ColumnProfile): readonly number[] {
  return profile.histogram?.counts ?? profile.top.map((top) => top.count)
}

/** Dragged, it changes the width; Alt with arrows does so by keyboard. */
function Handle({ width, onWidth }: { width: number; onWidth: (width: number) => void }) {
  const start = useRef<number | null>(null)
  function onPointerDown(event: PointerEvent) {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = event.clientX - width
  }
  return (
    <span
      className={styles.handle}
      aria-hidden="true"
      onClick={(event) => event.stopPropagation()}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => start.current !== null && onWidth(event.clientX - start.current)}
      onPointerUp={() => (start.current = null)}
    />
  )
}
