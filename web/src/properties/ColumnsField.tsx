import { useLingui } from '@lingui/react/macro'
import { Columns3 } from 'lucide-react'
import { useState } from 'react'
import { Text } from 'react-aria-components'

import { Button } from '../ui/Button'
import { ComboBox } from '../ui/ComboBox'
import { type Columns, namesOf, parse, plain, selected, TYPES } from './columns'
import { ColumnsDialog } from './ColumnsDialog'
import type { ValueProps } from './ParameterField'
import styles from './Properties.module.css'
import { useColumns } from './useColumns'

/** Which columns: one by its name, or several by names and rules. */
export function ColumnsField(props: ValueProps) {
  const { id, parameter, value, onChange, error, isReadOnly, aside } = props
  const { t } = useLingui()
  const { schema } = parameter
  const known = useColumns(id, schema['x-columnsOf'])
  const [isOpen, setOpen] = useState(false)
  const columns = parse(value)
  const names = columns && namesOf(columns)
  const [text, setText] = useState<string | null>(null)

  if (schema['x-single'] && names && names.length < 2) {
    const name = names[0] ?? ''
    const options = (known ?? []).map((each) => ({ id: each.name, label: each.name, description: each.type }))
    const keep = (next: string) => onChange(next ? [next] : parameter.isRequired ? undefined : schema.default)
    return (
      <ComboBox
        key={`${id} ${options.length}`}
        label={schema.title}
        size="small"
        description={known ? schema.description : (schema.description ?? t`Columns are suggested once it is known what comes in.`)}
        error={error ?? (known && name && !known.some((each) => each.name === name) ? t`No column ${name} comes in.` : null)}
        aside={aside}
        isReadOnly={isReadOnly}
        isFree
        options={options}
        value={options.some((each) => each.id === name) ? name : null}
        text={text ?? name}
        onText={(next) => {
          setText(next)
          keep(next)
        }}
        onChange={(chosen) => {
          if (chosen === null) return
          setText(null)
          keep(chosen)
        }}
      />
    )
  }
  return (
    <div className={styles.columns}>
      <div className={styles.labelRow}>
        <Text className={styles.label ?? ''}>{schema.title}</Text>
        {aside}
      </div>
      <Button size="small" icon={<Columns3 />} className={styles.columnsButton} data-field aria-label={t`${schema.title}: choose columns`} onPress={() => setOpen(true)}>
        <Summary columns={columns} count={known && columns ? selected(columns, known).length : null} />
      </Button>
      {(error ?? (columns ? null : t`This is no selection of columns; choosing some puts one in its place.`)) && (
        <p className={styles.error} role="alert">
          {error ?? t`This is no selection of columns; choosing some puts one in its place.`}
        </p>
      )}
      {isOpen && (
        <ColumnsDialog
          title={schema.title}
          columns={columns ?? { all: false, rules: [], keep: false }}
          known={known}
          isReadOnly={isReadOnly}
          onClose={() => setOpen(false)}
          onDone={(chosen: Columns) => {
            setOpen(false)
            const next = plain(chosen)
            onChange(next === schema.default ? undefined : next)
          }}
        />
      )}
    </div>
  )
}

function Summary({ columns, count }: { columns: Columns | null; count: number | null }) {
  const { t } = useLingui()
  if (!columns) return <span>{t`Not understood`}</span>
  const names = namesOf(columns)
  const many = count === null ? '' : t` (${count})`
  if (names) return <span>{names.length ? names.join(', ') : t`No column`}</span>
  if (columns.all && !columns.rules.length) return <span>{t`All columns`}{many}</span>
  const [only, ...more] = columns.rules
  const type = TYPES.find((each) => each === only?.types[0])
  if (only && !more.length && !columns.all && only.include && type && only.types.length === 1 && !only.names.length) {
    return <span>{t`All ${type} columns`}{many}</span>
  }
  return <span>{t`By ${columns.rules.length} rules`}{many}</span>
}
