import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Endpoint, type EndpointChange, LOW_CALLS, usePutEndpoint } from '../api/services'
import { Button, Dialog, ErrorNote, NumberField, RadioGroup, Select, Switch, TextField } from '../ui'
import { useModes } from './useModes'

interface Props {
  service: string
  /** The one to change; null for a new one. */
  endpoint: Endpoint | null
  onClose: () => void
}

type Settings = Required<EndpointChange>

const NAME = /^[a-z0-9]{1,24}$/

const first: Settings = {
  description: '', throttle: 'High', max_concurrent: 20, prevent_update: false, sample_data: false, diagnostics: 'None', mode: 'request',
}

const settingsOf = (endpoint: Endpoint): Settings => ({
  description: endpoint.description,
  throttle: endpoint.throttle === 'Low' ? 'Low' : 'High',
  max_concurrent: endpoint.max_concurrent,
  prevent_update: endpoint.prevent_update,
  sample_data: endpoint.sample_data,
  diagnostics: endpoint.diagnostics as Settings['diagnostics'],
  mode: endpoint.mode === 'service' ? 'service' : 'request',
})

/** Name and settings of an endpoint. */
export function EndpointDialog({ service, endpoint, onClose }: Props) {
  const { t } = useLingui()
  const put = usePutEndpoint(service)
  const [name, setName] = useState(endpoint?.name ?? '')
  const [settings, setSettings] = useState<Settings>(endpoint ? settingsOf(endpoint) : first)
  const isRight = NAME.test(name)
  const save = () => {
    // What takes four calls at once whatever is said needs no number of its own.
    const { max_concurrent, ...rest } = settings
    put.mutate({ name, ...rest, ...(rest.throttle === 'Low' ? { max_concurrent: LOW_CALLS } : { max_concurrent }) }, { onSuccess: onClose })
  }
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={!isRight} isPending={put.isPending} onPress={save}>
        {endpoint ? <Trans>Save</Trans> : <Trans>Make it</Trans>}
      </Button>
    </>
  )
  const title = endpoint ? t`Settings of ${endpoint.name}` : t`New endpoint`
  return (
    <Dialog title={title} size="medium" isOpen onClose={onClose} actions={actions}>
      {!endpoint && (
        <TextField
          label={t`Name`}
          value={name}
          onChange={setName}
          autoFocus
          description={t`1 to 24 small letters and digits. It cannot be changed later.`}
          error={name === '' || isRight ? null : t`Only small letters and digits, at most 24.`}
        />
      )}
      <Fields settings={settings} onChange={(changed) => setSettings({ ...settings, ...changed })} />
      {put.error && <ErrorNote error={put.error} />}
    </Dialog>
  )
}

function Fields({ settings, onChange }: { settings: Settings; onChange: (changed: Partial<Settings>) => void }) {
  const { t } = useLingui()
  const modes = useModes()
  return (
    <>
      <TextField label={t`Description`} value={settings.description} onChange={(description) => onChange({ description })} maxLength={10_000} rows={2} />
      <RadioGroup label={t`Mode`} options={modes} value={settings.mode} onChange={(mode) => onChange({ mode })} />
      <Select
        label={t`Throttle`}
        options={[{ id: 'High', label: t`High: as many calls at once as told below` }, { id: 'Low', label: t`Low: four calls at once` }]}
        value={settings.throttle}
        onChange={(throttle) => onChange({ throttle })}
      />
      {settings.throttle === 'High' && (
        <NumberField
          label={t`Calls at once`}
          description={t`1 to 200; further calls wait for their turn, and are refused with 503 when too many wait.`}
          minValue={1}
          maxValue={200}
          value={settings.max_concurrent}
          onChange={(max_concurrent) => onChange({ max_concurrent: Number.isNaN(max_concurrent) ? first.max_concurrent : max_concurrent })}
        />
      )}
      <Switch
        isSelected={settings.sample_data}
        onChange={(sample_data) => onChange({ sample_data })}
        description={t`The help pages need no key; with this they show the rows that the service was published with.`}
      >
        {t`Show sample rows on the help pages`}
      </Switch>
      <Switch
        isSelected={settings.prevent_update}
        onChange={(prevent_update) => onChange({ prevent_update })}
        description={t`Neither another version nor a model that was trained again can be put in.`}
      >
        {t`Keep it as it is`}
      </Switch>
      <Select
        label={t`Diagnostics`}
        description={t`Kept and told to old clients that ask for it.`}
        options={[{ id: 'None', label: t`None` }, { id: 'Error', label: t`Errors` }, { id: 'All', label: t`Everything` }]}
        value={settings.diagnostics}
        onChange={(diagnostics) => onChange({ diagnostics })}
      />
    </>
  )
}
