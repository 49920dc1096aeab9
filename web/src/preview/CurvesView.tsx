import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { Legend, Lines, type Series } from '../charts/Lines'
import { percent, short } from '../charts/format'
import { Segments } from '../ui/Choice'
import { type Counts, type Curve, type Scored, hasBoth, lift, pointAt, precisionRecall, roc } from './curves'
import styles from './evaluation.module.css'

const DRAWN: Record<Curve, (counts: Counts) => Series['points']> = { roc, 'precision-recall': precisionRecall, lift }
const SHARES = { x: [0, 1], y: [0, 1] } as const

/** ROC, precision and recall, lift: one at a time, with the place of the threshold on it. */
export function CurvesView({ scored, threshold }: { scored: readonly Scored[]; threshold: number }) {
  const { t } = useLingui()
  const [curve, setCurve] = useState<Curve>('roc')
  const options = [
    { id: 'roc' as const, label: t`ROC` },
    { id: 'precision-recall' as const, label: t`Precision and recall` },
    { id: 'lift' as const, label: t`Lift` },
  ]
  const series = scored.map(({ name, counts }) => ({
    name,
    points: DRAWN[curve](counts),
    mark: pointAt(counts, curve, threshold),
  }))
  const lone = scored.filter(({ counts }) => !hasBoth(counts))
  const hint = t`The dot is where the threshold stands.`
  const words = {
    roc: { label: t`ROC curve`, x: t`False positive rate`, y: t`True positive rate` },
    'precision-recall': { label: t`Precision–recall curve`, x: t`Recall`, y: t`Precision` },
    lift: { label: t`Lift curve`, x: t`Share of rows taken for positive`, y: t`Lift` },
  }[curve]
  return (
    <>
      <Segments label={t`Curve`} options={options} value={curve} onChange={setCurve} />
      {scored.length > 1 && <Legend names={scored.map(({ name }) => name)} />}
      {lone.map(({ name, counts }, place) => (
        <p key={place} className={styles.lone}>
          {scored.length > 1 && `${name}: `}
          {counts.positives
            ? t`All rows are positive; a curve needs rows of both classes.`
            : t`No row is positive; a curve needs rows of both classes.`}
        </p>
      ))}
      {lone.length === scored.length ? null : curve === 'lift' ? (
        <Lines
          {...words}
          series={series}
          domain={{ x: [0, 1] }}
          reference={[
            [0, 1],
            [1, 1],
          ]}
          text={short}
          height={300}
          hint={hint}
        />
      ) : (
        <Lines
          {...words}
          series={series}
          domain={SHARES}
          {...(curve === 'roc'
            ? {
                reference: [
                  [0, 0],
                  [1, 1],
                ],
              }
            : {})}
          text={(value) => percent(value, 1)}
          height={300}
          hint={hint}
        />
      )}
    </>
  )
}
