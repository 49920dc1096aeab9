import { useLingui } from '@lingui/react/macro'
import { FileText } from 'lucide-react'
import { useMemo } from 'react'

import { useCatalogue } from '../api/catalogue'
import { type Kind, useKept } from '../api/datasets'
import { fileOf } from '../document/types'
import { ComboBox } from '../ui/ComboBox'
import { TextField } from '../ui/TextField'
import type { ValueProps } from './ParameterField'
import { textOf } from './schema'

const KINDS: Readonly<Record<string, Kind>> = { 'saved-dataset': 'dataset', 'saved-trained-model': 'trained-model', 'saved-transform': 'transform' }

/** Which of the workspace's datasets, models or transforms a node brings in. */
export function DatasetField({ module, parameter, value, onChange, error, isReadOnly, aside }: ValueProps) {
  const { t } = useLingui()
  const kind = KINDS[module.name] ?? 'dataset'
  const kept = useKept(kind).data
  const samples = useCatalogue().data?.samples
  const { schema } = parameter
  const options = useMemo(() => {
    const own = (kept ?? []).map(({ name }) => ({ id: name, label: name }))
    const more = kind === 'dataset' ? (samples ?? []).filter(({ name }) => !own.some((each) => each.id === name)) : []
    return [...own, ...more.map(({ name, title }) => ({ id: name, label: name, description: title }))]
  }, [kept, samples, kind])
  const file = fileOf(value)
  if (file !== null) {
    return (
      <TextField
        label={schema.title}
        size="small"
        isCode
        value={file}
        before={<FileText aria-hidden />}
        description={t`A file beside the experiment`}
        error={error}
        aside={aside}
        isReadOnly={isReadOnly}
        onChange={(path) => onChange({ file: path })}
      />
    )
  }
  const text = textOf(value)
  const isListed = options.some((each) => each.id === text)
  return (
    <ComboBox
      key={options.length}
      label={schema.title}
      size="small"
      description={schema.description}
      error={error}
      aside={aside}
      isReadOnly={isReadOnly}
      options={isListed || !text ? options : [{ id: text, label: text }, ...options]}
      value={text || null}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  )
}
