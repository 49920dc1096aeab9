import { useLingui } from '@lingui/react/macro'

import { useDoc } from '../canvas/context'
import { DEFAULT } from '../environments/naming'
import { EnvironmentChoice } from './EnvironmentChoice'
import { Marked } from './Marked'
import type { ValueProps } from './ParameterField'
import { textOf } from './schema'

const OWN_LIST = /^# \/\/\/ script\s*$/m // how a script begins to list its packages itself

/** Which environment a script runs in; unless told, the one that it asks for itself, else that of its experiment. */
export function EnvironmentField({ parameter: { schema }, node, value, onChange, error, isReadOnly, aside }: ValueProps) {
  const { t } = useLingui()
  const experiments = useDoc((state) => state.document.environment) || DEFAULT
  const asksItself = Object.values(node.parameters).some((each) => typeof each === 'string' && OWN_LIST.test(each))
  return (
    <EnvironmentChoice
      label={schema.title}
      description={schema.description && <Marked text={schema.description} />}
      error={error}
      aside={aside}
      isReadOnly={isReadOnly}
      value={textOf(value)}
      usual={asksItself ? t`As the script itself says` : t`As the experiment: ${experiments}`}
      means={asksItself ? null : experiments}
      onChange={(name) => onChange(name === (schema.default ?? '') ? undefined : name)}
    />
  )
}
