import { useLingui } from '@lingui/react/macro'

import type { ComparedCounts } from '../api/outputs'
import { count, percent } from '../charts/format'
import styles from './preview.module.css'
import { cellText } from './values'

/** How often each pair of values comes; darker where more often. */
export function Crosstab({ comparison: { x, y, rows, columns, lines, others } }: { comparison: ComparedCounts }) {
  const { t } = useLingui()
  const most = Math.max(1, ...lines.flatMap((line) => line.counts))
  const text = (value: ComparedCounts['columns'][number]) => cellText(value) || t`empty text`
  const more = count(others)
  return (
    <>
      {/* Scrolled by keyboard, so that it takes the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.crosstab} tabIndex={0} role="region" aria-label={t`${y} by ${x}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                {y} \ {x}
              </th>
              {columns.map((value, place) => (
                <th key={place} scope="col" title={text(value)}>
                  {text(value)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {lines.map((line, row) => (
              <tr key={row}>
                <th scope="row" title={text(line.value)}>
                  {text(line.value)}
                </th>
                {line.counts.map((each, column) => (
                  <td key={column} title={percent(each / Math.max(rows, 1))}>
                    <span className={styles.heat} style={{ opacity: (each / most) * 0.45 }} />
                    {count(each)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others > 0 && <p className={styles.hint}>{t`${more} rows of rarer values are left out.`}</p>}
    </>
  )
}
