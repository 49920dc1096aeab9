import { useMemo, useState } from 'react'

import { useEnvironments } from '../api/workspace'
import { ComboBox } from '../ui/ComboBox'
import { Marked } from './Marked'
import type { ValueProps } from './ParameterField'
import { textOf } from './schema'

/** Which of the built environments a script runs in; one that is built later may be named already. */
export function EnvironmentField({ parameter: { schema }, value, onChange, error, isReadOnly, aside }: ValueProps) {
  const { data } = useEnvironments()
  const options = useMemo(() => (data ?? []).map(({ name, python }) => ({ id: name, label: name, description: `Python ${python}` })), [data])
  const text = textOf(value)
  const [isCleared, setCleared] = useState(false)
  const tell = (name: string) => {
    setCleared(name === '')
    if (name !== text) onChange(name === '' || name === schema.default ? undefined : name)
  }
  return (
    <ComboBox
      key={options.length}
      label={schema.title}
      size="small"
      description={schema.description && <Marked text={schema.description} />}
      error={error}
      aside={aside}
      isReadOnly={isReadOnly}
      isFree
      options={options}
      value={options.some(({ id }) => id === text) ? text : null}
      onChange={(name) => name !== null && tell(name)}
      text={isCleared ? '' : text}
      placeholder={textOf(schema.default ?? null)}
      onText={tell}
    />
  )
}
