import { useLingui } from '@lingui/react/macro'

import type { EvaluatedDataset } from '../api/outputs'
import { count, percent } from '../charts/format'
import { sharesOf } from './classes'
import evaluation from './evaluation.module.css'
import styles from './preview.module.css'

/** How many rows of each class were taken for each; darker where more of the true class were. */
export function ClassMatrix({ dataset, name }: { dataset: EvaluatedDataset; name: string }) {
  const { t } = useLingui()
  const { classes, confusion, others } = dataset
  const shares = sharesOf(confusion)
  const text = (place: number) => (classes[place] ?? '') || t`empty text`
  const more = count(others)
  return (
    <>
      {name && <h4>{name}</h4>}
      {/* Scrolled by keyboard, so that it takes the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={`${styles.crosstab} ${evaluation.classes}`} tabIndex={0} role="group" aria-label={name || t`Confusion matrix`}>
        <table>
          <thead>
            <tr>
              <th scope="col">
                {t`Actual`} \ {t`Predicted`}
              </th>
              {classes.map((each, place) => (
                <th key={each} scope="col" title={each}>
                  {text(place)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {confusion.map((line, row) => (
              <tr key={classes[row]}>
                <th scope="row" title={classes[row]}>
                  {text(row)}
                </th>
                {line.map((each, column) => (
                  <td key={column} title={percent(shares[row]?.[column] ?? 0, 1)}>
                    <span className={styles.heat} style={{ opacity: (shares[row]?.[column] ?? 0) * 0.5 }} />
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
