import { Trans, useLingui } from '@lingui/react/macro'
import { FileText, RotateCcw } from 'lucide-react'
import { Suspense } from 'react'

import { useDoc, useHandle } from '../canvas/context'
import { useProblems } from '../canvas/problems'
import { ScriptField } from '../canvas/slots'
import { folded, type Module } from '../document/catalogue'
import { setParameter } from '../document/edits'
import { type ExperimentNode, fileOf, type Plain } from '../document/types'
import { Button, IconButton } from '../ui/Button'
import { Switch } from '../ui/Choice'
import { Select } from '../ui/Select'
import { Loading } from '../ui/Spinner'
import { TextField } from '../ui/TextField'
import { ColumnsField } from './ColumnsField'
import { DatasetField } from './DatasetField'
import { EnvironmentField } from './EnvironmentField'
import { Marked } from './Marked'
import { NumberInput } from './NumberInput'
import styles from './Properties.module.css'
import { given, type Parameter, textOf } from './schema'
import { ServiceButton } from './ServiceButton'

export interface FieldOf {
  id: string
  node: ExperimentNode
  module: Module
  parameter: Parameter
}

export interface ValueProps extends FieldOf {
  /** As given, else its default. */
  value: Plain
  onChange: (value: Plain | undefined) => void
  error: string | null
  isReadOnly: boolean
  aside: React.ReactNode
}

/** The field of one parameter, by what its schema says. */
export function ParameterField(props: FieldOf) {
  const { id, node, module, parameter } = props
  const { t } = useLingui()
  const { store } = useHandle()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const { name, schema } = parameter
  const own = given(node, parameter)
  const problems = useProblems(id).filter((each) => each.parameter && [name, schema.title].some((one) => folded(one) === folded(each.parameter ?? '')))
  const change = (value: Plain | undefined) =>
    store.getState().apply((document) => setParameter(document, id, name, value, schema.title), t`set ${schema.title} of ${id}`, { merge: `${id}.${name}` })
  const canReset = own !== undefined && !parameter.isRequired && !isReadOnly
  const aside = (
    <span className={styles.asides}>
      {canReset && <IconButton size="small" label={t`Back to the default`} icon={<RotateCcw />} onPress={() => change(undefined)} />}
      {!isReadOnly && parameter.kind !== 'code' && <ServiceButton id={id} module={module} parameter={parameter} />}
    </span>
  )
  const error = problems.map(({ message }) => message).join(' ') || null
  const value: ValueProps = { ...props, value: own ?? schema.default ?? null, onChange: change, error, isReadOnly, aside }
  const file = fileOf(own)
  if (file !== null && parameter.kind !== 'code' && module.name !== 'saved-dataset') return <FileValue {...value} file={file} />
  return <Field {...value} />
}

function Field(props: ValueProps) {
  const { parameter, value, onChange, error, isReadOnly, aside, module } = props
  const { schema } = parameter
  const description = schema.description && <Marked text={schema.description} />
  const common = { label: schema.title, description, error, aside, size: 'small' as const }
  switch (parameter.kind) {
    case 'code':
      return <Code {...props} />
    case 'columns':
      return <ColumnsField {...props} />
    case 'choice':
      return (
        <Select
          {...common}
          isDisabled={isReadOnly}
          options={(schema.enum ?? []).map((each) => ({ id: each, label: each }))}
          value={choiceOf(value, schema.enum ?? [])}
          onChange={(chosen) => onChange(chosen === schema.default ? undefined : chosen)}
        />
      )
    case 'flag':
      return (
        <div className={styles.flag}>
          <Switch isSelected={isTrue(value)} isReadOnly={isReadOnly} onChange={(isOn) => onChange(isOn === schema.default ? undefined : isOn)} description={error ?? description}>
            {schema.title}
          </Switch>
          {aside}
        </div>
      )
    case 'integer':
    case 'number':
      return <NumberInput {...props} />
    case 'text':
      if (module.name.startsWith('saved-')) return <DatasetField {...props} />
      if (module.name === 'execute-python-script' && parameter.name === 'environment') return <EnvironmentField {...props} />
      return (
        <TextField
          {...common}
          value={textOf(value)}
          rows={textOf(value).includes('\n') ? 4 : 1}
          isReadOnly={isReadOnly}
          onChange={(text) => onChange(text === schema.default ? undefined : text)}
        />
      )
  }
}

/** A script, in its editor; one that stands in a file of the experiment is told by its path. */
function Code(props: ValueProps) {
  const { id, parameter, value, onChange, isReadOnly, error } = props
  const { experiment } = useHandle()
  const file = fileOf(value)
  if (file !== null) return <FileValue {...props} file={file} />
  return (
    <div className={styles.code}>
      <Suspense fallback={<Loading />}>
        <ScriptField experiment={experiment} node={id} parameter={parameter.schema} value={textOf(value)} onChange={onChange} isReadOnly={isReadOnly} />
      </Suspense>
      {error && <p className={styles.error}>{error}</p>}
    </div>
  )
}

/** A value that stands in a file beside the experiment. */
function FileValue({ parameter, onChange, isReadOnly, error, file }: ValueProps & { file: string }) {
  const { t } = useLingui()
  return (
    <TextField
      label={parameter.schema.title}
      size="small"
      isCode
      value={file}
      error={error}
      isReadOnly={isReadOnly}
      description={t`A file beside the experiment`}
      before={<FileText aria-hidden />}
      onChange={(path) => onChange({ file: path })}
      after={
        isReadOnly ? null : (
          <Button size="small" variant="quiet" onPress={() => onChange(parameter.schema.default ?? '')}>
            <Trans>Write it here</Trans>
          </Button>
        )
      }
    />
  )
}

const isTrue = (value: Plain) => value === true || ['true', 'yes', '1'].includes(textOf(value).trim().toLowerCase())

function choiceOf(value: Plain, choices: readonly string[]): string | null {
  const text = textOf(value)
  return choices.find((each) => each === text) ?? choices.find((each) => folded(each) === folded(text)) ?? null
}
