import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type EvaluatedDataset, type Place, useEvaluation } from '../api/outputs'
import { Loading } from '../ui/Spinner'
import { ErrorState } from '../ui/EmptyState'
import { ClassMatrix } from './ClassMatrix'
import { ClustersTable } from './ClustersTable'
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
  if (data.task === 'clustering') {
    return (
      <div className={styles.evaluation}>
        {data.datasets.map((dataset, index) => (
          <ClustersTable key={index} dataset={dataset} name={names.length > 1 ? (names[index] ?? '') : ''} />
        ))}
      </div>
    )
  }
  return (
    <div className={styles.evaluation}>
      {data.task === 'two-class' && <TwoClass scored={scored} />}
      {data.task === 'multi-class' && <MultiClass datasets={data.datasets} names={names} />}
      {data.task === 'regression' && <RegressionView datasets={data.datasets} names={names} />}
      <MetricsTable datasets={data.datasets} names={names} />
    </div>
  )
}

function MultiClass({ datasets, names }: { datasets: readonly EvaluatedDataset[]; names: readonly string[] }) {
  const { t } = useLingui()
  return (
    <section aria-label={t`Confusion matrix`}>
      {datasets.map((dataset, index) => (
        <ClassMatrix key={index} dataset={dataset} name={datasets.length > 1 ? (names[index] ?? '') : ''} />
      ))}
    </section>
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
