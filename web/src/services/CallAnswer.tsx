import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Download } from 'lucide-react'
import type { Ref } from 'react'

import { saveText } from '../datasets/saving'
import { Button, formatNumber, Note } from '../ui'
import type { CallResult, ResultTable } from './call'
import { formatRows } from './rows'
import styles from './TestForm.module.css'

export interface Answered {
  result: CallResult
  /** The columns that were sent. */
  sent: ReadonlySet<string>
}

const MOST_ROWS = 1000

interface Props {
  answered: Answered
  /** Another one is on its way. */
  isStale: boolean
  ref: Ref<HTMLElement>
}

/** What a call came to: tables, or what went wrong. */
export function CallAnswer({ answered, isStale, ref }: Props) {
  const { t } = useLingui()
  const { result, sent } = answered
  const time = formatNumber(Math.round(result.milliseconds), { style: 'unit', unit: 'millisecond', unitDisplay: 'short' })
  return (
    <section ref={ref} tabIndex={-1} className={styles.answer} data-stale={isStale} aria-label={t`Answer`} aria-live="polite">
      <header>
        <h3>
          <Trans>Answer</Trans>
        </h3>
        <span className={styles.type}>
          <Trans>status {result.status}, {time}</Trans>
          {result.id !== null && (
            <>
              , <Trans>request {result.id}</Trans>
            </>
          )}
        </span>
      </header>
      {result.ok ? result.outputs.map((each) => <OutputTable key={each.name} sent={sent} {...each} />) : <Refusal result={result} />}
    </section>
  )
}

function OutputTable({ name, table, sent }: { name: string; table: ResultTable; sent: ReadonlySet<string> }) {
  const rows = table.values.length
  return (
    <>
      <div className={styles.output}>
        <h4>
          <code>{name}</code> <Plural value={rows} one="# row" other="# rows" />
          {rows > MOST_ROWS && <Trans>, the first {MOST_ROWS} shown</Trans>}
        </h4>
        <Button size="small" icon={<Download />} onPress={() => saveText(formatRows(table), `${name}.csv`, 'text/csv')}>
          CSV
        </Button>
      </div>
      {rows === 1 ? <OneRow table={table} sent={sent} /> : <ManyRows name={name} table={table} />}
    </>
  )
}

/** A single row, with what was not sent first: that is what was asked for. */
function OneRow({ table: { columns, types, values }, sent }: { table: ResultTable; sent: ReadonlySet<string> }) {
  const cells = columns.map((name, at) => ({ name, type: types[at], value: values[0]?.[at] ?? null, isNew: !sent.has(name) }))
  return (
    <dl className={styles.one}>
      {[...cells.filter((each) => each.isNew), ...cells.filter((each) => !each.isNew)].map(({ name, type, value, isNew }, at) => (
        <div key={at} data-new={isNew}>
          <dt>
            {name} <span className={styles.type}>{type}</span>
          </dt>
          <dd>{value ?? <Missing />}</dd>
        </div>
      ))}
    </dl>
  )
}

const Missing = () => (
  <span className={styles.type}>
    <Trans>missing</Trans>
  </span>
)

function ManyRows({ name, table }: { name: string; table: ResultTable }) {
  return (
    <>
      {/* What scrolls has to be reached by the keyboard. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={name}>
        <table>
          <thead>
            <tr>
              {table.columns.map((column, at) => (
                <th key={at} scope="col">
                  {column}
                  <span className={styles.type}>{table.types[at]}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.values.slice(0, MOST_ROWS).map((row, at) => (
              <tr key={at}>
                {row.map((cell, place) => (
                  <td key={place}>{cell ?? <Missing />}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

function Refusal({ result }: { result: Extract<CallResult, { ok: false }> }) {
  return (
    <Note tone="danger">
      <p>{result.message || <Trans>The answer has status {result.status} and says nothing more.</Trans>}</p>
      {result.details.map((each, at) => (
        <div key={at} className={styles.detail}>
          <span className={styles.type}>{[each.target, each.code].filter(Boolean).join(', ')}</span>
          <pre>{each.message}</pre>
        </div>
      ))}
    </Note>
  )
}
