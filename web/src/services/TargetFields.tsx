import { useLingui } from '@lingui/react/macro'

import type { Service } from '../api/services'
import { RadioGroup, Select, TextField } from '../ui'
import type { Wish } from './publishing'
import { useModes } from './useModes'

/** What it is published as. */
export interface Target {
  /** The service that gets its next version; null for a new one, undefined while nobody has chosen. */
  service: string | null | undefined
  name: string
  /** Undefined while nobody has changed it. */
  description: string | undefined
  mode: 'request' | 'service'
}

/** With all that nobody has chosen as it would be. */
export type Settled = Target & { service: string | null; description: string }

/** As the server takes it; a service that is there keeps its name and its endpoints' modes. */
export function wishOf({ service, name, description, mode }: Settled): Wish {
  return service === null ? { name: name.trim(), description, mode } : { service, description }
}

const NEW = 'new'

interface Props {
  target: Settled
  /** Services that came of the same experiment. */
  mine: readonly Service[]
  onChange: (changed: Partial<Target>) => void
}

export function TargetFields({ target, mine, onChange }: Props) {
  const { t } = useLingui()
  const modes = useModes()
  const services = mine.map(({ id, name }) => ({ id, label: t`Next version of ${name}` }))
  const isNew = target.service === null
  return (
    <>
      {mine.length > 0 && (
        <Select
          label={t`Publish as`}
          options={[...services, { id: NEW, label: t`A new web service` }]}
          value={target.service ?? NEW}
          onChange={(id) => onChange({ service: id === NEW ? null : id })}
          description={isNew ? null : t`Callers of the default endpoint get it from their next call on; you can roll back.`}
        />
      )}
      {isNew && (
        <TextField
          label={t`Name`}
          value={target.name}
          onChange={(name) => onChange({ name })}
          maxLength={200}
          error={target.name.trim() === '' ? t`A web service needs a name.` : null}
        />
      )}
      <TextField label={t`Description`} value={target.description} onChange={(description) => onChange({ description })} maxLength={10_000} />
      {isNew && <RadioGroup label={t`Mode`} options={modes} value={target.mode} onChange={(mode) => onChange({ mode })} />}
    </>
  )
}
