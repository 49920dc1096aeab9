import { useLingui } from '@lingui/react/macro'

import type { EvaluatedDataset } from '../api/outputs'
import styles from './evaluation.module.css'
import { toldMeasure } from './measures'

/** What Evaluate Model measured of all clusters together and of each. */
export function ClustersTable({ dataset, name }: { dataset: EvaluatedDataset; name: string }) {
  const { t } = useLingui()
  const measures = Object.keys(dataset.metrics)
  return (
    <section className={styles.metrics} aria-label={name || t`Metrics`}>
      <h4>{name || t`Metrics`}</h4>
      {/* Scrolled by keyboard, so that it takes the focus. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scrolled} tabIndex={0} role="group" aria-label={t`Metrics`}>
        <table>
          <thead>
            <tr>
              {measures.map((measure) => (
                <th key={measure} scope="col">
                  {measure}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[dataset.metrics, ...dataset.parts].map((line, place) => (
              <tr key={place}>
                {measures.map((measure, column) =>
                  column ? (
                    <td key={measure}>{toldMeasure(line[measure] ?? null)}</td>
                  ) : (
                    <th key={measure} scope="row">
                      {toldMeasure(line[measure] ?? null)}
                    </th>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
