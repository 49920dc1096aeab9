import { useLingui } from '@lingui/react/macro'

import { Bars } from '../charts/Bars'
import { measure } from '../charts/format'
import { type Described as Description, type Part, partsOf } from './described'
import styles from './described.module.css'

/** What a model or a transform tells of itself: settings, label, features, what it learned. */
export function Described({ value }: { value: Description | null }) {
  const { t } = useLingui()
  const parts = partsOf(value ?? {})
  if (!parts.length) return <p className={styles.hint}>{t`It tells nothing of itself.`}</p>
  return (
    <div className={styles.described}>
      {parts.map((part, place) => (
        <section key={place}>
          {part.title && <h4>{part.title}</h4>}
          <Content part={part} />
        </section>
      ))}
    </div>
  )
}

function Content({ part }: { part: Part }) {
  const { t } = useLingui()
  if (part.weights) {
    const bars = part.weights.map(({ name, value }, place) => ({ key: String(place), name, value, text: measure(value, 4) }))
    return <Bars label={part.title} bars={bars} />
  }
  if (part.rows) return <Rows {...part.rows} />
  if (part.list) return <p>{part.list.length ? part.list.join(', ') : t`none`}</p>
  return (
    <dl className={styles.facts}>
      {part.facts?.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function Rows({ columns, rows }: NonNullable<Part['rows']>) {
  return (
    <table className={styles.rows}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, place) => (
          <tr key={place}>
            {row.map((value, column) => (
              <td key={column}>{value}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
