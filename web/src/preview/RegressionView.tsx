import { useLingui } from '@lingui/react/macro'

import type { EvaluatedDataset } from '../api/outputs'
import { Histogram } from '../charts/Histogram'
import { Scatter } from '../charts/Scatter'
import { measure } from '../charts/format'

/** Predicted numbers against the true ones, and how far they are off. */
export function RegressionView({ datasets, names }: { datasets: readonly EvaluatedDataset[]; names: readonly string[] }) {
  const { t } = useLingui()
  return datasets.map(({ points, residuals }, place) => (
    <section key={place} aria-label={names[place] ?? ''}>
      {datasets.length > 1 && <h4>{names[place]}</h4>}
      <Scatter
        label={t`Predicted against actual values`}
        points={points}
        x={t`Actual`}
        y={t`Predicted`}
        hint={t`On the dashed line a prediction is right.`}
        isIdentity
      />
      {residuals && <Histogram label={t`Histogram of errors`} bins={residuals} text={measure} title={t`Actual less predicted`} />}
    </section>
  ))
}
