import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Place, useEvaluation } from '../api/outputs'
import { Loading } from '../ui/Spinner'
import { ErrorState } from '../ui/EmptyState'
import { Confusions } from './Confusions'
import { CurvesView } from './CurvesView'
import { MetricsTable } from './MetricsTable'
import { RegressionView } from './RegressionView'
import { type Scored, countsOf } from './curves'
import styles from './evaluation.module.css'

/** How good one model is, or two beside each other. */
export function EvaluationView({ place }: { place: Place }) {
  const { data, error, refetch } = useEvaluation(place)
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Loading />
  const names = data.datasets.map((dataset) => dataset.node || dataset.title)
  const scored = data.datasets.flatMap((dataset, index): Scored[] => {
    const counts = countsOf(dataset)
    return counts ? [{ name: names[index] ?? '', counts, dataset }] : []
  })
  return (
    <div className={styles.evaluation}>
      {scored.length ? <TwoClass scored={scored} /> : <RegressionView datasets={data.datasets} names={names} />}
      <MetricsTable datasets={data.datasets} names={names} />
    </div>
  )
}

const HALF = 0.5

function TwoClass({ scored }: { scored: readonly Scored[] }) {
  const { t } = useLingui()
  const [threshold, setThreshold] = useState(HALF)
  return (
    <>
      <section aria-label={t`Curves`}>
        <CurvesView scored={scored} threshold={threshold} />
      </section>
      <section aria-label={t`Confusion matrix`}>
        <Confusions scored={scored} threshold={threshold} onThreshold={setThreshold} />
      </section>
    </>
  )
}
