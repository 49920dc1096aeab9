import { useLingui } from '@lingui/react/macro'
import { Label, Slider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components'

import { count, measure, percent } from '../charts/format'
import { type Confusion, type Scored, confusionAt, measuresOf } from './curves'
import styles from './evaluation.module.css'

interface Props {
  scored: readonly Scored[]
  threshold: number
  onThreshold: (threshold: number) => void
}

/** The confusion matrix of each model at one threshold that can be moved, and what follows from it. */
export function Confusions({ scored, threshold, onThreshold }: Props) {
  const { t } = useLingui()
  return (
    <>
      <Slider className={styles.slider ?? ''} minValue={0} maxValue={1} step={0.01} value={threshold} onChange={onThreshold}>
        <Label>{t`Threshold`}</Label>
        <SliderOutput>{measure(threshold, 2)}</SliderOutput>
        <SliderTrack className={styles.track ?? ''}>
          {({ state }) => (
            <>
              <span className={styles.filled} style={{ inlineSize: `${state.getThumbPercent(0) * 100}%` }} />
              <SliderThumb className={styles.thumb ?? ''} />
            </>
          )}
        </SliderTrack>
      </Slider>
      <div className={styles.matrices}>
        {scored.map(({ name, counts, dataset }, place) => (
          <Matrix
            key={place}
            name={scored.length > 1 ? name : ''}
            confusion={confusionAt(counts, threshold)}
            positive={dataset.positive_label ?? t`positive`}
            negative={dataset.negative_label ?? t`negative`}
          />
        ))}
      </div>
    </>
  )
}

interface MatrixProps {
  name: string
  confusion: Confusion
  positive: string
  negative: string
}

function Matrix({ name, confusion, positive, negative }: MatrixProps) {
  const { t } = useLingui()
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = confusion
  const all = truePositives + falsePositives + trueNegatives + falseNegatives
  const cell = (value: number, word: string, isRight: boolean) => (
    <td data-right={isRight}>
      <span className={styles.heat} style={{ opacity: (value / (all || 1)) * 0.5 }} />
      <b>{count(value)}</b>
      <small>{word}</small>
    </td>
  )
  const { accuracy, precision, recall, f1 } = measuresOf(confusion)
  const told = (value: number | null) => (value === null ? '–' : percent(value, 1))
  return (
    <figure className={styles.matrix}>
      {name && <figcaption>{name}</figcaption>}
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">{t`Predicted ${positive}`}</th>
            <th scope="col">{t`Predicted ${negative}`}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t`Actual ${positive}`}</th>
            {cell(truePositives, t`true positives`, true)}
            {cell(falseNegatives, t`false negatives`, false)}
          </tr>
          <tr>
            <th scope="row">{t`Actual ${negative}`}</th>
            {cell(falsePositives, t`false positives`, false)}
            {cell(trueNegatives, t`true negatives`, true)}
          </tr>
        </tbody>
      </table>
      <dl className={styles.measures}>
        {[
          [t`Accuracy`, accuracy],
          [t`Precision`, precision],
          [t`Recall`, recall],
          [t`F1`, f1],
        ].map(([word, value]) => (
          <div key={String(word)}>
            <dt>{word}</dt>
            <dd>{told(value as number | null)}</dd>
          </div>
        ))}
      </dl>
    </figure>
  )
}
