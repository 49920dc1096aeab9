import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { TextField } from '../ui/TextField'
import { Marked } from './Marked'
import type { ValueProps } from './ParameterField'
import { faultOf, numberOf, type NumberFault, textOf } from './schema'

/** A number as it is typed. What is none is kept, and told: nobody's typing is rounded or cut. */
export function NumberInput({ parameter, value, onChange, error, isReadOnly, aside }: ValueProps) {
  const { t } = useLingui()
  const { schema } = parameter
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? textOf(value)
  const told = numberOf(shown)
  const fault = told === undefined ? null : faultOf(told, parameter)
  const words = (found: NumberFault) => {
    if (found === 'number') return t`This is not a number.`
    if (found === 'whole') return t`This takes a whole number.`
    if ('least' in found) return t`This takes ${found.least} or more.`
    if ('above' in found) return t`This takes more than ${found.above}.`
    if ('most' in found) return t`This takes ${found.most} or less.`
    return t`This takes less than ${found.below}.`
  }
  return (
    <TextField
      label={schema.title}
      size="small"
      inputMode={parameter.kind === 'integer' ? 'numeric' : 'decimal'}
      description={schema.description ? <Marked text={schema.description} /> : rangeWords()}
      placeholder={textOf(schema.default ?? null)}
      error={fault ? words(fault) : error}
      aside={aside}
      isReadOnly={isReadOnly}
      value={shown}
      onFocus={() => setTyped(textOf(value))}
      onBlur={() => setTyped(null)}
      onChange={(text) => {
        setTyped(text)
        const next = numberOf(text)
        onChange(next === schema.default ? undefined : next)
      }}
    />
  )

  function rangeWords(): string | undefined {
    const { minimum, maximum } = schema
    if (minimum !== undefined && maximum !== undefined) return t`${minimum} to ${maximum}`
    return undefined
  }
}
