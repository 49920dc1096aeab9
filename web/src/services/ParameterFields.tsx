import { Trans, useLingui } from '@lingui/react/macro'

import type { FormParameter } from '../api/services'
import { Select, TextField } from '../ui'
import styles from './TestForm.module.css'

interface Props {
  parameters: readonly FormParameter[]
  /** Empty text is the default. */
  values: Readonly<Record<string, string>>
  onChange: (name: string, value: string) => void
}

/** The web service parameters. */
export function ParameterFields({ parameters, values, onChange }: Props) {
  if (parameters.length === 0) return null
  return (
    <fieldset className={styles.group}>
      <legend>
        <Trans>Parameters</Trans>
      </legend>
      <div className={styles.boxes}>
        {parameters.map((each) => (
          <ParameterField key={each.name} parameter={each} value={values[each.name] ?? ''} onChange={(value) => onChange(each.name, value)} />
        ))}
      </div>
    </fieldset>
  )
}

const DEFAULT = ''

function ParameterField({ parameter, value, onChange }: { parameter: FormParameter; value: string; onChange: (value: string) => void }) {
  const { t } = useLingui()
  const { parameter_schema: schema, required, description } = parameter
  const choices = schema.enum?.map(String) ?? (schema.type === 'boolean' ? ['true', 'false'] : [])
  const usual = plain(parameter.default)
  const about = [description, bounds(schema.minimum, schema.maximum)].filter(Boolean).join(' ')
  const known = { label: parameter.name, description: about, aside: <span className={styles.type}>{required ? t`required` : (schema.type ?? '')}</span> }
  if (choices.length > 0) {
    const unset = { id: DEFAULT, label: required ? t`Choose…` : t`Default: ${usual}` }
    const options = [unset, ...choices.map((each) => ({ id: each, label: each }))]
    return <Select {...known} options={options} value={value} onChange={onChange} />
  }
  return <TextField {...known} value={value} onChange={onChange} isRequired={required} placeholder={usual} spellCheck="false" />
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function bounds(least?: number, most?: number): string {
  if (least !== undefined && most !== undefined) return `${least} … ${most}`
  if (least !== undefined) return `≥ ${least}`
  return most !== undefined ? `≤ ${most}` : ''
}
