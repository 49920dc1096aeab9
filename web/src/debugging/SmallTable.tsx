import { Plural, Trans, useLingui } from '@lingui/react/macro'

import type { FailedTable } from '../api/debugging'
import styles from './debugging.module.css'

/** The first rows of a table that a variable held. */
export function SmallTable({ name, table: { columns, rows, shape } }: { name: string; table: FailedTable }) {
  const { t } = useLingui()
  const [total, width] = shape
  const isPart = total > rows.length || width > columns.length
  return (
    <figure className={styles.figure}>
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls is reached by keyboard */}
      <div className={styles.scroller} role="group" aria-label={t`Rows of ${name}`} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              {columns.map((column, place) => (
                <th key={place} scope="col">
                  {column.name} <span className={styles.kind}>{column.type}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, line) => (
              <tr key={line}>
                {row.map((cell, place) => (cell === null ? <td key={place} className={styles.missing}>{t`missing`}</td> : <td key={place}>{cell}</td>))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && <p className={styles.quiet}><Trans>It has no rows.</Trans></p>}
      {isPart && (
        <figcaption className={styles.quiet}>
          <Trans>
            The first {rows.length} of <Plural value={total} one="# row" other="# rows" />, {columns.length} of{' '}
            <Plural value={width} one="# column" other="# columns" />
          </Trans>
        </figcaption>
      )}
    </figure>
  )
}
