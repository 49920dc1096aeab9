import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Column, type ComparedBoxes, type Comparison, type Source, useComparison } from '../api/outputs'
import { Boxes } from '../charts/Boxes'
import { Scatter } from '../charts/Scatter'
import { count, measure } from '../charts/format'
import { ComboBox } from '../ui/ComboBox'
import { Loading } from '../ui/Spinner'
import { Crosstab } from './Crosstab'
import { ErrorState } from '../ui/EmptyState'
import { scaleOf, textOf } from './axes'
import { cellText, isComparable, numberOf } from './values'

interface Props {
  source: Source
  columns: readonly Column[]
  index: number
}

/** How a column goes with another one: points of two numbers, boxes by category, or counts of two categories. */
export function CompareTo({ source, columns, index }: Props) {
  const { t } = useLingui()
  const [other, setOther] = useState<string | null>(null)
  const name = columns[index]?.name ?? ''
  const y = other === null ? null : (columns[Number(other)]?.name ?? null)
  const { data, error, refetch } = useComparison(source, name, y)
  const typeOf = (column: string) => columns.find((each) => each.name === column)?.type ?? ''
  const options = columns.flatMap((column, place) =>
    place !== index && isComparable(column.type) ? [{ id: String(place), label: column.name, description: column.type }] : [],
  )
  return (
    <section>
      <h4>{t`Compare`}</h4>
      <ComboBox
        size="small"
        label={t`Compare to`}
        placeholder={t`Choose a column`}
        options={options}
        value={other}
        onChange={setOther}
      />
      {y !== null && error && !data && <ErrorState error={error} onRetry={() => void refetch()} />}
      {y !== null && !(error && !data) && (data ? <Compared comparison={data} typeOf={typeOf} /> : <Loading />)}
    </section>
  )
}

interface ComparedProps {
  comparison: Comparison
  typeOf: (column: string) => string
}

function Compared({ comparison, typeOf }: ComparedProps) {
  const { t } = useLingui()
  switch (comparison.kind) {
    case 'scatter': {
      const { x, y, points, rows, correlation } = comparison
      const [shown, all] = [count(points.length), count(rows)]
      const [xType, yType] = [typeOf(x), typeOf(y)]
      const drawn = points.map(([one, other]) => [numberOf(one, xType), numberOf(other, yType)] as const)
      const r = correlation === null ? '–' : measure(correlation, 3)
      return (
        <Scatter
          label={t`${y} against ${x}`}
          points={drawn}
          axes={{ x: axisOf(xType), y: axisOf(yType) }}
          x={x}
          y={y}
          hint={
            points.length < rows
              ? t`${shown} of ${all} rows, drawn at random. Correlation ${r}.`
              : t`${all} rows. Correlation ${r}.`
          }
        />
      )
    }
    case 'boxes': {
      const { category, value, others } = comparison
      const type = typeOf(value)
      const boxes = comparison.groups.map((group) => ({ ...scaled(group, type), name: cellText(group.value) || t`empty text` }))
      const more = count(others)
      return (
        <Boxes
          label={t`${value} by ${category}`}
          boxes={boxes}
          title={value}
          text={textOf(type)}
          scale={scaleOf(type)}
          hint={others > 0 ? t`${more} rows of rarer values are left out.` : undefined}
        />
      )
    }
    case 'crosstab':
      return <Crosstab comparison={comparison} />
  }
}

const axisOf = (type: string) => ({ text: textOf(type), scale: scaleOf(type) })

type Group = ComparedBoxes['groups'][number]

/** Times come in seconds and are drawn in milliseconds. */
function scaled({ count: values, ...group }: Group, type: string) {
  const factor = type === 'DateTime' ? 1000 : 1
  const at = (name: 'min' | 'low' | 'q1' | 'median' | 'q3' | 'high' | 'max' | 'mean') => group[name] * factor
  return {
    count: values,
    min: at('min'),
    low: at('low'),
    q1: at('q1'),
    median: at('median'),
    q3: at('q3'),
    high: at('high'),
    max: at('max'),
    mean: at('mean'),
  }
}
