import { useLingui } from '@lingui/react/macro'

import type { EvaluatedDataset } from '../api/outputs'
import { count } from '../charts/format'
import styles from './evaluation.module.css'
import { toldMeasure } from './measures'

/** What Evaluate Model measured, at the threshold that the scored labels were made with. */
export function MetricsTable({ datasets, names }: { datasets: readonly EvaluatedDataset[]; names: readonly string[] }) {
  const { t } = useLingui()
  const measures = Object.keys(datasets[0]?.metrics ?? {})
  return (
    <section className={styles.metrics} aria-label={t`Metrics`}>
      <h4>{t`Metrics`}</h4>
      <table>
        <thead>
          <tr>
            <th scope="col">{t`Measure`}</th>
            {names.map((name, place) => (
              <th key={place} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t`Rows`}</th>
            {datasets.map((dataset, place) => (
              <td key={place}>{count(dataset.rows)}</td>
            ))}
          </tr>
          {measures.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {datasets.map((dataset, place) => (
                <td key={place}>{toldMeasure(dataset.metrics[name] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
