import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'
import { Trans, useLingui } from '@lingui/react/macro'
import { Hammer } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'wouter'

import { type EnvironmentSummary, isBuilding, useEnvironments } from '../api/environments'
import { links } from '../app/links'
import { EnvironmentState } from '../environments/EnvironmentState'
import { DEFAULT, isOfScript } from '../environments/naming'
import { useBuilding } from '../environments/useBuilding'
import { Button } from '../ui/Button'
import type { FieldProps } from '../ui/Field'
import type { Option } from '../ui/options'
import { Select } from '../ui/Select'
import styles from './Properties.module.css'

interface Props extends FieldProps {
  /** Empty for what is said elsewhere. */
  value: string
  onChange: (name: string) => void
  /** What the empty one is called, and which environment it means; null where nobody knows before a run. */
  usual: string
  means: string | null
  isReadOnly: boolean
}

const OF_MODULES = 'bottega' // the catalogue's modules run in it; scripts have nothing to look for there

/** Which environment something runs in, with what has to be known of that one before a run. */
export function EnvironmentChoice({ value, onChange, usual, means, isReadOnly, ...field }: Props) {
  const { t } = useLingui()
  const { data } = useEnvironments()
  const options = useMemo(() => {
    const option = (each: EnvironmentSummary): Option => ({ id: each.name, label: each.name, description: t(told(each)) })
    const meant = data?.find((each) => each.name === means)
    const named = (data ?? []).filter((each) => each.name === value || isOffered(each, usual)).map(option)
    const unknown = value !== '' && data && !data.some((each) => each.name === value) ? [{ id: value, label: value, description: t`Not on this server` }] : []
    return [{ id: '', label: usual, description: meant && t(told(meant)) }, ...named, ...unknown]
  }, [data, usual, means, value, t])
  const name = value || means
  const chosen = data?.find((each) => each.name === name)
  return (
    <div className={styles.environment}>
      <Select {...field} size="small" isDisabled={isReadOnly} options={options} value={value} onChange={onChange} />
      {chosen && chosen.state !== 'ready' && <Pending environment={chosen} />}
      {chosen && value !== '' && (
        <Link href={links.environment(chosen.name)}>
          <Trans>Packages of {chosen.name}</Trans>
        </Link>
      )}
      {data && !chosen && name !== null && (
        <p className={styles.hint} role="status">
          {!field.error && <Trans>There is no environment {name} on this server.</Trans>}{' '}
          <Link href={links.newEnvironment(name)}>
            <Trans>Make {name}</Trans>
          </Link>
        </p>
      )}
    </div>
  )
}

/** What is not there yet, and how it comes to be. */
function Pending({ environment }: { environment: EnvironmentSummary }) {
  const { build, cancel, isPending } = useBuilding(environment)
  const line = environment.build?.lines.at(-1)
  return (
    <div className={styles.pending}>
      <EnvironmentState environment={environment} />
      {isBuilding(environment.build) ? (
        <>
          <span className={styles.hint}>{line}</span>
          <Button size="small" onPress={cancel} isPending={isPending}>
            <Trans>Cancel</Trans>
          </Button>
        </>
      ) : environment.state === 'absent' ? (
        <Button size="small" icon={<Hammer />} onPress={build} isPending={isPending}>
          <Trans>Build now</Trans>
        </Button>
      ) : (
        <Link href={links.environment(environment.name)}>
          <Trans>See why</Trans>
        </Link>
      )}
    </div>
  )
}

/** Not what is for modules alone, was made for one script, could not be made, or stands there already. */
function isOffered({ name, state }: EnvironmentSummary, usual: string): boolean {
  return name !== OF_MODULES && name !== usual && state !== 'failed' && !isOfScript(name)
}

function told({ state, python, name }: EnvironmentSummary): MessageDescriptor {
  switch (state) {
    case 'ready':
      return name === DEFAULT ? msg`Python ${python}, the usual one` : msg`Python ${python}`
    case 'building':
      return msg`Being built`
    case 'failed':
      return msg`Could not be built`
    case 'absent':
      return msg`Not built yet`
  }
}
